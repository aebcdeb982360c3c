"""robots.txt by RFC 9309, failing closed. Pure: bytes and times in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from crawler.settings import ROBOTS_TOKEN

if TYPE_CHECKING:
    from db.hosts import HostState

MAX_ROBOTS_BYTES = 500 * 2**10  # RFC 9309 §2.5: at least 500 KiB must be parsed
MAX_AGE = timedelta(hours=24)  # RFC 9309 §2.4: not longer than 24 hours
REFRESH_AFTER = MAX_AGE / 2
"""A good copy is asked for again this early: it still holds while robots.txt is away."""
MAX_CRAWL_DELAY_SECONDS = 60.0
"""A larger one is honoured up to here: a minute a page still reads a newspaper in a day."""
OUR_NAMES = frozenset({"*", ROBOTS_TOKEN})
GONE_STATUSES = range(400, 500)


@dataclass(frozen=True)
class RobotsRules:
    """What a host allows us."""

    body: bytes | None
    """The rules. None: unknown, so everything is disallowed."""
    reason: str = ""
    """Why the rules are unknown, for the ledger."""

    def allows(self, url: str) -> bool:
        """Whether this URL may be fetched."""
        if self.body is None:
            return False
        return bool(self._parsed.can_fetch(url, ROBOTS_TOKEN))

    @property
    def crawl_delay_seconds(self) -> float:
        """The host's Crawl-delay up to a minute; 0 where it asks for none."""
        if self.body is None:
            return 0.0
        delay = self._parsed.crawl_delay(ROBOTS_TOKEN)
        return min(max(float(delay or 0.0), 0.0), MAX_CRAWL_DELAY_SECONDS)

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(own_groups(self.body or b""))


def robots_url(url: str) -> str:
    """Where the rules for this URL stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


def is_due(state: HostState, now: datetime, *, retry_seconds: float) -> bool:
    """Whether robots.txt has to be asked for before the next page.

    Args:
        state: Of the host.
        now: The clock; aware, UTC.
        retry_seconds: An unreachable one is asked for again after this, not at every page.
    """
    if state.robots_tried_at is None:
        return True
    good = state.robots_good_at is not None and state.robots_good_at == state.robots_tried_at
    wait = REFRESH_AFTER if good else timedelta(seconds=retry_seconds)
    return now - state.robots_tried_at >= wait


def current_rules(state: HostState, now: datetime) -> RobotsRules:
    """The rules in force: the last good copy while it is fresh, else everything disallowed."""
    fresh = state.robots_good_at is not None and now - state.robots_good_at <= MAX_AGE
    if fresh and state.robots_body is not None:
        return RobotsRules(body=state.robots_body)
    status = "no answer" if state.robots_status is None else f"status {state.robots_status}"
    return RobotsRules(body=None, reason=f"robots.txt is unreachable ({status})")


def rules_of_answer(status: int, body: bytes) -> bytes | None:
    """The rules an answer means: none at all for 4xx, unknown (None) for 429 and 5xx.

    Source: RFC 9309 §2.3.1.3 and §2.3.1.4; 429 is "not now", so it counts as unreachable.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the class of successful statuses
        return body[:MAX_ROBOTS_BYTES]
    if status in GONE_STATUSES and status != 429:  # noqa: PLR2004 - Too Many Requests
        return b""
    return None


def own_groups(body: bytes) -> str:
    """The part of a robots.txt that can concern us: groups of `*` and of our own token.

    A file of many agents times many rules costs a parser seconds (45 KB took two).
    """
    kept: list[str] = []
    agents: list[str] = []
    in_agents = False
    for line in body.decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        if field.strip().lower() == "user-agent":
            agents = agents if in_agents else []
            in_agents = True
            name = value.split("/")[0].strip().lower()  # `Winnow/2.0` is us as well
            if name in OUR_NAMES:
                agents.append(name)
                kept.append(f"User-agent: {name}")
        elif field.strip():
            in_agents = False
            if agents:
                kept.append(line)
    return "\n".join(kept)
