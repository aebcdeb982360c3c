"""What is posted arrives once it can, signed, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ConfigError, WebhookFailed
from crawler.webhook import Webhook, post, read_webhook_url, shown_url, signature
from tests.servers.hooks import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hush-hush"
BODY = '{"text": "größer"}'.encode()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


def deliver(hook: Hook, *, secret: str | None = SECRET) -> list[float]:
    """Post; the seconds that were waited between the tries."""
    waits: list[float] = []
    webhook = Webhook(url=hook.url, secret=secret, first_wait_seconds=3, sleep=waits.append)
    post(webhook, BODY)
    return waits


def test_what_fails_twice_is_taken_the_third_time_signed_each_time(hook: Hook) -> None:
    hook.statuses = [503, 0]
    assert deliver(hook) == [3, 6]
    assert len(hook.posted) == 3
    expected = "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    for posted in hook.posted:
        assert (posted.method, posted.path, posted.body) == ("POST", "/hook/secret-path", BODY)
        assert posted.headers["x-winnow-signature"] == expected == signature(SECRET, BODY)
        assert posted.headers["content-type"] == "application/json"
        assert posted.headers["user-agent"].startswith("Winnow/")


def test_without_a_secret_nothing_is_signed(hook: Hook) -> None:
    hook.statuses = [204]
    deliver(hook, secret=None)
    assert "x-winnow-signature" not in hook.posted[0].headers


@pytest.mark.parametrize(
    ("statuses", "tries", "words"),
    [
        ([500, 429, 502, 200], 3, "answered 502"),
        ([410], 1, "answered 410"),
        ([307], 1, "answered 307; it moved"),
        ([302], 1, "answered 302; it moved"),
        ([0, 0, 0], 3, "no answer"),
    ],
)
def test_what_is_not_taken_is_an_error_that_tells_no_secret(
    hook: Hook, statuses: list[int], tries: int, words: str
) -> None:
    hook.statuses = list(statuses)
    with pytest.raises(WebhookFailed, match=words) as failed:
        deliver(hook)
    assert [posted.path for posted in hook.posted] == ["/hook/secret-path"] * tries
    assert "secret-path" not in str(failed.value)
    assert SECRET not in str(failed.value)


def test_a_server_that_is_away_is_tried_again() -> None:
    with Hook() as hook:
        url = hook.url
    waits: list[float] = []
    with pytest.raises(WebhookFailed, match="not reached"):
        post(Webhook(url=url, first_wait_seconds=1, sleep=waits.append), BODY)
    assert waits == [1, 2]


@pytest.mark.parametrize(
    "url",
    ["", "example.org/hook", "ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1",
     "http://example.org:port/", "http://example.org/a b", "http://example.org/\r\nHost: x",
     "https://me:pass@example.org/"],
)  # fmt: skip
def test_what_cannot_be_posted_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="--webhook"):
        read_webhook_url(url)


def test_an_address_is_shown_without_its_path() -> None:
    url = read_webhook_url("https://hooks.example.org:8443/services/T0/secret?key=1")
    assert shown_url(url) == "https://hooks.example.org:8443/…"
