"""Score the chain on labelled pages against pinned floors, and its CPU against trafilatura.

    python -m benchmarks.extraction --out-of-fold DIR [--learn] [--card] [--no-cpu] [--sets wcxb]
    python -m benchmarks.extraction --out-of-fold DIR --ablate [--sets wcxb]

DIR holds the models of `python -m benchmarks.extraction.training --out-of-fold DIR`; each page is
cleaned with the one that saw no page of its publication. With `--learn` the pages of one site in a
set teach each other, as `winnow clean --jsonl --learn` does; else each is its site's first. The
shipped model saw them all, so its score on these pages would say nothing and is never measured:
without DIR only the CPU is. With `--card` the figures are written on that model's card; with
`--ablate` nothing is judged, but a table is printed of what each rule of cleaning gives and costs.

The labelled pages are no part of the repository: WINNOW_CORPUS names their folder, else
`../shared/corpus` is tried. Exit codes: 0 all at or above their floors, 1 one below, 2 no pages.
"""

import argparse
import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction

from benchmarks.extraction.ablation import print_ablation
from benchmarks.extraction.corpus import digest_of, read_html, read_rows
from benchmarks.extraction.known_sites import known_cost, known_pages
from benchmarks.extraction.out_of_fold import (
    clean_by_site,
    clean_singly,
    read_folds,
    score_known,
    score_out_of_fold,
)
from pipelines import process_page
from pipelines.model.classifier import MODEL_FILE

ROOT = Path(__file__).resolve().parents[2]
FLOORS = Path(__file__).with_name("floors.json")
CPU_SETS = ("publishers", "fundus_eval")
WARM_UP_PAGES = 10
CPU_GOAL = 16 / 35
"""Of trafilatura's CPU with metadata, on a page of a site without history; not reached yet."""


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
    if args.out_of_fold is not None:
        sets = args.sets.split(",") if args.sets else []
        if args.ablate:
            print_ablation(corpus, read_folds(args.out_of_fold), sets)
            return 0
        clean, floor = (clean_by_site, "scores_by_site") if args.learn else (clean_singly, "scores")
        scores = score_out_of_fold(corpus, read_folds(args.out_of_fold), sets, clean=clean)
        below += check_scores(scores, floors[floor])
        if not sets:
            score_known(corpus, read_folds(args.out_of_fold))
        if args.card:
            write_on_card(MODEL_FILE.with_suffix(".json"), floor, scores)
    if not args.no_cpu:
        below += check_cpu(corpus, max_ratio=floors["max_cpu_ratio"])
        print_known_cpu(corpus)
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


def check_cpu(corpus: Path, *, max_ratio: float) -> list[str]:
    """CPU a page of the whole chain and of trafilatura with metadata, page by page in turn."""
    logging.disable(logging.CRITICAL)
    pages = list(_pages(corpus))
    ours = theirs = 0.0
    for number, (url, body) in enumerate(pages[:WARM_UP_PAGES] + pages):
        if number == WARM_UP_PAGES:
            gc.freeze()  # as a crawl's workers do; it does as much for trafilatura
        own = _cpu(process_page, body, url)
        other = _cpu(_trafilatura, body, url)
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


def print_known_cpu(corpus: Path) -> None:
    """The same where a site's other pages have taught its layout, beside what it is without."""
    cost = known_cost(known_pages(corpus))
    print(
        f"CPU of {cost.pages} pages of known sites, {cost.pruned} read without furniture:"
        f" ratio {cost.known / cost.theirs:.2f}, of unknown ones {cost.whole / cost.theirs:.2f}"
    )


def _pages(corpus: Path) -> list[tuple[str, bytes]]:
    rows = [row for row in read_rows(corpus) if row["set"] in CPU_SETS]
    return [(row["url"], read_html(corpus, row)) for row in rows]


def _trafilatura(body: bytes, url: str) -> object:
    return bare_extraction(body, url=url, with_metadata=True)


def _cpu(extract: Callable[[bytes, str], object], body: bytes, url: str) -> float:
    start = time.process_time()
    extract(body, url)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
