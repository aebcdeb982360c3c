"""Retry-After, tdmrep.json: tables and laws."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.retry_after import MAX_WAIT_SECONDS, retry_after_seconds
from crawler.tdm import MAX_LOCATIONS, is_reserved, reserved_locations

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("²", None),
        ("0", 0.0), ("120", 120.0), (" 120 ", 120.0), ("7200", MAX_WAIT_SECONDS),
        ("9" * 5000, MAX_WAIT_SECONDS),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=900), usegmt=True), MAX_WAIT_SECONDS),
        ("Sun, 01 Mar 2026 12:01:00", 60.0),
        ("Sun, 01 Mar 99999 12:01:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, now=NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_asks_for_less_than_nothing_or_more_than_an_hour(value: str) -> None:
    wait = retry_after_seconds(value, now=NOW)
    assert wait is None or 0.0 <= wait <= MAX_WAIT_SECONDS


def tdmrep(*rules: object) -> bytes:
    return json.dumps(list(rules)).encode()


@pytest.mark.parametrize(
    ("body", "locations"),
    [
        (tdmrep({"location": "/a/", "tdm-reservation": 1}), ("/a/",)),
        (tdmrep({"location": "/a/", "tdm-reservation": "1"}), ("/a/",)),
        (tdmrep({"location": "/a/", "tdm-reservation": 0}), ()),
        (tdmrep({"location": 7, "tdm-reservation": 1}, 5, None, []), ()),
        (tdmrep({"tdm-reservation": 1}), ()),
        (b'{"location": "/", "tdm-reservation": 1}', ()),
        (b"\xef\xbb\xbf[", ()), (b"", ()), (b"<html>", ()), (b"[" * 50_000, ()),
        (b"[" + b" " * 200_000 + b"]", ()),
    ],
)  # fmt: skip
def test_reserved_locations(body: bytes, locations: tuple[str, ...]) -> None:
    assert reserved_locations(body) == locations


def test_the_number_of_locations_is_bounded() -> None:
    rule = {"location": "/a", "tdm-reservation": 1}
    assert len(reserved_locations(tdmrep(*[rule] * (MAX_LOCATIONS + 9)))) == MAX_LOCATIONS


@pytest.mark.parametrize(
    ("location", "path", "reserved"),
    [
        ("/", "/news/a", True), ("/news/", "/news/a", True), ("/news/", "/sport/a", False),
        ("/*.html", "/news/a.html", True), ("/*.html$", "/news/a.html", True),
        ("/*.html$", "/news/a.htmlx", False), ("/*a*b$", "/xaxxb", True),
        ("/*ab*ab$", "/ab", False), ("*", "/", True), ("/$", "/", True), ("/$", "/a", False),
        ("/*ab$", "/abab", True), ("", "/", True),
    ],
)  # fmt: skip
def test_a_location_covers_paths(location: str, path: str, reserved: bool) -> None:
    assert is_reserved(f"https://example.org{path}", (location,)) is reserved


def test_a_pattern_of_stars_costs_little() -> None:
    started = time.process_time()
    assert not is_reserved("https://example.org/" + "a" * 100_000, ("/" + "*a" * 240 + "*b$",))
    assert time.process_time() - started < 0.5


@given(st.text("ab*$/", max_size=8), st.text("ab/", max_size=8))
def test_a_prefix_without_wildcards_covers_what_begins_with_it(location: str, path: str) -> None:
    plain = location.replace("*", "").replace("$", "")
    assert is_reserved(f"https://example.org/{path}", ("/" + plain,)) == f"/{path}".startswith(
        "/" + plain
    )
