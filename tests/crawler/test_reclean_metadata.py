"""`reclean` and metadata: old titles and bylines are renewed, and nothing known is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from crawler.recleaning import RecleanPlan, RecleanReport, reclean
from db.models import Article, Page, SearchTerms
from pipelines.process import process
from pipelines.records import FetchedPage
from pipelines.store import store_result
from pipelines.workers import WorkerLimits
from tests.small_site import paragraphs, story_url
from tests.storing import NOW, add_page

if TYPE_CHECKING:
    from db.session import Database

FEED_DATE = datetime(2026, 2, 27, 8, tzinfo=UTC)
OLD = {"title": "An older reading", "authors": ["Redaktion"], "cleaner_version": 1}
LATER = NOW + timedelta(days=2)


def story(n: int, head: str = "", title: str = "The affair of the ferry") -> FetchedPage:
    body = "".join(f"<p>{text}</p>" for text in paragraphs(n))
    html = (
        f'<html lang="en"><head><title>{title}</title><meta name="author" content="Ada Nwosu">'
        f"{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    return FetchedPage(
        request_url=story_url(n), url=story_url(n), body=html.encode(), fetched_at=NOW,
        link_title=title, link_published_at=FEED_DATE,
    )  # fmt: skip


def store(database: Database, page: FetchedPage) -> None:
    with database.write() as session:
        page_id = add_page(session, page.url)
        hints = {"link_title": page.link_title, "link_published_at": page.link_published_at}
        session.execute(update(Page).where(Page.id == page_id).values(hints))
        store_result(session, process(page), page_id=page_id, fetched=page)


def overwrite(database: Database, **columns: object) -> None:
    with database.write() as session:
        session.execute(update(Article).values(columns))


def only_article(database: Database) -> Article:
    with database.read() as session:
        return session.scalars(select(Article)).one()


def run(database: Database, *, dry_run: bool = False) -> RecleanReport:
    limits = WorkerLimits(workers=1)
    plan = RecleanPlan(dry_run=dry_run)
    return reclean(database, plan, limits, on_progress=lambda _: None)


@pytest.fixture
def stored(database: Database) -> Database:
    store(database, story(1))
    overwrite(database, **OLD)
    return database


def test_a_dry_run_counts_what_would_be_renewed_and_writes_nothing(stored: Database) -> None:
    report = run(stored, dry_run=True)
    assert (report.same, report.renewed) == (1, 1)
    assert report.fields == {"title": 1, "authors": 1}
    shown = {renewal.field: (renewal.before, renewal.after) for renewal in report.renewals}
    assert shown["authors"] == (["Redaktion"], ["Ada Nwosu"])
    assert only_article(stored).title == OLD["title"]


def test_old_metadata_is_renewed_and_found_by_its_new_words(stored: Database) -> None:
    run(stored)
    article = only_article(stored)
    assert (article.title, article.authors) == ("The affair of the ferry", ["Ada Nwosu"])
    with stored.read() as session:
        terms = session.scalars(select(SearchTerms)).one()
    assert "ferry" in terms.title
    assert "nwosu" in terms.authors
    assert run(stored).total == 0


def test_the_date_of_the_feed_is_heard_again(stored: Database) -> None:
    overwrite(stored, published_at=None, sort_at=NOW, evidence=[])
    run(stored)
    article = only_article(stored)
    assert article.published_at == article.sort_at == FEED_DATE
    assert {"field": "published_at", "source": "feed", "raw": FEED_DATE.isoformat()} in (
        article.evidence
    )


def test_what_the_page_does_not_say_stays_with_its_evidence(stored: Database) -> None:
    known = {"field": "section", "source": "json-ld:articleSection", "raw": "Harbour"}
    overwrite(stored, section="Harbour", tags=["ferries"], evidence=[known])
    run(stored)
    article = only_article(stored)
    assert (article.section, article.tags) == ("Harbour", ["ferries"])
    assert article.evidence.count(known) == 1
    assert "title" in {row["field"] for row in article.evidence}


def test_a_time_of_change_from_a_later_visit_stays(database: Database) -> None:
    head = f'<meta property="article:modified_time" content="{NOW.isoformat()}">'
    store(database, story(1, head))
    assert only_article(database).modified_at == NOW
    overwrite(database, **OLD, modified_at=LATER)
    run(database)
    article = only_article(database)
    assert article.modified_at == LATER
    assert [row["field"] for row in article.evidence].count("modified_at") == 1


def test_a_headline_that_was_changed_later_is_not_changed_back(database: Database) -> None:
    store(database, story(1))
    store(database, story(1, title="The clerk explains the ferry"))
    overwrite(database, cleaner_version=1)
    report = run(database)
    assert report.renewed == 0
    assert only_article(database).title == "The clerk explains the ferry"
