"""Retry-After in seconds. Pure. Source: RFC 9110 §10.2.3."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_WAIT_SECONDS = 3600.0
"""A host that asks for more is tried after an hour, and the answer recorded."""


def retry_after_seconds(value: str | None, *, now: datetime) -> float | None:
    """The wait that a Retry-After header asks for, at most an hour; None if it says nothing."""
    if value is None:
        return None
    wait = _delta(value.strip(), now)
    if wait is None or not math.isfinite(wait):
        return None
    return min(max(wait, 0.0), MAX_WAIT_SECONDS)


def _delta(value: str, now: datetime) -> float | None:
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
