"""Young articles are looked at again: which, when, and what a crawl makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from sqlalchemy import select, update

from crawler.cli.main import run_command as run_here
from crawler.revisits import ask_for_revisits, due_revisits, format_revisit, read_revisit
from crawler.seeding import SeedChoice
from crawler.source_fields import read_source_values
from crawler.sources import add_source, find_source
from db import pages, runs
from db.models import Article, Page, PageState, Source
from db.outcomes import Outcome
from db.session import Database
from tests.crawls import read_ledger, start_crawl
from tests.servers.bodies import HTML, article_html
from tests.servers.hostile import HostileServer
from tests.storing import Shelf, words

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tests.servers.loopback import Exchange

KEY = "harbour"
SITE = "https://www.harbour.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ETAG = {"ETag": '"abc"'}


def follow(database: Database, url: str = SITE, **values: object) -> None:
    seed = SeedChoice(url=url + "/feed", kind="feed")
    given = read_source_values({"key": KEY, **values})
    add_source(database, url, seeds=[seed], values=given, now=NOW)


def store(
    session: Session, url: str, *, now: datetime, age: str, looked: str, **columns: object
) -> int:
    """An article of the source, published and last looked at so long ago; its page's id."""
    published_at, tried_at = (now - timedelta(minutes=int(minutes)) for minutes in (age, looked))
    source_id = session.scalar(select(Source.id))
    stored = Shelf(session).put(url, words(crc32(url.encode())), published_at=published_at)
    page_id = session.scalar(select(Article.page_id).where(Article.id == stored.article_id))
    values = {"source_id": source_id, "tried_at": tried_at, "outcome": Outcome.SAVED, **columns}
    session.execute(update(Page).where(Page.id == page_id).values(values))
    session.execute(
        update(Article)
        .where(Article.id == stored.article_id)
        .values(source_id=source_id, sort_at=published_at, first_fetched_at=tried_at)
    )
    return page_id or 0


def due(database: Database, *, limit: int = 100, now: datetime = NOW) -> list[str]:
    with database.read() as session:
        found = due_revisits(session, find_source(session, KEY), limit=limit, now=now)
    return [page.url.removeprefix(SITE + "/") for page in found]


def test_what_has_reached_an_age_since_the_last_look_is_due_newest_first(
    database: Database,
) -> None:
    follow(database)
    with database.write() as session:
        for name, age, looked in (
            ("old-news", "20000", "19000"),  # nearly 14 days
            ("three-days", "4400", "2000"),
            ("looked-at", "4400", "10"),
            ("an-hour", "70", "40"),
            ("not-yet", "50", "30"),
            ("half-an-hour", "30", "29"),
        ):
            store(session, f"{SITE}/{name}", now=NOW, age=age, looked=looked)
        gone = {"outcome": Outcome.GONE}
        store(session, f"{SITE}/gone", now=NOW, age="70", looked="40", **gone)
        waiting = {"state": PageState.DUE, "due_at": NOW}
        store(session, f"{SITE}/waiting", now=NOW, age="70", looked="40", **waiting)
        listed = {"source_id": None}
        store(session, f"{SITE}/listed", now=NOW, age="70", looked="40", **listed)
    assert due(database) == ["half-an-hour", "an-hour", "three-days"]
    assert due(database, limit=1) == ["half-an-hour"]
    assert due(database, limit=0) == []
    with database.write() as session:
        find_source(session, KEY).revisit_seconds = [86_400 * 12]
    assert due(database) == ["old-news"]
    with database.write() as session:
        find_source(session, KEY).revisit_seconds = []
    assert due(database) == []


