"""Which stored articles of a source its run looks at again, and how a person says when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.durations import format_duration, parse_duration
from crawler.schedule import REVISIT_AGES, next_revisit, oldest_revisited
from crawler.setting_values import read_text
from db.young_pages import ask_again, young_pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.models import Source
    from db.young_pages import YoungPage

OFF = "off"
MIN_AGE_SECONDS = 60
MAX_AGE_SECONDS = 30 * 86_400
"""Older articles are not young, and a source has many."""
MAX_AGES = 10


def read_revisit(value: object) -> tuple[int, ...]:
    """Ages in seconds, ascending, from `15m 1h 6h 1d 3d`; none from `off`.

    Raises:
        ValueError: It is neither.
    """
    text = read_text(value)
    if text.lower() == OFF:
        return ()
    ages = sorted({int(parse_duration(word)) for word in text.split()})
    if len(ages) > MAX_AGES or ages[0] < MIN_AGE_SECONDS or ages[-1] > MAX_AGE_SECONDS:
        raise ValueError(f"give `off`, or up to {MAX_AGES} ages from 1m to 30d: 15m 1h 6h 1d 3d")
    return tuple(ages)


def format_revisit(ages_seconds: Sequence[int]) -> str:
    """The form that `read_revisit` reads back."""
    return " ".join(format_duration(age) for age in ages_seconds) or OFF


def revisit_ages(source: Source) -> tuple[int, ...]:
    """Of a source: its own, or everyone's."""
    return REVISIT_AGES if source.revisit_seconds is None else tuple(source.revisit_seconds)


def due_revisits(session: Session, source: Source, *, limit: int, now: datetime) -> list[YoungPage]:
    """Pages of the source's articles that are due for another look, the newest first."""
    ages = revisit_ages(source)
    if not ages or limit <= 0:
        return []
    since = oldest_revisited(now=now, ages_seconds=ages)
    young = young_pages(session, source.id, since=since)
    return [page for page in young if _is_due(page, ages, now)][:limit]


def ask_for_revisits(
    session: Session, run_id: int, source: Source, *, limit: int, now: datetime
) -> int:
    """Put them into the run's scope; returns how many."""
    due = due_revisits(session, source, limit=limit, now=now)
    ask_again(session, run_id, [page.id for page in due], now=now)
    return len(due)


def _is_due(page: YoungPage, ages: Sequence[int], now: datetime) -> bool:
    at = next_revisit(published_at=page.published_at, looked_at=page.tried_at, ages_seconds=ages)
    return at is not None and at <= now
