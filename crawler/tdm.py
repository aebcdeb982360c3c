"""The TDM Reservation Protocol: is text and data mining reserved? Pure.

Source: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240202/
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

TDMREP_PATH = "/.well-known/tdmrep.json"
MAX_TDMREP_BYTES = 100_000
MAX_LOCATIONS = 500
MAX_LOCATION_CHARACTERS = 500


def reserved_locations(body: bytes) -> tuple[str, ...]:
    """The path patterns that a tdmrep.json reserves, in order; none if it cannot be read."""
    if len(body) > MAX_TDMREP_BYTES:
        return ()
    try:
        rules = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(rules, list):
        return ()
    return tuple(
        str(rule["location"])[:MAX_LOCATION_CHARACTERS]
        for rule in rules[:MAX_LOCATIONS]
        if isinstance(rule, dict)
        and str(rule.get("tdm-reservation")) == "1"
        and isinstance(rule.get("location"), str)
    )


def is_reserved(url: str, locations: tuple[str, ...]) -> bool:
    """Whether one of the patterns covers the URL's path; `*` stands for any characters."""
    path = urlsplit(url).path or "/"
    return any(_matches(pattern, path) for pattern in locations)


def _matches(pattern: str, path: str) -> bool:
    """As in robots.txt: a prefix, with `*` and a closing `$`. Linear, whatever the pattern."""
    parts = pattern.removesuffix("$").split("*")
    if not path.startswith(parts[0]):
        return False
    end = len(parts[0])
    for part in parts[1:]:
        found = path.find(part, end)
        if found < 0:
            return False
        end = found + len(part)
    return not pattern.endswith("$") or (path.endswith(parts[-1]) and end <= len(path))
