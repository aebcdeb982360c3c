"""The raw pages behind articles, with what their feeds had said: what a web archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.errors import NotFound
from db.models import Article, Page, Revision
from db.raw_pages import read_raw_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.raw_pages import RawPageRecord
    from db.session import Database

BATCH_ARTICLES = 50
"""Read in one transaction; their pages one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToExport:
    """One response, and what the feed or the linking page had said."""

    raw: RawPageRecord
    link_title: str | None
    link_published_at: datetime | None


def iter_pages(database: Database, article_ids: Sequence[int]) -> Iterator[PageToExport]:
    """The raw pages of each article's texts, first to current; those that were not kept are not.

    One page is held at a time.
    """
    for start in range(0, len(article_ids), BATCH_ARTICLES):
        with database.read() as session:
            batch = list(article_ids[start : start + BATCH_ARTICLES])
            yield from _pages(session, batch)


def _pages(session: Session, article_ids: list[int]) -> Iterator[PageToExport]:
    for raw_page_id in _raw_page_ids(session, article_ids):
        try:
            raw = read_raw_page(session, raw_page_id)
        except NotFound:  # pruned just now
            continue
        hints = session.execute(
            select(Page.link_title, Page.link_published_at).where(Page.id == raw.page_id)
        ).one()
        yield PageToExport(
            raw=raw, link_title=hints.link_title, link_published_at=hints.link_published_at
        )


def _raw_page_ids(session: Session, article_ids: list[int]) -> list[int]:
    """Each once, by article and then by the number of the text."""
    earlier = select(Revision.article_id, Revision.number, Revision.raw_page_id)
    current = select(Article.id, Article.revision, Article.raw_page_id)
    rows = [
        *session.execute(earlier.where(Revision.article_id.in_(article_ids))),
        *session.execute(current.where(Article.id.in_(article_ids))),
    ]
    ordered = sorted((row for row in rows if row[2] is not None), key=lambda row: tuple(row[:2]))
    return list(dict.fromkeys(int(row[2]) for row in ordered))