def test_a_killed_run_leaves_its_looks_to_the_next(database: Database) -> None:
    follow(database)
    with database.write() as session:
        page_id = store(session, f"{SITE}/a", now=NOW, age="70", looked="40")
        source = find_source(session, KEY)
        run = runs.begin_run(session, lock_key="1", command="", source_id=source.id, now=NOW)
        runs.add_run_pages(session, run.id, [page_id], known=[page_id])
        assert ask_for_revisits(session, run.id, source, limit=9, now=NOW) == 1
        assert pages.count_scope(session, run.id) == 1
        drawn = pages.draw(session, run.id, host="www.harbour.example", limit=9, now=NOW)
        assert [page.id for page in drawn] == [page_id]
    assert due(database) == []
    with database.write() as session:
        runs.take_over(session, [run.id], now=NOW)
        later = runs.begin_run(session, lock_key="2", command="", source_id=None, now=NOW)
        source_id = find_source(session, KEY).id
        assert pages.ask_for_waiting(session, later.id, source_id=source_id, limit=9) == 1


@pytest.mark.parametrize(
    ("said", "seconds", "shown"),
    [
        ("15m 1h 6h 1d 3d", (900, 3_600, 21_600, 86_400, 259_200), "15m 1h 6h 1d 3d"),
        ("1d  90m 1d", (5_400, 86_400), "90m 1d"),
        ("OFF", (), "off"),
    ],
)
def test_ages_are_said_as_lengths_of_time(said: str, seconds: tuple[int, ...], shown: str) -> None:
    assert read_revisit(said) == seconds
    assert format_revisit(seconds) == shown
    assert read_revisit(shown) == seconds


class Paper(HostileServer):
    """A feed that lists nothing new, an article with a validator, one rewritten, one gone."""

    async def _misbehave(self, exchange: Exchange) -> bool:
        if exchange.path == "/feed":
            feed = b"<rss version='2.0'><channel><title>Harbour</title></channel></rss>"
            await exchange.answer(200, {"Content-Type": "application/rss+xml"}, feed)
        elif exchange.path == "/same":
            await exchange.answer(304, ETAG, b"", reason="Not Modified")
        elif exchange.path == "/rewritten":
            await exchange.answer(200, HTML, article_html("rewritten").encode())
        else:
            return await super()._misbehave(exchange)
        return True


def test_a_run_of_the_source_looks_again_and_asks_only_for_what_changed(
    tmp_path: Path, sqlite_template: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, now = tmp_path / "w.db", datetime.now(UTC)
    file.write_bytes(sqlite_template.read_bytes())
    looks = ("/same", "/rewritten", "/gone-by-now")
    with Paper() as server:
        with Database(str(file)) as database:
            follow(database, server.url)
            with database.write() as session:
                for path in looks:
                    etag = ETAG["ETag"]
                    store(session, server.at(path), now=now, age="70", looked="40", etag=etag)
                fresh = {"now": now, "age": "50", "looked": "30"}
                store(session, server.at("/article/too-fresh"), **fresh)  # type: ignore[arg-type]
        assert run_here(["crawl", "--source", KEY, "--dry-run", "--db", str(file)]) == 0
        planned = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        end = start_crawl(
            "w.db", "--source", KEY, "--allow-private", "127.0.0.1", folder=tmp_path
        ).wait()
        assert end.exit_code == 0, end.output
        asked = {visit.path: visit.headers.get("if-none-match") for visit in server.log}
    would = {row["url"]: row["would"] for row in planned}
    assert would == {server.url + "/feed": "read seed"} | {
        server.at(path): "look again" for path in looks
    }
    ledger = read_ledger(str(file))
    assert {path: ledger[server.at(path)].outcomes for path in looks} == {
        "/same": ["unchanged"],
        "/rewritten": ["updated"],
        "/gone-by-now": ["gone"],
    }
    assert {path: asked.get(path) for path in looks} == dict.fromkeys(looks, ETAG["ETag"])
    assert "/article/too-fresh" not in asked
    with Database(str(file)) as database:
        assert due(database, now=now + timedelta(minutes=1)) == []
        later = due(database, now=now + timedelta(hours=6))
        assert sorted(later) == sorted(
            [server.at("/article/too-fresh"), server.at("/same"), server.at("/rewritten")]
        )
