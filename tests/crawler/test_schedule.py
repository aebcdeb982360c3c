from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import (
    MAX_RETRY_WAIT_SECONDS,
    MISSED_REVISIT,
    REVISIT_AGES,
    Attempt,
    RetryPolicy,
    Waiting,
    due_keys,
    may_refetch,
    next_revisit,
    next_source_run,
    oldest_revisited,
    retry_at,
)
from db.outcomes import FAILED, Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=3, retry_seconds=30)


def wait_of(outcome: str, *, status: int | None = None, attempts: int = 1) -> float | None:
    at = retry_at(
        Attempt(outcome=outcome, status=status, attempts=attempts), now=NOW, policy=POLICY
    )
    return None if at is None else (at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("network_error", None),
        ("crashed", 200),
        ("http_error", 500),
        ("http_error", 503),
        ("http_error", 429),
        ("http_error", 408),
    ],
)
def test_failures_that_may_pass_are_tried_again_with_doubling_waits(
    outcome: str, status: int | None
) -> None:
    waits = [wait_of(outcome, status=status, attempts=attempts) for attempts in (1, 2, 3)]
    assert waits == [30.0, 60.0, None]


def test_a_fetch_that_took_too_long_is_tried_once_more() -> None:
    waits = [wait_of("timeout", attempts=attempts) for attempts in (1, 2)]
    assert waits == [30.0, None]


@pytest.mark.parametrize("status", [400, 401, 403, 406, 451])
def test_a_refusal_by_the_server_is_final(status: int) -> None:
    assert wait_of("http_error", status=status) is None


@pytest.mark.parametrize("outcome", [*sorted(set(Outcome) - FAILED), Outcome.PARSE_ERROR])
def test_what_the_page_itself_decided_is_final(outcome: Outcome) -> None:
    assert wait_of(outcome, status=200) is None


def test_retry_after_is_honoured_up_to_an_hour() -> None:
    attempt = Attempt(outcome="http_error", status=503, attempts=1, retry_after_seconds=600)
    assert retry_at(attempt, now=NOW, policy=POLICY) == NOW + timedelta(seconds=600)
    attempt = Attempt(outcome="http_error", status=503, attempts=1, retry_after_seconds=1e9)
    assert retry_at(attempt, now=NOW, policy=POLICY) == NOW + timedelta(hours=1)


@given(
    outcome=st.sampled_from(sorted(Outcome)),
    status=st.none() | st.integers(100, 599),
    attempts=st.integers(1, 10_000),
    retry_after=st.none() | st.floats(0, 1e12),
    start=st.floats(0.001, 1e6),
)
def test_a_retry_is_in_the_future_within_an_hour_and_below_the_limit_of_tries(
    outcome: Outcome, status: int | None, attempts: int, retry_after: float | None, start: float
) -> None:
    policy = RetryPolicy(max_attempts=5, retry_seconds=start)
    attempt = Attempt(
        outcome=outcome, status=status, attempts=attempts, retry_after_seconds=retry_after
    )
    at = retry_at(attempt, now=NOW, policy=policy)
    if at is not None:
        assert NOW < at <= NOW + timedelta(seconds=MAX_RETRY_WAIT_SECONDS)
        assert attempts < 5
        assert outcome in FAILED


def test_a_known_page_is_fetched_again_only_when_asked_and_old_enough() -> None:
    hour_ago = NOW - timedelta(hours=1)
    assert not may_refetch(hour_ago, now=NOW, max_age_seconds=None)
    assert not may_refetch(hour_ago, now=NOW, max_age_seconds=7200)
    assert may_refetch(hour_ago, now=NOW, max_age_seconds=3600)
    assert may_refetch(None, now=NOW, max_age_seconds=3600)


@pytest.mark.parametrize(
    ("failures", "hours"), [(0, 0.5), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (60, 24)]
)
def test_a_source_that_fails_is_asked_less_and_less_but_once_a_day(
    failures: int, hours: float
) -> None:
    at = next_source_run(now=NOW, every_seconds=1800, failures=failures)
    assert at == NOW + timedelta(hours=hours)


def test_a_weekly_source_is_not_hurried_by_its_failures() -> None:
    week = timedelta(weeks=1)
    at = next_source_run(now=NOW, every_seconds=week.total_seconds(), failures=3)
    assert at == NOW + week


def test_due_sources_come_longest_overdue_first_without_paused_ones() -> None:
    minute = timedelta(minutes=1)
    sources = [
        Waiting(key="later", next_due_at=NOW + minute),
        Waiting(key="now", next_due_at=NOW),
        Waiting(key="overdue", next_due_at=NOW - minute),
        Waiting(key="resting", next_due_at=NOW - minute, paused=True),
    ]
    assert due_keys(sources, now=NOW) == ("overdue", "now")


AGES = st.lists(st.integers(60, 30 * 86_400), unique=True, max_size=10).map(sorted)
LOOKED_AFTER = st.integers(0, 40 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(ages=AGES, looked_at=LOOKED_AFTER)
def test_an_article_is_looked_at_again_at_the_first_age_after_the_last_look(
    ages: list[int], looked_at: datetime
) -> None:
    at = next_revisit(published_at=NOW, looked_at=looked_at, ages_seconds=ages)
    passed = [age for age in ages if NOW + timedelta(seconds=age) <= looked_at]
    if at is None:
        assert passed == ages
    else:
        assert at > looked_at
        assert (at - NOW).total_seconds() == ages[len(passed)]


@given(ages=AGES, looked_at=LOOKED_AFTER, delays=st.lists(st.integers(0, 10**6), max_size=12))
def test_looks_come_to_an_end_however_late_each_is(
    ages: list[int], looked_at: datetime, delays: list[int]
) -> None:
    looks = 0
    for delay in [*delays, *([0] * len(ages))]:
        at = next_revisit(published_at=NOW, looked_at=looked_at, ages_seconds=ages)
        if at is None:
            break
        looked_at, looks = at + timedelta(seconds=delay), looks + 1
    assert looks <= len(ages)
    assert next_revisit(published_at=NOW, looked_at=looked_at, ages_seconds=ages) is None


@given(ages=AGES.filter(bool), published=st.integers(0, 60 * 86_400))
def test_no_look_that_is_in_time_is_of_an_article_too_old_to_be_found(
    ages: list[int], published: int
) -> None:
    published_at = NOW - timedelta(seconds=published)
    at = next_revisit(published_at=published_at, looked_at=published_at, ages_seconds=ages[-1:])
    if at is not None and NOW - at <= MISSED_REVISIT:
        assert published_at >= oldest_revisited(now=NOW, ages_seconds=ages)


def test_the_usual_ages_grow() -> None:
    steps = [later / earlier for earlier, later in pairwise(REVISIT_AGES)]
    assert min(steps) >= 3
