"""The archive as a person or a script asks it, on both databases."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from db import Archive
from db.errors import DatabaseUnavailable, NotFound, QueryRefused, SchemaOutdated
from db.export import EXPORT_COLUMNS, csv_cell, export_row
from db.models import Article, CutBlock, Page, PageState, Revision
from db.outcomes import Outcome
from db.search import SearchOrder
from db.session import Database
from tests.db.small_archive import ARTICLES, START, add_small_archive


@pytest.fixture
def archive(database: Database) -> Iterator[Archive]:
    with database.write() as session:
        add_small_archive(session)
    with Archive(database, url_keys=lambda url: [url.encode()[-16:]]) as archive:
        yield archive


def page(url: str, **values: object) -> Page:
    columns = {
        "fetch_hash": url.encode()[-16:], "url": url, "host": "coast.example", "depth": 0,
        "site": "coast.example", "state": PageState.DONE, "attempts": 1, "discovered_at": START,
    }  # fmt: skip
    return Page(**(columns | values))


def test_it_opens_by_url_or_path(database_url: str, database: Database) -> None:
    with Archive(database_url) as archive:
        assert archive.search("storm") == []
    if database.path is not None:
        with Archive(database.path) as archive:
            assert archive.status().articles == 0


def test_it_refuses_a_database_without_tables(database_url: str) -> None:
    with pytest.raises(SchemaOutdated, match="winnow init"):
        Archive(database_url)


def test_a_search_has_filters_order_and_pages(archive: Archive) -> None:
    assert len(archive.search("storm")) == 2
    assert [hit.source for hit in archive.search("storm", source="coast")] == ["coast"]
    assert len(archive.search(language="en", limit=3)) == 3
    assert len(archive.search("storm", order=SearchOrder.RANK)) == 2
    first = archive.search(limit=1)
    assert archive.search(limit=1, after=first[0]) == archive.search(limit=2)[1:]
    assert archive.count("storm") == 2
    assert archive.count() == len(ARTICLES)


def test_an_article_is_found_by_number_and_by_every_address(archive: Archive) -> None:
    with archive.database.write() as session:
        article = session.scalars(select(Article).where(Article.title == "Pi")).one()
        session.add(page("http://coast.example/first", article_id=article.id))
        moved = {"answered_url": "http://coast.example/there", "article_id": article.id}
        session.add(page("http://coast.example/moved", **moved))
    for wanted in (
        article.id,
        str(article.id),
        article.url,
        "http://coast.example/first",
        "http://coast.example/there",
        f" {article.url} ",
    ):
        assert archive.get(wanted).title == "Pi"


def test_a_url_is_found_by_its_keys_whatever_its_spelling(archive: Archive) -> None:
    with archive.database.write() as session:
        article = session.scalars(select(Article).where(Article.title == "Pi")).one()
        session.add(page("http://coast.example/0123456789abcdef", article_id=article.id))
    assert archive.get("https://AMP.coast.example/0123456789abcdef").id == article.id


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("999999", "no article '999999'"),
        ("9" * 40, "no article '999"),
        ("-1", "no article '-1'"),
        ("storm", "give the number that `winnow search` shows, or a URL"),
        ("https://coast.example/never", "was never asked for"),
        ("https://coast.example/walled-off-page", r"ended as paywalled \(3 words\)"),
        ("https://coast.example/not-fetched-yet", "not fetched yet"),
    ],
)
def test_what_is_not_there_is_said_with_its_reason(
    archive: Archive, wanted: str, said: str
) -> None:
    with archive.database.write() as session:
        walled = "https://coast.example/walled-off-page"
        session.add(page(walled, outcome=Outcome.PAYWALLED, detail="3 words"))
        due = {"state": PageState.DUE, "due_at": START}
        session.add(page("https://coast.example/not-fetched-yet", **due))
    with pytest.raises(NotFound, match=said):
        archive.get(wanted)


def test_a_number_that_no_database_holds_names_nothing(archive: Archive) -> None:
    for ask in (archive.get, archive.story, archive.revisions, archive.raw, archive.run):
        with pytest.raises(NotFound):
            ask(10**20)


def test_an_article_is_told_whole(archive: Archive) -> None:
    article = archive.get(archive.search("title:calm")[0].article_id)
    assert (article.source, article.authors) == ("coast", ("Bob Lee", "Ann Marie Kay"))
    assert article.blocks[0].text == article.text
    assert article.sort_at == article.published_at == START
    assert article.fetched_at - START == timedelta(minutes=5)


def test_revisions_are_told_first_to_current(archive: Archive) -> None:
    article_id = archive.search("title:calm")[0].article_id
    with archive.database.write() as session:
        session.execute(update(Article).where(Article.id == article_id).values(revision=2))
        session.add(
            Revision(
                article_id=article_id,
                number=1,
                title="Rough sea",
                text="Before.",
                content_hash=b"h" * 16,
                fetched_at=START,
                cleaner_version=1,
                profile_version=0,
            )
        )
    told = [(revision.number, revision.title) for revision in archive.revisions(article_id)]
    assert told == [(1, "Rough sea"), (2, "Calm sea")]


def test_cuts_are_told_in_page_order(archive: Archive) -> None:
    article_id = archive.search("title:calm")[0].article_id
    with archive.database.write() as session:
        for position in (2, 0):
            session.add(
                CutBlock(
                    article_id=article_id,
                    position=position,
                    kind="paragraph",
                    text="Share",
                    path="div",
                    rule="share_bar",
                    reason="one word",
                )
            )
    assert [cut.position for cut in archive.cuts(article_id)] == [0, 2]


def test_what_was_not_kept_is_not_found(archive: Archive) -> None:
    article_id = archive.search("title:calm")[0].article_id
    with pytest.raises(NotFound, match="was not kept"):
        archive.raw(article_id)
    for method in (archive.raw, archive.revisions):
        with pytest.raises(NotFound, match="no article 999"):
            method(999)


def test_all_articles_are_told_by_number(archive: Archive) -> None:
    told = list(archive.iter())
    assert [article.title for article in told] == [each.title for each in ARTICLES]
    assert [article.title for article in archive.iter("storm -calm")] == [ARTICLES[0].title]
    assert len(list(archive.iter(since="2026-01-04"))) == 2


def test_json_lines_hold_every_column(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    assert archive.export(path) == len(ARTICLES)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert all(tuple(row) == EXPORT_COLUMNS for row in rows)
    assert rows[0]["schema"] == 1
    assert rows[0]["published_at"] == "2026-01-01T06:00:00Z"
    assert [row["title"] for row in rows] == [each.title for each in ARTICLES]
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []


def test_csv_holds_the_same(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "some.CSV"
    assert archive.export(path, "storm", language="en") == 2
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == EXPORT_COLUMNS
    assert rows[1]["authors"] == "Bob Lee; Ann Marie Kay"
    assert rows[0]["text"] == ARTICLES[0].text


def test_columns_are_those_of_a_row(archive: Archive) -> None:
    assert tuple(export_row(archive.get(1))) == EXPORT_COLUMNS


def test_an_export_that_fails_leaves_the_old_file(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text("before")
    with pytest.raises(QueryRefused):
        archive.export(path, "(storm")
    with pytest.raises(QueryRefused, match=r"ending in \.jsonl, \.csv"):
        archive.export(tmp_path / "all.xlsx")
    with pytest.raises(DatabaseUnavailable, match="cannot write"):
        archive.export(tmp_path / "no" / "folder.csv")
    assert path.read_text() == "before"
    assert [file for file in tmp_path.iterdir() if file.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u200b\u00a0=1", "'\u200b\u00a0=1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"),
        ("\n=1", "'\n=1"),
        ("1=1", "1=1"),
        ("", ""),
        ("  ", "  "),
        (-1, "-1"),
        (True, "true"),
        (None, ""),
        (["=a", "b"], "'=a; b"),
    ],
)  # fmt: skip
def test_no_csv_cell_is_computed(value: str | int | list[str] | None, expected: str) -> None:
    assert csv_cell(value) == expected


def test_sql_can_be_asked(archive: Archive) -> None:
    result = archive.query("SELECT count(*) AS articles FROM articles")
    assert (result.columns, result.rows) == (("articles",), ((len(ARTICLES),),))


def test_a_filter_may_be_a_time(archive: Archive) -> None:
    at = datetime(2026, 1, 4, tzinfo=UTC)
    assert archive.count(since=at) == 2
    with pytest.raises(QueryRefused, match="time zone"):
        archive.count(since=at.replace(tzinfo=None))
