"""Forgetting leaves no word behind, and everything else readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from db.forget import Forgotten, forget_host, forget_url
from db.maintenance import vacuum
from db.models import Article, CutBlock, Page, RawDictionary, RawPage, Revision, SearchTerms
from db.raw_pages import RawPageStore, read_raw_page
from pipelines.page_visits import StoreTools
from pipelines.urls import fetch_key, key_hash, url_key
from tests.storing import Shelf, body_of, reclean_body, words

if TYPE_CHECKING:
    from pathlib import Path

    from db.session import Database

SECRET = "https://harbour.example/2026/03/the-secret-of-the-lighthouse"
OTHERS = [f"https://harbour.example/2026/03/story-about-number-{n}" for n in range(1, 5)]
SECRET_TEXT = words(1) + " zyxwlighthouse "


def fill(database: Database) -> None:
    """The secret comes first, so its page is the dictionary of its host."""
    with database.write() as session:
        shelf = Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))
        shelf.put(SECRET, SECRET_TEXT, title="About zyxwlighthouse")
        shelf.put(SECRET, SECRET_TEXT + "again zyxwsecond", title="About zyxwlighthouse")
        shelf.put(SECRET + "/amp", SECRET_TEXT)
        for n, url in enumerate(OTHERS, 10):
            shelf.put(url, words(n))
        shelf.put("https://valley.example/2026/03/market-day", words(20))


def forget_the_secret(database: Database) -> Forgotten:
    with database.write() as session:
        return forget_url(session, fetch_hash=key_hash(fetch_key(SECRET)), url_key=url_key(SECRET))


def test_forgetting_a_url_takes_its_article_and_all_its_addresses(database: Database) -> None:
    fill(database)
    assert forget_the_secret(database) == Forgotten(pages=2, articles=1, revisions=1, raw_pages=3)
    assert forget_the_secret(database) == Forgotten(pages=0, articles=0, revisions=0, raw_pages=0)
    with database.read() as session:
        shelf = Shelf(session)
        assert [shelf.count(each) for each in (Page, Article, SearchTerms, CutBlock)] == [5] * 4
        assert shelf.count(Revision) == 0


def test_pages_compressed_with_a_forgotten_one_stay_readable(database: Database) -> None:
    fill(database)
    with database.read() as session:
        dependents = select(RawPage.id).where(RawPage.dictionary_id.is_not(None))
        assert len(session.scalars(dependents).all()) == 8
    forget_the_secret(database)
    with database.read() as session:
        bodies = [read_raw_page(session, each).body for each in session.scalars(select(RawPage.id))]
        assert sorted(bodies) == sorted(body_of(words(n)) for n in (10, 11, 12, 13, 20))
        assert session.scalars(select(RawDictionary.host)).all() == ["valley.example"]


def test_forgetting_a_host_leaves_the_other_hosts(database: Database) -> None:
    fill(database)
    with database.write() as session:
        forgotten = forget_host(session, "harbour.example")
    assert (forgotten.pages, forgotten.articles) == (6, 5)
    with database.read() as session:
        assert session.scalars(select(Page.host)).all() == ["valley.example"]
        assert session.scalars(select(Article.site)).all() == ["valley.example"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_forgotten_word_is_left_in_the_file(database: Database, tmp_path: Path) -> None:
    fill(database)
    assert_found(tmp_path, b"zyxwlighthouse", expected=True)
    forget_the_secret(database)
    vacuum(database)
    for word in (b"zyxwlighthouse", b"zyxwsecond", b"w1x64", b"the-secret-of"):
        assert_found(tmp_path, word, expected=False)
    with database.read() as session:
        session.execute(
            text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
        )


def assert_found(folder: Path, word: bytes, *, expected: bool) -> None:
    content = b"".join(path.read_bytes() for path in folder.glob("winnow.db*"))
    assert (word in content) is expected, word
