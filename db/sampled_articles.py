"""The stored articles that a site may be learned from: those with a sample key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from db.chunks import chunks
from db.tables import ARTICLES, CUTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.orm import Session


def set_sample_key(session: Session, article_id: int, key: bytes) -> None:
    """The article is sampled by this key from now on."""
    session.execute(update(ARTICLES).where(ARTICLES.c.id == article_id).values(sample_key=key))


def lowest_articles(
    session: Session, site: str, *, between: tuple[datetime, datetime] | None = None, limit: int
) -> list[int]:
    """Ids of a site's articles with the lowest sample keys, by key.

    Args:
        session: Open; nothing is written.
        site: Whose articles.
        between: Only those whose sort_at is in this span, its end excluded. None: all.
        limit: At most so many.
    """
    chosen = select(ARTICLES.c.id).where(is_sampled(site))
    if between is not None:
        chosen = chosen.where(ARTICLES.c.sort_at >= between[0], ARTICLES.c.sort_at < between[1])
    ordered = chosen.order_by(ARTICLES.c.sample_key, ARTICLES.c.id).limit(limit)
    return list(session.scalars(ordered))


def newest_date(session: Session, site: str, *, before: datetime | None) -> datetime | None:
    """The newest sort_at of a site's articles, of those before a time if one is given."""
    chosen = select(func.max(ARTICLES.c.sort_at)).where(is_sampled(site))
    if before is not None:
        chosen = chosen.where(ARTICLES.c.sort_at < before)
    newest: datetime | None = session.scalar(chosen)
    return newest


def articles_to_sight(session: Session, article_ids: Sequence[int]) -> Iterator[RowMapping]:
    """id, url, sample_key, sort_at, published_at and blocks of stored articles, by id."""
    columns = ("id", "url", "sample_key", "sort_at", "published_at", "blocks")
    for chunk in chunks(sorted(article_ids)):
        chosen = select(*(ARTICLES.c[name] for name in columns)).where(ARTICLES.c.id.in_(chunk))
        yield from session.execute(chosen.order_by(ARTICLES.c.id)).mappings()


def cuts_of(session: Session, article_id: int) -> list[RowMapping]:
    """What was cut from an article, in page order."""
    chosen = select(CUTS).where(CUTS.c.article_id == article_id).order_by(CUTS.c.id)
    return list(session.execute(chosen).mappings())


def urls_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """URL by id."""
    found: dict[int, str] = {}
    for chunk in chunks(article_ids):
        rows = session.execute(
            select(ARTICLES.c.id, ARTICLES.c.url).where(ARTICLES.c.id.in_(chunk))
        )
        found.update((row.id, row.url) for row in rows)
    return found


def is_sampled(site: str) -> ColumnElement[bool]:
    """That an article is of this site and may be learned from."""
    return and_(ARTICLES.c.site == site, ARTICLES.c.sample_key.is_not(None))
