"""`winnow search --facets`, and what a query that cannot be read is answered with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.cli.facets import MAX_BARS, bar_lines
from db.facets import FacetCount
from db.session import Database
from tests.db.small_archive import add_small_archive

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow


def counted(**articles: int) -> list[FacetCount]:
    return [FacetCount(value=value, articles=count) for value, count in articles.items()]


def test_bars_are_as_long_as_their_numbers() -> None:
    counts = [*counted(en=1_000, fr=500, de=1), FacetCount(value=None, articles=250)]
    assert list(bar_lines(counts, width=23)) == [
        "en      1,000  " + "█" * 8,
        "fr        500  " + "█" * 4,
        "de          1  █",
        "(none)    250  " + "█" * 2,
    ]


def test_what_has_no_room_is_one_line() -> None:
    counts = counted(**{f"source{number:02}": 5 for number in range(MAX_BARS + 3)})
    *lines, last = bar_lines(counts, width=80)
    assert len(lines) == MAX_BARS
    assert last == "and 15 of 3 others"


def test_no_name_writes_to_the_terminal_what_it_would_obey() -> None:
    (line,) = bar_lines([FacetCount(value="e\x1b[2Jn\n", articles=1)], width=20)
    assert line.isprintable()


def test_facets_are_lines_of_json_in_a_pipe(ready: RunWinnow, tmp_path: Path) -> None:
    with Database(str(tmp_path / "winnow.db")) as database, database.write() as session:
        add_small_archive(session)
    ended = ready("search", "storm", "--facets")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {"facet": "day", "value": "2026-01-01", "articles": 2},
        {"facet": "source", "value": "coast", "articles": 1},
        {"facet": "source", "value": None, "articles": 1},
        {"facet": "language", "value": "en", "articles": 2},
    ]


def test_facets_of_less_than_all_that_is_found_are_refused(ready: RunWinnow) -> None:
    for option in ("--distinct", "--rank"):
        ended = ready("search", "", "--facets", option)
        assert (ended.exit_code, "leave --distinct and --rank out" in ended.stderr) == (2, True)


def test_a_query_that_cannot_be_read_ends_with_2_and_a_caret(ready: RunWinnow) -> None:
    ended = ready("search", "storm (coast", "--facets")
    assert ended.exit_code == 2
    assert ended.stderr.splitlines() == [
        "winnow: this bracket is never closed:",
        "  storm (coast",
        "        ^",
    ]
