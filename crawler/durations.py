"""Lengths of time as people write them: `90s`, `30m`, `2h`, `7d`, or plain seconds."""

import math
import re

SECONDS_PER_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
DURATION_FORM = "seconds, or a number with s, m, h, d or w: 90s, 30m, 2h, 7d"
"""For error messages."""
MAX_SECONDS = 36_500 * 86_400
"""A hundred years: adding it to a date never overflows in this millennium."""
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*([smhdw]?)", re.ASCII | re.IGNORECASE)


def parse_duration(text: str) -> float:
    """Seconds, never negative.

    Raises:
        ValueError: It is not of the form `DURATION_FORM`, or over a hundred years.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a length of time: give {DURATION_FORM}")
    number, unit = match.groups()
    seconds = float(number) * SECONDS_PER_UNIT[unit.lower() or "s"]
    if seconds > MAX_SECONDS:
        raise ValueError(f"{text!r} is too long: give at most {MAX_SECONDS // 86_400}d")
    return seconds


def format_duration(seconds: float) -> str:
    """The shortest exact form that `parse_duration` reads back: `30m`, not `1800s`.

    Raises:
        ValueError: It is negative or not finite.
    """
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"not a length of time: {seconds}")
    for unit in ("d", "h", "m"):
        count, rest = divmod(seconds, SECONDS_PER_UNIT[unit])
        if count and not rest:
            return f"{count:.0f}{unit}"
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
