"""Score the chain on labelled pages against pinned floors, and its CPU against trafilatura.

    python -m benchmarks.extraction --out-of-fold DIR [--learn] [--card] [--no-cpu] [--sets wcxb]
    python -m benchmarks.extraction --out-of-fold DIR --ablate [--sets wcxb]

DIR holds the models of `python -m benchmarks.extraction.training --out-of-fold DIR`; each page is
cleaned with the one that saw no page of its publication. With `--learn` the pages of one site in a
set teach each other, as `winnow clean --jsonl --learn` does; else each is its site's first. The
shipped model saw them all, so its score on these pages would say nothing and is never measured:
without DIR only its CPU is, which is a little less than on a site that it has not seen. With
`--card` the figures are written on that model's card; with `--ablate` nothing is judged, but a
table is printed of what each rule of cleaning gives and costs.

The labelled pages are no part of the repository: WINNOW_CORPUS names their folder, else
`../shared/corpus` is tried. Exit codes: 0 all at or above their floors, 1 one below, 2 no pages.
"""

import argparse
import gc
import json
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from trafilatura import bare_extraction

from benchmarks.clocks import cpu_of
from benchmarks.extraction.ablation import print_ablation
from benchmarks.extraction.corpus import digest_of, read_rows
from benchmarks.extraction.known_sites import known_cost, known_pages
from benchmarks.extraction.out_of_fold import (
    Fold,
    clean_by_site,
    clean_singly,
    labelled_pages,
    model_for,
    read_folds,
    score_known,
    score_out_of_fold,
)
from pipelines.model.classifier import MODEL_FILE
from pipelines.process import process

ROOT = Path(__file__).resolve().parents[2]
FLOORS = Path(__file__).with_name("floors.json")
CPU_SETS = ("publishers", "fundus_eval")
WARM_UP_PAGES = 10
CPU_GOAL = 16 / 35
KNOWN_CPU_GOAL = 12 / 35
"""Of trafilatura's CPU with metadata, on a page of a site without history, and with one."""


def main() -> int:
    """Run what was asked for; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out-of-fold", type=Path)
    parser.add_argument("--learn", action="store_true", help="pages of one site teach each other")
    parser.add_argument("--card", action="store_true", help="write them beside the shipped model")
    parser.add_argument(
        "--ablate", action="store_true", help="with all rules but one, each in turn"
    )
    parser.add_argument("--sets", default="")
    parser.add_argument("--no-cpu", action="store_true")
    args = parser.parse_args()
    corpus = Path(os.environ.get("WINNOW_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (corpus / "pages.jsonl").is_file():
        print(
            f"no labelled pages in {corpus}: nothing measured; set WINNOW_CORPUS", file=sys.stderr
        )
        return 2
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    digest = digest_of(corpus)
    if digest != floors["corpus_sha256"]:
        print(f"these are other pages ({digest[:12]}) than the floors were pinned on")
    below = []
    folds = read_folds(args.out_of_fold) if args.out_of_fold is not None else ()
    if folds:
        sets = args.sets.split(",") if args.sets else []
        if args.ablate:
            print_ablation(corpus, folds, sets)
            return 0
        clean, floor = (clean_by_site, "scores_by_site") if args.learn else (clean_singly, "scores")
        scores = score_out_of_fold(corpus, folds, sets, clean=clean)
        below += check_scores(scores, floors[floor])
        if not sets:
            score_known(corpus, folds)
        if args.card:
            write_on_card(MODEL_FILE.with_suffix(".json"), floor, scores)
    if not args.no_cpu:
        below += check_cpu(corpus, folds, max_ratio=floors["max_cpu_ratio"])
        print_known_cpu(corpus, folds)
    return 1 if below else 0


def check_scores(
    scores: dict[str, dict[str, float]], floors: dict[str, dict[str, float]]
) -> list[str]:
    """One line for each figure below its floor, printed; `without` may not be above it."""
    below = []
    for name, figures in scores.items():
        for key, floor in floors.get(name, {}).items():
            value = 100 * figures[key]
            if (value > floor) if key == "without" else (value < floor):
                below.append(f"{name} {key}: {value:.2f}, the floor is {floor:.2f}")
    print("\n".join(below) if below else "every set is at or above its floor")
    return below


def write_on_card(path: Path, name: str, scores: dict[str, dict[str, float]]) -> None:
    """What a model made as this one scores on pages of publications it has not seen, per cent."""
    card = json.loads(path.read_text(encoding="utf-8"))
    said = card.setdefault("out_of_fold", {}).setdefault(name, {})
    said |= {
        key: {figure: round(100 * value, 2) for figure, value in figures.items()}
        for key, figures in scores.items()
    }
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check_cpu(corpus: Path, folds: Sequence[Fold], *, max_ratio: float) -> list[str]:
    """CPU a page of the whole chain and of trafilatura with metadata, page by page in turn."""
    logging.disable(logging.CRITICAL)
    rows = [row for row in read_rows(corpus) if row["set"] in CPU_SETS]
    pages = labelled_pages(corpus, rows, folds)
    ours = theirs = 0.0
    for number, it in enumerate(pages[:WARM_UP_PAGES] + pages):
        if number == WARM_UP_PAGES:
            gc.freeze()  # as a crawl's workers do; it does as much for trafilatura
        body, url = it.page.body, it.page.url
        own = cpu_of(partial(process, it.page, model=it.model, with_links=False))
        other = cpu_of(partial(bare_extraction, body, url=url, with_metadata=True))
        if number >= WARM_UP_PAGES:
            ours, theirs = ours + own, theirs + other
    ratio = ours / theirs
    milliseconds = 1000 / len(pages)
    print(
        f"CPU a page, {len(pages)} pages: winnow {ours * milliseconds:.1f} ms,"
        f" trafilatura with metadata {theirs * milliseconds:.1f} ms, ratio {ratio:.2f},"
        f" the goal is {CPU_GOAL:.2f}"
    )
    return [] if ratio <= max_ratio else [f"ratio {ratio:.2f}, the limit is {max_ratio:.2f}"]


def print_known_cpu(corpus: Path, folds: Sequence[Fold]) -> None:
    """The same where a site's other pages have taught its layout, beside what it is without."""
    cost = known_cost(known_pages(corpus, lambda rows: model_for(corpus, rows, folds)))
    for name, spent in (("known sites", cost.every), ("known layouts", cost.pruned)):
        print(
            f"CPU of {spent.pages} pages of {name}: ratio {spent.known / spent.theirs:.2f},"
            f" with nothing known {spent.whole / spent.theirs:.2f},"
            f" the goal is {KNOWN_CPU_GOAL:.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
