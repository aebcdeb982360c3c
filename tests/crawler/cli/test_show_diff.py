"""`winnow show --diff`: what a later text of an article says otherwise."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.cli.diffs import print_diff
from crawler.revision_diffs import diff_html, revision_diff
from db.session import Database
from db.stored_articles import StoredRevision
from tests.storing import NOW, Shelf

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

URL = "https://www.harbour.example/2026/03/the-ferry"
FIRST = "The ferry is late.\nNobody knows why.\nThe crew says <nothing>."
SECOND = "The ferry is late.\nNobody knows why.\nThe crew says a lot."
THIRD = "The ferry is late again.\nNobody knows why.\nThe crew says a lot."


@pytest.fixture
def told(ready: RunWinnow, tmp_path: Path) -> RunWinnow:
    """The command line beside an archive: article 1 had three texts, article 2 has one."""
    with Database(str(tmp_path / "winnow.db")) as database, database.write() as session:
        shelf = Shelf(session)
        shelf.put(URL, FIRST, title="Late ferry")
        shelf.put(URL, SECOND, title="Late ferry")
        shelf.put(URL, THIRD, title="Late ferry, again")
        shelf.put(URL + "-2", "Another text that was never changed by anybody at all.")
    return ready


def test_two_revisions_are_compared_in_words_by_number_or_name(told: RunWinnow) -> None:
    lines = told("show", "1", "--diff", "1", "3").stdout.splitlines()
    assert lines[0].startswith("revision 1 (2026-03-01")
    assert lines[1:] == [
        "Late ferry{+, again+}",
        "",
        "The ferry is late{+ again+}.",
        "… 1 paragraph the same",
        "The crew says [-<nothing>-]{+a lot+}.",
    ]
    assert told("show", URL, "--diff", "first", "current").stdout.splitlines() == lines
    turned_round = told("show", "1", "--diff", "3", "previous").stdout.splitlines()
    assert turned_round[1:4] == ["Late ferry[-, again-]", "", "The ferry is late[- again-]."]
    same = told("show", "1", "--diff", "2", "2")
    assert "… 3 paragraphs the same" in same.stdout
    assert same.stderr == "headline and text are the same\n"


def test_as_json_the_pieces_hold_both_texts(told: RunWinnow) -> None:
    [row] = told("show", "1", "--diff", "1", "2", "--json").rows
    assert (row["id"], row["from"]["revision"], row["to"]["revision"]) == (1, 1, 2)  # type: ignore[index]
    assert row["title"] == [{"kind": "equal", "text": "Late ferry"}]
    pieces = row["text"]
    assert isinstance(pieces, list)
    assert [piece["kind"] for piece in pieces] == ["equal", "removed", "added", "equal"]
    for left_out, text in (("added", FIRST), ("removed", SECOND)):
        assert "".join(it["text"] for it in pieces if it["kind"] != left_out) == text


def test_as_html_it_is_a_page_of_its_own_and_every_text_is_escaped(told: RunWinnow) -> None:
    page = told("show", "1", "--diff", "1", "3", "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "<h1>Late ferry<ins>, again</ins></h1>" in page
    assert "The crew says <del>&lt;nothing&gt;</del><ins>a lot</ins>.</p>" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1", "--diff", "1", "9"), "the article has no revision 9, only 1, 2 and 3"),
        (
            ("1", "--diff", "1", "x"),
            "--diff cannot be 'x': give the number of a revision, or first",
        ),
        (("2", "--diff", "previous", "current"), "the article has one text only"),
        (("1", "--diff", "1", "2", "--raw"), "give one of --raw, --revisions, --diff and --cuts"),
        (("1", "--diff", "1", "2", "--format", "markdown"), "--format cannot be 'markdown'"),
        (("1", "--format", "html"), "--format cannot be 'html'"),
        (("1", "--diff", "1"), "--diff"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    told: RunWinnow, arguments: tuple[str, ...], said: str
) -> None:
    ended = told("show", *arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("no_color", [False, True])
def test_a_terminal_shows_it_in_colours_unless_none_are_wanted(
    monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        print_diff(revision_diff(revision(1, "[b]old[/b] words"), revision(2, "new words")))
        terminal.flush()
        shown = ""
        while " words\r\n" not in shown:
            shown += os.read(ours, 65_536).decode()
    os.close(ours)
    assert "[b]old[/b]" in shown
    assert ("\x1b[" in shown) is not no_color
    assert ("[-[b]old[/b]-]{+new+} words" in shown) is no_color


def test_a_missing_headline_is_compared_as_an_empty_one() -> None:
    before, after = revision(1, "Words", title=None), revision(2, "Words", title="Now with one")
    diff = revision_diff(before, after)
    assert [(str(piece.kind), piece.text) for piece in diff.title] == [("added", "Now with one")]
    assert not diff.is_empty
    assert "<title>(no title)</title>" in diff_html(revision_diff(after, before))


def revision(number: int, text: str, *, title: str | None = "Title") -> StoredRevision:
    return StoredRevision(
        number=number, title=title, text=text, modified_at=None, fetched_at=NOW, raw_page_id=None
    )
