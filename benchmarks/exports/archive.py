"""A synthetic archive of articles with their pages: real tables, texts of real length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import xxhash
from sqlalchemy import func, insert, select

from benchmarks.search.words import Words, sentences
from db import migrate
from db.articles import update_article
from db.models import Page, PageState
from db.raw_pages import NewRawPage, RawPageStore
from db.tables import ARTICLES, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from db.session import Database

    Row: TypeAlias = dict[str, object]

SEED = 20261123
BATCH = 2_000
SITES = 50
MEDIAN_WORDS = 420
LENGTH_SPREAD = 0.6
RAW_PAGES = 20_000
"""Articles that have one: writing them takes longest."""
START = datetime(2024, 1, 1, tzinfo=UTC)
LINKS = "".join(f"<li><a href='/section-{n}'>Section number {n}</a></li>" for n in range(120))
FRAME = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title} | {site}</title>"
    "<meta property='og:title' content='{title}'><meta property='og:type' content='article'>"
    "<meta property='article:published_time' content='{at}'>"
    "<link rel='canonical' href='{url}'></head>"
    f"<body><nav class='menu'><ul>{LINKS}</ul></nav><main><article><h1>{{title}}</h1>"
    "<p class='byline'>By Ann Lee</p><div class='text'>{paragraphs}</div></article></main>"
    f"<aside class='more'><h2>Most read</h2><ul>{LINKS}</ul></aside>"
    "<footer><p>All rights reserved by Site {site}. Contact, privacy, terms.</p></footer>"
    "</body></html>"
)


def build(database: Database, articles: int) -> None:
    """Make it hold so many, without search terms; what is there already stays."""
    migrate.upgrade(database)
    with database.read() as session:
        stored = session.scalar(select(func.max(Page.id))) or 0
    words, store = Words(SEED + stored), RawPageStore()
    for first in range(stored + 1, articles + 1, BATCH):
        count = min(BATCH, articles + 1 - first)
        rows = list(_rows(words, range(first, first + count)))
        with database.write() as session:
            session.execute(insert(PAGES), [_page(row) for row in rows])
            session.execute(insert(ARTICLES), rows)
            for number, row in enumerate(rows, first):
                if number <= RAW_PAGES:
                    _keep_page(session, store, number, row)


def _rows(words: Words, numbers: range) -> Iterator[Row]:
    lengths = words.lengths(len(numbers), median=MEDIAN_WORDS, spread=LENGTH_SPREAD)
    for number, length in zip(numbers, lengths, strict=True):
        site, text = f"site{number % SITES}.example", sentences(words.draw(length))
        url = f"https://{site}/2024/story-{number}"
        at = START + timedelta(minutes=number)
        yield {
            "id": number, "url": url, "url_key": xxhash.xxh3_128_digest(url.encode()),
            "page_id": number, "site": site, "title": " ".join(words.draw(8)).capitalize(),
            "authors": ["Ann Lee"], "tags": ["one", "two"], "text": text, "word_count": length,
            "blocks": [{"kind": "paragraph", "text": it, "level": 0} for it in text.split("\n")],
            "evidence": [], "content_hash": xxhash.xxh3_128_digest(text.encode()),
            "published_at": at, "sort_at": at, "first_fetched_at": at, "fetched_at": at,
            "language": "en", "noindex": False, "noarchive": False, "noai": False,
            "tdm_reserved": False, "revision": 1, "cleaner_version": 1, "profile_version": 0,
        }  # fmt: skip


def _page(row: Row) -> Row:
    return {
        "id": row["id"], "url": row["url"], "fetch_hash": row["url_key"], "host": row["site"],
        "site": row["site"], "depth": 0, "state": PageState.DONE, "attempts": 1,
        "discovered_at": row["fetched_at"],
    }  # fmt: skip


def _keep_page(session: Session, store: RawPageStore, number: int, row: Row) -> None:
    page = NewRawPage(
        page_id=number,
        host=str(row["site"]),
        url=str(row["url"]),
        status=200,
        content_type="text/html",
        robots_tag=None,
        fetched_at=START + timedelta(minutes=number),
        body=page_html(row).encode(),
    )
    update_article(session, number, {"raw_page_id": store.put(session, page)})


def page_html(row: Row) -> str:
    """The page that the article of a row was made of."""
    paragraphs = "".join(f"<p>{it}</p>\n" for it in str(row["text"]).split("\n"))
    return FRAME.format(
        title=row["title"],
        site=row["site"],
        at=row["published_at"],
        url=row["url"],
        paragraphs=paragraphs,
    )
