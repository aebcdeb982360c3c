"""Posting JSON to an address that a person gave: signed, retried, never redirected."""

from __future__ import annotations

import hashlib
import hmac
import os
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

import certifi

from crawler.errors import ConfigError, WebhookFailed
from crawler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNATURE_HEADER = "X-Winnow-Signature"
"""`sha256=` and the HMAC-SHA256 of the body in hex, as GitHub's webhooks have it."""
TRIES = 3
FIRST_WAIT_SECONDS = 2.0
"""After the first failure; each later wait is twice as long."""
TIMEOUT_SECONDS = 15.0
"""For connecting, and for each wait for an answer."""
MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may be taken (RFC 9110 §15, RFC 6585, RFC 8470)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where something is posted, and what signs it."""

    url: str
    secret: str | None = None
    """None: not signed."""
    first_wait_seconds: float = FIRST_WAIT_SECONDS
    sleep: Callable[[float], None] = time.sleep


def read_webhook_url(url: str) -> str:
    """The URL, if something can be posted there.

    Raises:
        ConfigError: It is no http or https URL, or holds a user's name.
    """
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        has_host = False
        parts = urlsplit("")
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in {"http", "https"} or not has_host or not is_plain:
        raise ConfigError(f"--webhook: {url!r} is no http:// or https:// URL")
    if "@" in parts.netloc:
        raise ConfigError("--webhook: give the URL without a user name; the secret signs instead")
    return url


def shown_url(url: str) -> str:
    """The URL without its path, which is a password with many services."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/…"


def post(webhook: Webhook, body: bytes) -> None:
    """Post a JSON body; the same body again where trying again may help.

    Raises:
        WebhookFailed: It was not taken.
    """
    opener = _opener()
    wait_seconds = webhook.first_wait_seconds
    for left in reversed(range(TRIES)):
        problem, may_pass = _problem(opener, _request(webhook, body))
        if problem is None:
            return
        if not left or not may_pass:
            raise WebhookFailed(f"{shown_url(webhook.url)}: {problem}")
        webhook.sleep(wait_seconds)
        wait_seconds *= 2


def signature(secret: str, body: bytes) -> str:
    """The value of SIGNATURE_HEADER."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _request(webhook: Webhook, body: bytes) -> Request:
    headers = {"Content-Type": "application/json", "User-Agent": f"Winnow/{VERSION}"}
    if webhook.secret is not None:
        headers[SIGNATURE_HEADER] = signature(webhook.secret, body)
    return Request(webhook.url, data=body, headers=headers, method="POST")  # noqa: S310 - checked by read_webhook_url


def _problem(opener: OpenerDirector, request: Request) -> tuple[str | None, bool]:
    """What went wrong, None if nothing, and whether it may pass."""
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS):
            return None, False
    except HTTPError as error:
        with error:
            return _refusal(error.code), error.code in MAY_PASS
    except URLError as error:
        return f"not reached: {error.reason}", not isinstance(error.reason, ssl.SSLError)
    except (OSError, HTTPException) as error:
        return f"no answer: {error or type(error).__name__}", True


def _refusal(status: int) -> str:
    is_moved = 300 <= status < 400  # noqa: PLR2004 - RFC 9110 §15.4
    hint = "; it moved, and no redirect is followed: save its new address" if is_moved else ""
    return f"answered {status}{hint}"


def _opener() -> OpenerDirector:
    """One that speaks http and https, through a proxy of the environment, and nothing else."""
    store = os.environ.get("SSL_CERT_FILE") or certifi.where()
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(context=ssl.create_default_context(cafile=store)),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
