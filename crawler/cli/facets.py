"""`winnow search --facets`: counts by day, source and language, as bars on a terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from crawler.cli.output import note, print_json
from crawler.cli.tables import cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.facets import FacetCount, Facets

MAX_BARS = 30
"""A facet; what comes after them is one line."""
MAX_NAME_CELLS = 24
NONE = "(none)"
BAR = "█"


def print_facets(facets: Facets, *, as_json: bool) -> None:
    """Bars on a terminal; elsewhere, or if asked for, a line of JSON a value."""
    by_name = {"day": facets.days, "source": facets.sources, "language": facets.languages}
    if as_json or not sys.stdout.isatty():
        for name, counts in by_name.items():
            for it in counts:
                print_json({"facet": name, "value": it.value, "articles": it.articles})
    elif facets.articles == 0:
        note("nothing found")
    else:
        width = shutil.get_terminal_size().columns
        print(f"{facets.articles:,} articles")
        for name, counts in by_name.items():
            print("\n".join(["", name, *bar_lines(counts, width=width)]))


def bar_lines(counts: Sequence[FacetCount], *, width: int) -> Iterator[str]:
    """A line a value: name, number and a bar, the longest one to the end of the line."""
    shown, rest = counts[:MAX_BARS], counts[MAX_BARS:]
    most = max((it.articles for it in shown), default=1)
    digits = len(f"{most:,}")
    cells = max((min(len(_name(it)), MAX_NAME_CELLS) for it in shown), default=0)
    room = max(width - cells - digits - 4, 1)
    for it in shown:
        bar = BAR * max(1, round(room * it.articles / most))
        yield f"{set_cell_size(_name(it), cells)}  {it.articles:>{digits},}  {bar}"
    if rest:
        yield f"and {sum(it.articles for it in rest):,} of {len(rest):,} others"


def _name(count: FacetCount) -> str:
    return NONE if count.value is None else cell(count.value)
