"""robots.txt: what an answer means, how long it holds, and what it says to us."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import (
    MAX_AGE,
    MAX_CRAWL_DELAY_SECONDS,
    MAX_ROBOTS_BYTES,
    REFRESH_AFTER,
    RobotsRules,
    current_rules,
    is_due,
    own_groups,
    robots_url,
    rules_of_answer,
)
from db.hosts import HostState
from tests.servers.robots import HUGE, MANY_AGENTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RETRY_SECONDS = 30.0
URL = "https://www.example.org/news/a"


def host(
    *, good_before: timedelta | None, tried_before: timedelta | None, status: int | None = 200
) -> HostState:
    return HostState(
        host="www.example.org",
        robots_body=None if good_before is None else b"User-agent: *\nDisallow: /closed/",
        robots_good_at=None if good_before is None else NOW - good_before,
        robots_tried_at=None if tried_before is None else NOW - tried_before,
        robots_status=status,
        tdm_reserved_paths=(),
        tdm_tried_at=None,
        not_before=None,
        next_fetch_at=None,
    )


def rules(text: str) -> RobotsRules:
    return RobotsRules(body=text.encode())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_client_error_allows_all(status: int) -> None:
    assert rules_of_answer(status, b"Disallow: /") == b""


@pytest.mark.parametrize("status", [301, 304, 429, 500, 502, 503, 599])
def test_other_failures_leave_the_rules_unknown(status: int) -> None:
    assert rules_of_answer(status, b"User-agent: *\nAllow: /") is None


def test_at_most_500_kib_are_kept() -> None:
    assert len(rules_of_answer(200, HUGE) or b"") == MAX_ROBOTS_BYTES < len(HUGE)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (host(good_before=None, tried_before=None), True),
        (host(good_before=timedelta(hours=1), tried_before=timedelta(hours=1)), False),
        (host(good_before=REFRESH_AFTER, tried_before=REFRESH_AFTER), True),
        (host(good_before=REFRESH_AFTER, tried_before=timedelta(seconds=10)), False),
        (host(good_before=REFRESH_AFTER, tried_before=timedelta(seconds=30)), True),
        (host(good_before=None, tried_before=timedelta(seconds=10)), False),
        (host(good_before=None, tried_before=timedelta(seconds=31)), True),
    ],
)
def test_when_robots_txt_is_asked_for(state: HostState, due: bool) -> None:
    assert is_due(state, NOW, retry_seconds=RETRY_SECONDS) is due


def test_the_last_good_copy_holds_for_a_day_while_the_server_is_away() -> None:
    away = host(good_before=timedelta(hours=23), tried_before=timedelta(seconds=5), status=503)
    assert current_rules(away, NOW).allows(URL)
    assert not current_rules(away, NOW).allows("https://www.example.org/closed/1")


@pytest.mark.parametrize(("status", "said"), [(503, "status 503"), (None, "no answer")])
def test_without_a_good_copy_nothing_is_allowed(status: int | None, said: str) -> None:
    for good_before in (None, MAX_AGE + timedelta(seconds=1)):
        away = host(good_before=good_before, tried_before=timedelta(seconds=5), status=status)
        found = current_rules(away, NOW)
        assert not found.allows(URL)
        assert said in found.reason


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: winnow\nDisallow: /news/\n\nUser-agent: *\nDisallow:", False),
        ("User-agent: Winnow/2.0\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: winnow\nDisallow: /closed/", True),
        ("User-agent: googlebot\nDisallow: /", True),
        ("User-agent: a\nUser-agent: winnow\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /news/\nAllow: /news/a", True),
        ("User-agent: *\nDisallow: /*/a$", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("user-agent : *\ndisallow : /news", False),
        ("<html><body>Disallow: /</body></html>", True),
    ],
)
def test_what_is_allowed(text: str, allowed: bool) -> None:
    assert rules(text).allows(URL) is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7.0),
        ("User-agent: *\nCrawl-delay: 86400", MAX_CRAWL_DELAY_SECONDS),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: -5", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("User-agent: other\nCrawl-delay: 7", 0.0),
    ],
)
def test_crawl_delay(text: str, seconds: float) -> None:
    assert rules(text).crawl_delay_seconds == seconds


@pytest.mark.parametrize("body", [HUGE[:MAX_ROBOTS_BYTES], MANY_AGENTS])
def test_large_files_are_read_fast(body: bytes) -> None:
    started = time.process_time()
    assert RobotsRules(body=body).allows(URL)
    assert time.process_time() - started < 1.0


def test_a_pattern_of_stars_costs_little() -> None:
    started = time.process_time()
    text = "User-agent: *\nDisallow: /" + "*a" * 200 + "b\n"
    assert rules(text * 20).allows("https://www.example.org/" + "a" * 2000)
    assert time.process_time() - started < 1.0


@given(st.binary(max_size=500))
def test_any_bytes_are_rules(body: bytes) -> None:
    found = RobotsRules(body=body)
    assert found.allows(URL) in {True, False}
    assert 0 <= found.crawl_delay_seconds <= MAX_CRAWL_DELAY_SECONDS


@given(st.text(max_size=300))
def test_choosing_our_groups_twice_is_choosing_once(text: str) -> None:
    once = own_groups(text.encode())
    assert own_groups(once.encode()) == once


def test_robots_txt_stands_at_the_root_without_credentials() -> None:
    assert (
        robots_url("https://user:pw@example.org:8443/a?b") == "https://example.org:8443/robots.txt"
    )
