"""Values of a row that was read from a file, each of its type or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTES_A_DAY = 24 * 60


def text_of(row: Mapping[str, object], name: str) -> str | None:
    """A text; None: there is none.

    Raises:
        ValueError: Something else stands there.
    """
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"its {name} is {str(value)[:100]!r}, not a text")


def texts_of(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A list of texts; empty: there is none.

    Raises:
        ValueError: Something else stands there.
    """
    value = row.get(name) or []
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(cast("list[str]", value))
    raise ValueError(f"its {name} is {str(value)[:100]!r}, not a list of texts")


def minutes_of(row: Mapping[str, object], name: str) -> int | None:
    """Minutes of a UTC offset; None: there are none.

    Raises:
        ValueError: Something else stands there.
    """
    value = row.get(name)
    if value is None or (isinstance(value, int) and abs(value) < MINUTES_A_DAY):
        return value
    raise ValueError(f"its {name} is {str(value)[:100]!r}, not minutes")


def time_of(row: Mapping[str, object], name: str) -> datetime | None:
    """A time in UTC; None: there is none.

    Raises:
        ValueError: Something else stands there.
    """
    text = text_of(row, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        aware = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        aware = None
    if aware is None:
        raise ValueError(f"its {name} is {text[:40]!r}, not a time with its zone")
    return aware
