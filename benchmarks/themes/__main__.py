"""Invented sites through the chain: is a string of their themes left, is a paragraph lost?

    python -m benchmarks.themes [--seed N] [--wording shown|held-out] [--write DIR] [--verbose]

Prints for each site its first page, read with nothing known of it, and its six pages when they
teach each other (`winnow clean --jsonl --learn`), with trafilatura beside. --write puts the pages
into a folder with a pages.jsonl that `winnow clean --jsonl` reads. Exit codes: 0 at or above the
bars, 1 below.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.themes.scoring import PageScore, SiteScore, score_site
from benchmarks.themes.sites import WORDS_HELD_OUT, WORDS_SHOWN, pages, themes

MIN_FIRST_PERFECT = 0.9
"""Of the sites, whose first page must be perfect: 18 of 20."""


def main() -> int:
    """Run what was asked for; see the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wording", choices=("shown", "held-out"), default="shown")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    wording = WORDS_SHOWN if args.wording == "shown" else WORDS_HELD_OUT
    if args.write is not None:
        write(args.write, seed=args.seed, wording=wording)
    scores = []
    for theme in themes(args.seed):
        scores.append(score_site(theme, pages(theme, wording)))
        print(_row(scores[-1]), flush=True)
        if args.verbose:
            print(_details(scores[-1]), end="")
    below = check(scores)
    print("\n".join(below) if below else "every bar is met")
    return 1 if below else 0


def check(scores: Sequence[SiteScore]) -> list[str]:
    """The sums, printed; one line for each bar that is not met."""
    first = sum(score.first.is_perfect for score in scores)
    lost = sum(len(score.first.lost) for score in scores)
    whole = [page for score in scores for page in score.whole]
    theirs = [page for score in scores for page in score.trafilatura]
    print(f"first page perfect: {first} of {len(scores)}, paragraphs lost there: {lost}")
    print(f"whole sites: {_sums(whole)}\ntrafilatura: {_sums(theirs)}")
    bars = {
        f"first pages: {MIN_FIRST_PERFECT:.0%} must be perfect": first
        >= MIN_FIRST_PERFECT * len(scores),
        "first pages: no paragraph may be lost": lost == 0,
        "whole sites: every page must be perfect": all(page.is_perfect for page in whole),
    }
    return [bar for bar, is_met in bars.items() if not is_met]


def write(folder: Path, *, seed: int, wording: str) -> None:
    """The pages as files, and pages.jsonl with what must and must not be left of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as lines:
        for theme in themes(seed):
            for number, page in enumerate(pages(theme, wording)):
                path = folder / f"{theme.name}-{number}.html"
                path.write_text(page.html, encoding="utf-8")
                row = {
                    "id": path.stem,
                    "url": page.url,
                    "html": str(path),
                    "strings": page.strings,
                    "paragraphs": page.paragraphs,
                }
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def _row(score: SiteScore) -> str:
    theme = score.theme
    markup = f"{theme.prompt} {theme.prompt_place}; {theme.pager} {theme.pager_place}"
    return (
        f"{theme.name} {theme.language}  first {'perfect' if score.first.is_perfect else 'NOT':<7}"
        f" left {len(score.first.left)} lost {len(score.first.lost)}"
        f" | whole {_sums(score.whole)} | trafilatura {_sums(score.trafilatura)}"
        f" | {markup}; {theme.style}, {theme.shell}"
    )


def _sums(pages: Sequence[PageScore]) -> str:
    perfect = sum(page.is_perfect for page in pages)
    left, lost = sum(len(page.left) for page in pages), sum(len(page.lost) for page in pages)
    return f"{perfect}/{len(pages)} left {left} lost {lost}"


def _details(score: SiteScore) -> str:
    named = {"first": score.first} | {f"page {n}": page for n, page in enumerate(score.whole)}
    return "".join(
        f"    {name}: left {list(page.left)} lost {[text[:40] for text in page.lost]}\n"
        for name, page in named.items()
        if not page.is_perfect
    )


if __name__ == "__main__":
    sys.exit(main())
