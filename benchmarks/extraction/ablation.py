"""What each rule of cleaning gives and costs: the chain with all of them, and with all but one."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.extraction.corpus import load_scorer
from benchmarks.extraction.out_of_fold import Fold, LabelledPage, clean_singly, labelled_pages
from pipelines.clean import steps
from pipelines.clean.draft import Draft
from pipelines.clean.steps import STEPS, Step
from pipelines.jsonl import answer_fields


@dataclass(slots=True)
class _Timed:
    """A rule, and the CPU time that it took."""

    step: Step
    seconds: float = 0.0

    def __call__(self, draft: Draft) -> Draft:
        start = time.process_time()
        try:
            return self.step(draft)
        finally:
            self.seconds += time.process_time() - start


def print_ablation(corpus: Path, folds: Sequence[Fold], sets: Sequence[str]) -> None:
    """F1 of each set in per cent, as a table of Markdown: no rule, all of them, all but one.

    The last column is the CPU of the rule, in microseconds a page.

    Raises:
        SystemExit: Every model knows the publication of some page.
    """
    scorer = load_scorer(corpus)
    names = list(sets or scorer.SETS)
    pages = {name: labelled_pages(corpus, scorer.pages(name), folds) for name in names}

    def score() -> str:
        return " | ".join(f"{_f1(scorer, name, pages[name]):.2f}" for name in names)

    print(f"| without | {' | '.join(names)} | µs a page |\n|{'---|' * (len(names) + 2)}")
    timed = [_Timed(step) for step in STEPS]
    with _only(timed):
        print(f"| nothing | {score()} | |", flush=True)
    with _only(()):
        print(f"| any rule | {score()} | |", flush=True)
    count = sum(map(len, pages.values()))
    for it in timed:
        with _only([step for step in STEPS if step is not it.step]):
            told = it.step.__name__.removeprefix("cut_").replace("_", " ")
            print(f"| {told} | {score()} | {1e6 * it.seconds / count:.0f} |", flush=True)


def _f1(scorer: ModuleType, name: str, pages: Sequence[LabelledPage]) -> float:
    results = [
        scorer.score_page(page.row, {} if article is None else answer_fields(article))
        for page, article in zip(pages, clean_singly(pages), strict=True)
    ]
    return 100 * scorer.summary(name, results)[0][2]


@contextmanager
def _only(chosen: Sequence[Callable[[Draft], Draft]]) -> Iterator[None]:
    """Cleaning takes these rules alone."""
    steps.STEPS = tuple(chosen)
    try:
        yield
    finally:
        steps.STEPS = STEPS
