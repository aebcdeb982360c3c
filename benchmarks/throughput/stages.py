"""CPU a page of each stage from body to clean article, in this process, one page after another.

    python -m benchmarks.throughput.stages --pages 200

Every function that the chain's three modules call from another module of ours is timed where it is
called.
"""

import argparse
import gzip
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import FunctionType

import trafilatura

from benchmarks.throughput.corpus_server import CorpusPage, read_pages
from benchmarks.throughput.run import CORPUS
from pipelines import opening, reading
from pipelines import process as chain

MS = 1000.0
CHAIN = (chain, reading, opening)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    pages = read_pages(options.corpus, options.pages)
    warm_up(pages[0])
    spent = time_stages()
    total = seconds(lambda page: chain.process_page(body_of(page), url_of(page)), pages)
    for name, cpu in sorted(spent.items(), key=lambda row: -row[1]):
        print(f"{name:28} {MS * cpu / len(pages):7.2f} ms a page")
    print(f"{'the whole chain':28} {MS * total / len(pages):7.2f} ms a page")
    plain = seconds(
        lambda page: trafilatura.bare_extraction(body_of(page), with_metadata=True), pages
    )
    print(f"{'trafilatura with metadata':28} {MS * plain / len(pages):7.2f} ms a page")


def time_stages() -> dict[str, float]:
    """Wrap the chain's own functions; CPU seconds by name, filled while pages are processed."""
    spent: dict[str, float] = defaultdict(float)
    own = {module.__name__ for module in CHAIN}
    for module in CHAIN:
        for name, function in list(vars(module).items()):
            ours = isinstance(function, FunctionType) and function.__module__.startswith(
                "pipelines."
            )
            if ours and function.__module__ not in own:
                setattr(module, name, timed(function, spent))
    return spent


def timed(function: FunctionType, spent: dict[str, float]) -> Callable[..., object]:
    @wraps(function)
    def call(*arguments: object, **words: object) -> object:
        start = time.process_time()
        try:
            return function(*arguments, **words)
        finally:
            spent[function.__name__] += time.process_time() - start

    return call


def seconds(run: Callable[[CorpusPage], object], pages: tuple[CorpusPage, ...]) -> float:
    start = time.process_time()
    for page in pages:
        run(page)
    return time.process_time() - start


def warm_up(page: CorpusPage) -> None:
    chain.process_page(body_of(page), url_of(page))


def body_of(page: CorpusPage) -> bytes:
    return gzip.decompress(page.gzipped)


def url_of(page: CorpusPage) -> str:
    return f"https://corpus.example/news/{page.name}.html"


if __name__ == "__main__":
    main()
