"""Articles in the order of time: the newest first, and of one time that with the highest number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from db.models import Article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

NEWEST_FIRST = (Article.sort_at.desc(), Article.id.desc())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article stands in the order of time."""

    sort_at: datetime
    article_id: int


def after_place(place: Place) -> list[ColumnElement[bool]]:
    """The conditions of what comes after it."""
    at_once = and_(Article.sort_at == place.sort_at, Article.id < place.article_id)
    return [Article.sort_at <= place.sort_at, or_(Article.sort_at < place.sort_at, at_once)]


def read_in_order(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """The newest articles that fulfil the conditions, read in the order of time."""
    ids = select(Article.id).where(*conditions)
    ordered = ids.order_by(*NEWEST_FIRST).limit(limit)
    return list(session.scalars(ordered))


def sort_few(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int, *, few: int
) -> list[int] | None:
    """The newest that fulfil the conditions, all found before any is sorted.

    None: more than `few` do.
    """
    found = select(Article.sort_at, Article.id).where(*conditions).limit(few + 1).subquery()
    ordered = select(found.c.id, func.count().over().label("found")).order_by(
        found.c.sort_at.desc(), found.c.id.desc()
    )
    rows = session.execute(ordered.limit(limit)).all()
    return None if rows and rows[0].found > few else [row.id for row in rows]


def sort_all(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[int]:
    """The same, however many there are."""
    # An offset keeps PostgreSQL from reading in the order of time what it should find first.
    found = select(Article.sort_at, Article.id).where(*conditions).offset(0).subquery()
    ordered = select(found.c.id).order_by(found.c.sort_at.desc(), found.c.id.desc())
    return list(session.scalars(ordered.limit(limit)))


def time_at(session: Session, bounds: Sequence[ColumnElement[bool]], place: int) -> datetime | None:
    """The time of the article at this place among the newest. None: there are not so many."""
    times = select(Article.sort_at).where(*bounds).order_by(Article.sort_at.desc())
    return session.scalar(times.offset(place).limit(1))
