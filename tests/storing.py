"""Invented pages and articles for the tests of storing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import xxhash
from sqlalchemy import func, insert, select

from db.models import Article, Base, Page, PageState
from pipelines.records import (
    CLEANER_VERSION,
    Block,
    BlockKind,
    CleanArticle,
    Cut,
    Evidence,
    FetchedPage,
    Metadata,
    Rejection,
    RightsSignals,
)
from pipelines.store import Stored, store_result
from pipelines.urls import fetch_key, host_of, key_hash, site_of

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from db.raw_pages import RawPageRecord
    from pipelines.page_visits import StoreTools

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRAME = b"<html><head><title>The Harbour Post</title></head><body><nav>" + b"".join(
    b"<a href=/section-%d>Section number %d</a>" % (n, n * 7919) for n in range(300)
)


def words(seed: int, count: int = 80) -> str:
    """An invented text that shares no three words with that of another seed."""
    return " ".join(f"w{seed}x{n * n % 997}" for n in range(count))


def clean_article(url: str, text: str, **fields: object) -> CleanArticle:
    """An article whose content hash ignores case and spacing, as the pipeline's does."""
    metadata = {name: fields.pop(name) for name in list(fields) if name in Metadata.__slots__}
    block = Block(kind=BlockKind.PARAGRAPH, text=text, path="html body p.lead")
    values: dict[str, object] = {
        "request_url": url,
        "url": url,
        "fetched_at": NOW,
        "metadata": Metadata(
            **{
                "title": "A title",
                "evidence": (Evidence(field="title", source="h1", raw="A title"),),
                **metadata,
            }  # type: ignore[arg-type]
        ),
        "blocks": (block,),
        "cuts": (Cut(position=1, block=block, rule="share_bar", reason="Share this"),),
        "text": text,
        "content_hash": xxhash.xxh3_128_digest(" ".join(text.lower().split()).encode()),
        "word_count": len(text.split()),
        "rights": RightsSignals(),
    }
    return CleanArticle(**(values | fields))  # type: ignore[arg-type]


def body_of(text: str) -> bytes:
    """A page that holds the text; the clean article of it is `text` again."""
    return FRAME + b"<p>" + text.encode() + b"</p></body></html>"


def reclean_body(record: RawPageRecord) -> CleanArticle:
    """The cleaner of these tests, version 2."""
    text = record.body.decode().partition("<p>")[2].partition("</p>")[0]
    return clean_article(record.url, text, cleaner_version=CLEANER_VERSION + 1)


def add_page(session: Session, url: str) -> int:
    """The id of a page's row, made if it is new."""
    fetch_hash = key_hash(fetch_key(url))
    known = session.scalar(select(Page.id).where(Page.fetch_hash == fetch_hash))
    if known is not None:
        return known
    page = {
        "fetch_hash": fetch_hash,
        "url": url,
        "host": host_of(url),
        "site": site_of(url),
        "state": PageState.DONE,
        "discovered_at": NOW,
    }
    return session.execute(insert(Page).values(page).returning(Page.id)).scalar_one()


@dataclass
class Shelf:
    """Stores pages one after the other, each an hour later than the one before."""

    session: Session
    tools: StoreTools | None = None
    now: datetime = field(default=NOW)

    def put(self, url: str, text: str, *, answered: str | None = None, **fields: object) -> Stored:
        """Store a page that was asked for at `url` and held this text."""
        self.now += timedelta(hours=1)
        article = clean_article(answered or url, text, fetched_at=self.now, **fields)
        return self.put_result(url, article, body_of(text))

    def put_result(
        self, url: str, result: CleanArticle | Rejection, body: bytes = b"<html>"
    ) -> Stored:
        page_id = add_page(self.session, url)
        fetched = FetchedPage(
            request_url=url, url=result.url, body=body, fetched_at=result.fetched_at
        )
        return store_result(
            self.session, result, page_id=page_id, fetched=fetched, tools=self.tools
        )

    def article(self, article_id: int | None) -> RowMapping:
        """Its row."""
        table = Article.__table__
        return self.session.execute(select(table).where(table.c.id == article_id)).mappings().one()

    def count(self, model: type[Base]) -> int:
        """Rows of a table."""
        return self.session.scalar(select(func.count()).select_from(model)) or 0
