"""`winnow stories`, `dupes` and `search --distinct` from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.session import Database
from tests.storing import Shelf, words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow


def text(seed: int, start: int = 0) -> str:
    return "\n".join(words(seed * 100 + number, 30) for number in range(start, 8))


@pytest.fixture
def stocked(ready: RunWinnow, tmp_path: Path) -> RunWinnow:
    """Articles 1 to 3 tell one story, 4 another."""
    with Database(str(tmp_path / "winnow.db")) as database, database.write() as session:
        shelf = Shelf(session)
        for number, told in enumerate((text(1), text(1), text(1, 1), text(2)), 1):
            shelf.put(f"https://paper{number}.example/2026/03/a", told, title=f"Title {number}")
    return ready


def test_the_list_and_one_story(stocked: RunWinnow) -> None:
    listed = stocked("stories", "list")
    assert [(row["id"], row["members"], row["title"]) for row in listed.rows] == [(1, 3, "Title 1")]
    assert len(stocked("stories", "list", "--min-members", "1").rows) == 2
    assert stocked("stories", "list", "--since", "2030-01-01").rows == []
    [shown] = stocked("stories", "show", "1").rows
    articles = shown["articles"]
    assert isinstance(articles, list)
    assert [it["reason"] for it in articles] == ["first", "exact", "near"]


def test_a_distinct_search_shows_a_story_once(stocked: RunWinnow) -> None:
    query = words(104, 1)
    assert [row["id"] for row in stocked("search", query).rows] == [3, 2, 1]
    assert [
        row["id"] for row in stocked("search", query, "since:2026", "site:paper2.example").rows
    ] == [2]
    assert [row["id"] for row in stocked("search", query, "--distinct").rows] == [3]
    assert len(stocked("search", query, "--distinct", "--rank").rows) == 1


def test_splitting_and_joining_hold_against_a_reindex(stocked: RunWinnow) -> None:
    split = stocked("stories", "split", "1", "2")
    assert (split.exit_code, "1 article of story 1 is story 3 now" in split.stderr) == (0, True)
    [apart] = stocked("dupes", "2", "--with", "1").rows
    assert (apart["verdict"], apart["together"], apart["by_hand"]) == ("same", False, True)
    assert stocked("stories", "join", "2", "3").exit_code == 0
    again = stocked("stories", "reindex")
    assert (again.exit_code, "looked at" in again.stderr) == (0, True)
    members = {row["id"]: row["members"] for row in stocked("stories", "list").rows}
    assert members == {1: 2, 2: 2}


def test_the_figures_of_each_rule(stocked: RunWinnow) -> None:
    row, other = stocked("dupes", "3").rows
    assert (row["together"], row["by_hand"]) == (True, False)
    assert (row["story"], row["article"], row["verdict"], row["failed"]) == (1, 1, "same", [])
    assert other["article"] == 2
    reprints = stocked("dupes", "1").rows
    assert [(row["article"], row["exact"]) for row in reprints] == [(2, True), (3, False)]
    [row] = stocked("dupes", "3", "--with", "4").rows
    assert (row["verdict"], row["containment"]) == ("other", 0.0)
    assert "containment" in row["failed"]  # type: ignore[operator] # a list
    [row] = stocked("dupes", "1", "--with", "2").rows
    assert row["exact"] is True


def test_what_cannot_be_done_is_said_in_a_sentence(stocked: RunWinnow) -> None:
    for arguments, sentence in (
        (("stories", "show", "99"), "no story 99"),
        (("stories", "show", "9" * 20), "a whole number up to 2,147,483,647"),
        (("stories", "list", "--limit", "0"), "1 or more"),
        (("query", "SELECT 1", "--limit", "9" * 10), "a whole number up to"),
        (("stories", "split", "1", "4"), "article 4 is not in story 1"),
        (("stories", "split", "2", "4"), "nothing to split"),
        (("stories", "join", "1"), "two stories or more"),
        (("stories", "list", "--since", "soon"), "--since"),
        (("dupes", "77"), "no article"),
    ):
        ended = stocked(*arguments)
        assert ended.exit_code != 0
        assert sentence in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
