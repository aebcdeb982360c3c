"""Raw pages come back byte for byte, take little room, and can be let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.errors import NotFound
from db.models import Article, RawDictionary, RawPage
from db.raw_pages import (
    CACHED_DICTIONARIES,
    STALE_PAGES,
    NewRawPage,
    RawPageStore,
    prune,
    read_raw_page,
)
from db.session import Database
from tests.storing import FRAME, Shelf, add_page, body_of, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def new_page(
    session: Session, body: bytes, *, url: str = "https://a.example/1", at: datetime = DAY
) -> NewRawPage:
    return NewRawPage(
        page_id=add_page(session, url),
        host=url.split("/")[2],
        url=url,
        status=200,
        content_type="text/html; charset=ISO-8859-2",
        robots_tag="noarchive",
        fetched_at=at,
        body=body,
    )


def size_of(session: Session, raw_page_id: int) -> int:
    length = select(func.length(RawPage.data)).where(RawPage.id == raw_page_id)
    return session.scalar(length) or 0


def test_what_was_received_comes_back_with_all_that_decodes_it(session: Session) -> None:
    raw_page_id = RawPageStore().put(session, new_page(session, b"\x00\xff" + FRAME))
    record = read_raw_page(session, raw_page_id)
    assert record.body == b"\x00\xff" + FRAME
    assert record.content_type == "text/html; charset=ISO-8859-2"
    assert (record.robots_tag, record.status, record.fetched_at) == ("noarchive", 200, DAY)


def test_a_page_that_does_not_exist_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="raw page 7"):
        read_raw_page(session, 7)


def test_an_equal_body_of_the_same_page_is_stored_once(session: Session) -> None:
    store = RawPageStore()
    page, other = new_page(session, FRAME), new_page(session, FRAME, url="https://a.example/2")
    assert store.put(session, page) == store.put(session, page) != store.put(session, other)


def test_a_host_shares_its_frame_and_hosts_share_nothing(session: Session) -> None:
    store = RawPageStore()
    first = store.put(session, new_page(session, body_of(words(1))))
    later = store.put(session, new_page(session, body_of(words(2)), url="https://a.example/2"))
    store.put(session, new_page(session, body_of(words(3)), url="https://b.example/3"))
    assert size_of(session, later) < 700 < len(body_of(words(2))) / 10
    assert size_of(session, first) < 100
    assert session.scalars(select(RawDictionary.host)).all() == ["a.example", "b.example"]


def noise(seed: int, size: int = 20_000) -> bytes:
    """A page in a frame of its own: 64 different bytes, so it shrinks by a quarter at most."""
    return bytes(Random(seed).choices(range(32, 96), k=size))


def test_a_host_with_a_new_frame_gets_a_new_dictionary(session: Session) -> None:
    store = RawPageStore()
    store.put(session, new_page(session, body_of(words(1))))
    for n in range(STALE_PAGES + 2):
        url = f"https://a.example/new/{n}"
        raw_page_id = store.put(session, new_page(session, noise(1) + noise(n, 200), url=url))
    assert session.scalar(select(func.count(RawDictionary.id))) == 2
    assert size_of(session, raw_page_id) < 1000
    assert read_raw_page(session, raw_page_id).body == noise(1) + noise(STALE_PAGES + 1, 200)


def test_small_pages_need_no_dictionary(session: Session) -> None:
    raw_page_id = RawPageStore().put(session, new_page(session, b""))
    assert read_raw_page(session, raw_page_id).body == b""
    assert session.scalar(select(func.count(RawDictionary.id))) == 0


def test_what_a_rollback_took_away_is_not_used_again(database: Database) -> None:
    store = RawPageStore()
    with database.read() as session:  # which ends with a rollback
        store.put(session, new_page(session, noise(1)))
    with database.write() as session:
        later = new_page(session, noise(2), url="https://a.example/2", at=DAY + timedelta(1))
        raw_page_id = store.put(session, later)
    with database.read() as session:
        assert read_raw_page(session, raw_page_id).body == noise(2)


def test_a_store_holds_a_bounded_number_of_dictionaries(session: Session) -> None:
    store = RawPageStore()
    for n in range(CACHED_DICTIONARIES + 5):
        store.put(session, new_page(session, FRAME, url=f"https://h{n}.example/"))
    assert len(store._loaded) == CACHED_DICTIONARIES


def test_pruning_drops_old_bodies_and_keeps_articles_and_needed_dictionaries(
    session: Session,
) -> None:
    shelf = Shelf(session)
    first = shelf.put("https://a.example/2026/first-story-of-all", words(1))
    second = shelf.put("https://a.example/2026/second-story-of-all", words(2))
    shelf.put("https://b.example/2026/third-story-of-all", words(3))
    cutoff = shelf.article(second.article_id)["fetched_at"]
    assert prune(session, cutoff) == 1
    assert shelf.count(Article) == 3
    assert shelf.article(first.article_id)["raw_page_id"] is None
    kept = shelf.article(second.article_id)["raw_page_id"]
    assert read_raw_page(session, kept).body == body_of(words(2))
    assert prune(session, shelf.now + timedelta(days=1)) == 2
    assert shelf.count(RawPage) == shelf.count(RawDictionary) == 0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.binary() | st.just(FRAME)), max_size=6))
def test_any_bytes_come_back(sqlite_template: Path, pages: list[tuple[str, bytes]]) -> None:
    with Database(str(sqlite_template)) as database, database.read() as session:
        store = RawPageStore()
        stored = [
            store.put(session, new_page(session, body, url=f"https://{host}.example/{n}"))
            for n, (host, body) in enumerate(pages)
        ]
        bodies = [read_raw_page(session, raw_page_id).body for raw_page_id in stored]
        assert bodies == [body for _, body in pages]  # `read` rolls it all back
