"""Dates as people write them in a search: `2026-01-31`, `2026-01`, `7d`, `today`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"([0-9]{1,6})([hdwy])", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "y": 365 * 24}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def since_time(value: str, now: datetime) -> datetime:
    """The first moment that `since:VALUE` includes.

    Raises:
        ValueError: It is not a date or an age; in words for a person.
    """
    return _moments(value, now)[0]


def until_time(value: str, now: datetime) -> datetime:
    """The first moment that `until:VALUE` no longer includes: a day, month or year is included.

    Raises:
        ValueError: It is not a date or an age; in words for a person.
    """
    return _moments(value, now)[1]


def _moments(value: str, now: datetime) -> tuple[datetime, datetime]:
    """When what a person wrote begins and when it is over; equal for an age such as `12h`."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    named = {"today": midnight, "yesterday": midnight - day}.get(value.lower())
    if named is not None:
        return named, named + day
    try:
        return _ago(value, now) or _calendar(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{value!r} is not a date; write 2026-01-31, 2026-01, 2026, today, yesterday, "
            "or an age such as 12h, 7d, 4w, 1y"
        ) from error


def _ago(value: str, now: datetime) -> tuple[datetime, datetime] | None:
    match = _AGO.fullmatch(value)
    if match is None:
        return None
    moment = now - timedelta(hours=int(match[1]) * _HOURS[match[2].lower()])
    return moment, moment


def _calendar(value: str) -> tuple[datetime, datetime]:
    match = _DATE.fullmatch(value)
    if match is None:
        raise ValueError(value)
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    begin = datetime(year, month, day, tzinfo=UTC)
    if match[3]:
        return begin, begin + timedelta(days=1)
    if match[2]:
        return begin, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return begin, datetime(year + 1, 1, 1, tzinfo=UTC)
