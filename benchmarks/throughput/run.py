"""A whole crawl into SQLite of corpus pages on loopback, in turn with the plain crawler.

    python -m benchmarks.throughput.run                 # speed: Winnow and plain.py in turn
    python -m benchmarks.throughput.run --only plain
    python -m benchmarks.throughput.run --memory        # 5,000 pages: resident memory over time

Needs the corpus beside the repository, or where WINNOW_CORPUS or --corpus says. Exits with 1
when a bar is missed.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median

from benchmarks.throughput.processes import Cost, MemorySample, adopt_orphans, run, run_watched

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
MAX_CPU_RATIO = 1.0
"""CPU a page, Winnow's over the plain crawler's."""
MAX_WALL_RATIO = 0.65
"""Wall time, on two cores."""
MAX_GROWTH = 1.1
"""Memory in the last fifth of 5,000 pages over the second fifth."""
TABLES = {"plain": "article", "winnow": "articles"}


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        return _memory(options, Path(name)) if options.memory else _speed(options, Path(name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    # Taken out of the environment: to the crawls that are measured it is no setting.
    corpus = Path(os.environ.pop("WINNOW_CORPUS", CORPUS))
    parser.add_argument("--corpus", type=Path, default=corpus)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("plain", "winnow"))
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--copies", type=int, default=10, help="of each page, with --memory")
    return parser.parse_args()


def _speed(options: argparse.Namespace, folder: Path) -> int:
    names = (options.only,) if options.only else ("plain", "winnow")
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    with _served(options.corpus, pages=options.pages, copies=1) as urls:
        (folder / "urls.txt").write_text("\n".join(urls) + "\n")
        for turn in range(options.rounds):
            for name in names:
                database = folder / f"{name}-{turn}.db"
                cost = run(_command(name, database), folder=folder, log=folder / f"{name}.log")
                costs[name].append(cost)
                _print_cost(name, turn, cost, pages=len(urls), database=database)
                _stop_on_failure(name, cost.exit_code, folder / f"{name}.log")
    return 0 if options.only else _compare(costs, pages=len(urls))


def _memory(options: argparse.Namespace, folder: Path) -> int:
    pages = 5_000 // options.copies
    with _served(options.corpus, pages=pages, copies=options.copies) as urls:
        (folder / "urls.txt").write_text("\n".join(urls) + "\n")
        name = options.only or "winnow"
        command = _command(name, folder / "memory.db")
        cost, samples = run_watched(command, folder=folder, log=folder / "memory.log")
        _stop_on_failure(name, cost.exit_code, folder / "memory.log")
    fifth = max(1, len(samples) // 5)
    second, last = samples[fifth : 2 * fifth], samples[-fifth:]
    growth = _total(last) / _total(second)
    for label, part in (("second", second), ("last", last)):
        parent, workers = mean(s.parent for s in part), mean(s.workers for s in part)
        print(f"{label} fifth: parent {parent:.0f} MiB, workers {workers:.0f} MiB")
    return _bar("memory, last fifth over second", growth, MAX_GROWTH)


def _total(samples: list[MemorySample]) -> float:
    return mean(sample.parent + sample.workers for sample in samples)


@contextmanager
def _served(corpus: Path, *, pages: int, copies: int) -> Iterator[list[str]]:
    """The corpus server as a process of its own; gives the URLs."""
    if not (corpus / "pages.jsonl").exists():
        sys.exit(f"no corpus at {corpus}: give its folder with --corpus")
    command = [sys.executable, "-m", "benchmarks.throughput.corpus_server", str(corpus)]
    command += ["--pages", str(pages), "--copies", str(copies)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield list(iter(lambda: server.stdout.readline().strip(), ""))
        finally:
            server.terminate()


def _command(name: str, database: Path) -> list[str]:
    if name == "plain":
        plain = Path(__file__).with_name("plain.py")
        return [sys.executable, str(plain), "urls.txt", str(database)]
    winnow = Path(sys.executable).with_name("winnow")
    return [str(winnow), "crawl", "-i", "urls.txt", "--db", str(database), "--delay", "0",
            "--concurrency", "16", "--allow-private", "127.0.0.0/8"]  # fmt: skip


def _print_cost(name: str, turn: int, cost: Cost, *, pages: int, database: Path) -> None:
    print(
        f"{name:7} round {turn + 1}: {pages} pages, {_rows(database, name)} articles, "
        f"wall {cost.wall_seconds:.1f} s ({pages / cost.wall_seconds:.0f} pages/s), "
        f"CPU {cost.cpu_seconds:.1f} s ({1000 * cost.cpu_seconds / pages:.1f} ms a page)",
        flush=True,
    )


def _rows(database: Path, name: str) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {TABLES[name]}").fetchone()[0])
    finally:
        connection.close()


def _stop_on_failure(name: str, code: int, log: Path) -> None:
    """1 is a finished crawl in which some pages failed, as pages of a corpus may."""
    if code not in {0, 1}:
        sys.exit(f"{name} ended with {code}:\n{log.read_text(errors='replace')[-3000:]}")


def _compare(costs: dict[str, list[Cost]], *, pages: int) -> int:
    def middle(name: str, what: str) -> float:
        return median(getattr(cost, what) for cost in costs[name])

    print(f"medians of {len(costs['plain'])} rounds, {pages} pages")
    cpu = middle("winnow", "cpu_seconds") / middle("plain", "cpu_seconds")
    wall = middle("winnow", "wall_seconds") / middle("plain", "wall_seconds")
    return max(_bar("CPU a page", cpu, MAX_CPU_RATIO), _bar("wall", wall, MAX_WALL_RATIO))


def _bar(what: str, ratio: float, limit: float) -> int:
    verdict = "ok" if ratio <= limit else "MISSED"
    print(f"{what}: {ratio:.2f} (at most {limit}) {verdict}")
    return 0 if ratio <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
