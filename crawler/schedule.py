"""What is due and when next: sources, failed pages, known pages, young articles.

Pure: no clock, no database.

| outcome | then |
|---|---|
| network_error, crashed | tried again with doubling waits, up to max_attempts |
| timeout | tried again once |
| http_error with 408, 425, 429 or 5xx | the same; never before a Retry-After |
| http_error with another status, and every other outcome | final |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RETRIED_OUTCOMES = frozenset({"network_error", "timeout", "crashed"})
"""Values of db.outcomes.Outcome that say nothing about the page itself."""
RETRIED_STATUSES = frozenset({408, 425, 429})
"""Besides 5xx: request timeout, too early, too many requests (RFC 9110, 8470, 6585)."""
SERVER_ERRORS = range(500, 600)
MAX_TIMEOUT_ATTEMPTS = 2
"""A server that hangs holds its host's one connection each time: one retry, later."""
MAX_RETRY_WAIT_SECONDS = 3600.0
"""Of the back-off and of an honoured Retry-After alike."""
MAX_FAILURE_DOUBLINGS = 6
MAX_SOURCE_WAIT = timedelta(days=1)
"""A source that cannot be read is still tried once a day: publishers come back."""
MIN_SOURCE_INTERVAL_SECONDS = 60.0
REVISIT_AGES = (900, 3_600, 21_600, 86_400, 259_200)
"""Seconds after its publication at which an article is looked at again: 15m 1h 6h 1d 3d. What is
corrected is mostly corrected on the first day."""
MISSED_REVISIT = timedelta(days=2)
"""A look that is later than this is left out: a source that was off for weeks is not asked for all
of them. One that is crawled once a day misses none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and after what wait a failed URL is tried again."""

    max_attempts: int = 3
    """Tries in all, the first included."""
    retry_seconds: float = 30.0
    """Before the second try; doubled before each further one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one try at a URL ended."""

    outcome: str
    """A value of db.outcomes.Outcome."""
    status: int | None = None
    """HTTP status. None: there was no answer."""
    attempts: int
    """Tries so far, this one included."""
    retry_after_seconds: float | None = None
    """What the server asked for. None: nothing."""


def retry_at(attempt: Attempt, *, now: datetime, policy: RetryPolicy) -> datetime | None:
    """When to try the URL again; None: its outcome is final."""
    most = policy.max_attempts
    if attempt.outcome == "timeout":
        most = min(most, MAX_TIMEOUT_ATTEMPTS)
    if attempt.attempts >= most or not may_pass(attempt.outcome, attempt.status):
        return None
    wait = max(backoff_seconds(attempt.attempts, policy), attempt.retry_after_seconds or 0.0)
    return now + timedelta(seconds=min(wait, MAX_RETRY_WAIT_SECONDS))


def may_pass(outcome: str, status: int | None) -> bool:
    """Whether the failure may be over later, so that another try makes sense."""
    if outcome != "http_error":
        return outcome in RETRIED_OUTCOMES
    return status is not None and (status in RETRIED_STATUSES or status in SERVER_ERRORS)


def backoff_seconds(attempts: int, policy: RetryPolicy) -> float:
    """The wait after that many tries: retry_seconds, doubled each time, up to an hour."""
    doublings = min(max(attempts - 1, 0), 30)  # 2**30 s is beyond the hour whatever the start
    return min(policy.retry_seconds * 2.0**doublings, MAX_RETRY_WAIT_SECONDS)


def may_refetch(
    answered_at: datetime | None, *, now: datetime, max_age_seconds: float | None
) -> bool:
    """Whether a URL with a final outcome is old enough to be fetched again.

    Args:
        answered_at: When it last answered. None: it never did.
        now: The clock; aware, UTC.
        max_age_seconds: None: a final outcome stays.
    """
    if max_age_seconds is None:
        return False
    return answered_at is None or now - answered_at >= timedelta(seconds=max_age_seconds)


def next_source_run(*, now: datetime, every_seconds: float, failures: int) -> datetime:
    """When a source is due again: after its interval, doubled for each failed run in a row.

    The wait never exceeds a day by doubling; an interval longer than that stays as it is.
    """
    every = timedelta(seconds=max(every_seconds, MIN_SOURCE_INTERVAL_SECONDS))
    doubled = every * (1 << min(max(failures, 0), MAX_FAILURE_DOUBLINGS))
    return now + max(every, min(doubled, MAX_SOURCE_WAIT))


def next_revisit(
    *, published_at: datetime, looked_at: datetime, ages_seconds: Sequence[int]
) -> datetime | None:
    """When to look at an article again; None: never, it is old.

    A look that comes late is the look of every age that has passed until then.

    Args:
        published_at: When it was published or first fetched, whichever was earlier.
        looked_at: When its page was last fetched, or tried.
        ages_seconds: Ascending, after publication.
    """
    moments = (published_at + timedelta(seconds=age) for age in ages_seconds)
    return next((moment for moment in moments if moment > looked_at), None)


def oldest_revisited(*, now: datetime, ages_seconds: Sequence[int]) -> datetime:
    """No article that was published before this is looked at again, whatever was missed."""
    return now - timedelta(seconds=max(ages_seconds, default=0)) - MISSED_REVISIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the schedule needs to know of a source."""

    key: str
    next_due_at: datetime
    paused: bool = False


def due_keys(sources: Iterable[Waiting], *, now: datetime) -> tuple[str, ...]:
    """The sources to crawl now, the longest overdue first."""
    due = [source for source in sources if not source.paused and source.next_due_at <= now]
    return tuple(source.key for source in sorted(due, key=lambda it: (it.next_due_at, it.key)))


def oldest_link_wanted(*, now: datetime, reach_back_seconds: float) -> datetime:
    """Dated links before this are not followed: a source reaches back only so far."""
    return now - timedelta(seconds=reach_back_seconds)
