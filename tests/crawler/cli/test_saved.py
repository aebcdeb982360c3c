"""`winnow saved` from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import feedparser
import pytest

from crawler.webhook import signature
from db.liveness import run_lock
from db.session import Database
from tests.servers.hooks import Hook
from tests.storing import Shelf, words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

SECRET = "hush-hush"


@pytest.fixture
def stocked(ready: RunWinnow, tmp_path: Path) -> RunWinnow:
    put(tmp_path, 1)
    return ready


def put(folder: Path, *numbers: int, title: str = "Bridge toll") -> None:
    with Database(str(folder / "winnow.db")) as database, database.write() as session:
        shelf = Shelf(session)
        for number in numbers:
            url = f"https://paper.example/2026/03/{number}"
            shelf.put(url, words(number), title=f"{title} {number}", language="en")


def titles(rows: list[dict[str, object]]) -> list[object]:
    return [row["title"] for row in rows]


def test_a_run_prints_what_is_new_since_the_last_one(stocked: RunWinnow, tmp_path: Path) -> None:
    added = stocked("saved", "add", "toll", "title:toll lang:en")
    assert (added.exit_code, added.stderr.split(";")[0]) == (0, "saved 'toll': 1 found already")
    assert stocked("saved", "add", "every one", "toll", "--from-start").exit_code == 0
    assert stocked("saved", "run", "toll").rows == []
    put(tmp_path, 2, 3)
    put(tmp_path, 4, title="Other news")
    ran = stocked("saved", "run", "--json")
    assert titles(ran.rows) == [f"Bridge toll {n}" for n in (1, 2, 3, 2, 3)]
    assert [row["saved"] for row in ran.rows] == ["every one"] * 3 + ["toll"] * 2
    assert ran.stderr.splitlines() == ["every one: 3 new", "toll: 2 new"]
    assert stocked("saved", "run").rows == []
    listed = stocked("saved", "list").rows
    assert [(row["name"], row["query"]) for row in listed] == [
        ("every one", "toll"), ("toll", "title:toll lang:en"),
    ]  # fmt: skip
    assert all(row["last_run_at"] for row in listed)
    assert stocked("saved", "remove", "toll", "every one").exit_code == 0
    assert stocked("saved", "list").rows == []


def test_a_webhook_gets_what_is_new_once_it_works_again(
    stocked: RunWinnow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.saved.BATCH_MATCHES", 2)
    monkeypatch.setenv("WINNOW_WEBHOOK_SECRET", SECRET)
    with Hook() as hook:
        stocked("saved", "add", "toll", "toll", "--webhook", hook.url)
        stocked("saved", "add", "mine", "toll")
        put(tmp_path, *range(2, 7))
        hook.statuses = [200, 410]
        ran = stocked("saved", "run")
        assert ran.exit_code == 1
        assert ran.stderr.splitlines()[0] == "mine: 5 new"
        assert "toll: http://127.0.0.1" in ran.stderr
        assert "answered 410; what was not given stays new" in ran.stderr
        assert titles([row for row in ran.rows if row["saved"] == "toll"]) == [
            "Bridge toll 2", "Bridge toll 3",
        ]  # fmt: skip
        again = stocked("saved", "run")
        assert (again.exit_code, len(again.rows)) == (0, 3)
        listed = stocked("saved", "list")
    taken = [json.loads(it.body) for index, it in enumerate(hook.posted) if index != 1]
    assert [it["id"] for told in taken for it in told["articles"]] == [2, 3, 4, 5, 6]
    assert {(told["saved"], told["query"]) for told in taken} == {("toll", "toll")}
    assert taken[0]["articles"][0]["text"] == words(2)
    assert taken[0]["sent_at"].endswith("Z")
    for posted in hook.posted:
        assert posted.headers["x-winnow-signature"] == signature(SECRET, posted.body)
    for ended in (ran, again, listed):
        assert not any(it in ended.stdout + ended.stderr for it in (SECRET, "secret-path"))


def test_a_feed_has_the_newest_whether_given_or_not(
    stocked: RunWinnow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.saved_runs.FEED_ENTRIES", 3)
    stocked("saved", "add", "toll", "toll", "--feed", "toll.atom")
    put(tmp_path, *range(2, 6))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)  # as a schedule would
    assert stocked("saved", "run", "--db", "../winnow.db").exit_code == 0
    monkeypatch.chdir(tmp_path)
    feed = feedparser.parse((tmp_path / "toll.atom").read_bytes())
    assert feed.feed.title == "Winnow: toll"
    newest = [f"Bridge toll {n}" for n in (5, 4, 3)]
    assert [entry.title for entry in feed.entries] == newest
    assert stocked("saved", "feed", "toll", "-o", "feed.json").exit_code == 0
    items = json.loads((tmp_path / "feed.json").read_text("utf-8"))["items"]
    assert [item["title"] for item in items] == newest
    assert stocked("saved", "feed", "toll", "-o", "-").stdout.startswith("<?xml")
    (tmp_path / "toll.atom").unlink()
    assert "3 articles" in stocked("saved", "feed", "toll").stderr
    assert (tmp_path / "toll.atom").exists()


def test_a_feed_that_cannot_be_written_leaves_the_rest_new(
    stocked: RunWinnow, tmp_path: Path
) -> None:
    (tmp_path / "feeds").mkdir()
    stocked("saved", "add", "toll", "toll", "--feed", "feeds/toll.atom")
    (tmp_path / "feeds").rmdir()
    put(tmp_path, 2)
    ran = stocked("saved", "run")
    assert (ran.exit_code, ran.rows) == (1, [])
    assert "cannot write" in ran.stderr
    (tmp_path / "feeds").mkdir()
    assert titles(stocked("saved", "run").rows) == ["Bridge toll 2"]


def test_two_runs_never_give_the_same_search_at_once(stocked: RunWinnow, tmp_path: Path) -> None:
    stocked("saved", "add", "toll", "toll", "--from-start")
    with Database(str(tmp_path / "winnow.db")) as database:
        other = run_lock(database, "saved-1")
        other.hold()
        ran = stocked("saved", "run")
        assert (ran.exit_code, ran.rows) == (0, [])
        assert "toll: left to another run" in ran.stderr
        other.release()
    assert len(stocked("saved", "run").rows) == 1


def test_what_cannot_be_saved_or_run_is_said_in_a_sentence(stocked: RunWinnow) -> None:
    stocked("saved", "add", "toll", "toll")
    for arguments, sentence in (
        (("saved", "add", "toll", "x"), "there is a saved search 'toll' already"),
        (("saved", "add", "-x", "x"), "No such option"),
        (("saved", "add", "../x", "x"), "cannot be called '../x'"),
        (("saved", "add", "a", "source:nobody"), "no source 'nobody'"),
        (("saved", "add", "a", "x", "--webhook", "example.org"), "--webhook: 'example.org'"),
        (("saved", "add", "a", "x", "--feed", "a.csv"), "must end in .atom or feed.json"),
        (("saved", "add", "a", "x", "--feed", "no/a.atom"), "cannot write no/a.atom"),
        (("saved", "run", "tol"), "did you mean 'toll'"),
        (("saved", "remove", "tol"), "did you mean 'toll'"),
        (("saved", "feed", "toll"), "give -o FILE"),
        (("saved", "feed", "toll", "-o", "a.csv"), "must end in .atom or feed.json"),
    ):
        ended = stocked(*arguments)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert sentence in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
    refused = stocked("saved", "add", "a", "toll (bridge")
    assert (refused.exit_code, refused.stderr.splitlines()[-1].strip()) == (2, "^")
    assert len(stocked("saved", "list").rows) == 1
