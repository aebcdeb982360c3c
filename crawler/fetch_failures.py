"""Why a fetch gave no answer, as an outcome and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from OpenSSL.SSL import Error as SSLError
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.resolver import is_blocked
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

NETWORK_FAILURES = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    # Twisted's own, which Scrapy lets through: no route, a reset while connecting, a proxy's no.
    ConnectError,
    ConnectionClosed,
    SSLError,
    TunnelError,
)
"""Everything raised for a transfer that did not succeed."""
MAX_DETAIL_CHARACTERS = 300


class HeadersTooLarge(Exception):
    """A server whose headers do not end."""


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """How a fetch without an answer ends."""

    outcome: Outcome
    detail: str


def explain_failure(error: Exception, url: str, *, proxy: str | None = None) -> FetchFailure:
    """The outcome of a fetch that raised one of NETWORK_FAILURES; `proxy` if it went through one.

    Which of the two failed cannot always be told, so a proxy is named.
    """
    if not isinstance(error, NETWORK_FAILURES):
        raise TypeError(f"not a failure of the network: {error!r}")
    explain = next((it for kind, it in _EXPLANATIONS if isinstance(error, kind)), _failed)
    failure = explain(error, url)
    if proxy is None:
        return failure
    return FetchFailure(failure.outcome, f"through the proxy {proxy}: {failure.detail}")


def _unresolved(error: Exception, url: str) -> FetchFailure:
    host = urlsplit(url).hostname or ""
    if is_blocked(host):
        return FetchFailure(
            Outcome.BLOCKED_ADDRESS, f"{host} has no public address; see --allow-private"
        )
    return FetchFailure(Outcome.NETWORK_ERROR, f"no address for {host}")


def _refused(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.NETWORK_ERROR, f"{urlsplit(url).netloc} refused the connection")


def _timed_out(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.TIMEOUT, "the fetch took longer than --timeout")


def _cancelled(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.TOO_LARGE, f"over {MAX_BODY_BYTES} bytes")


def _truncated(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.NETWORK_ERROR, _words(error) or "the answer was cut off")


def _failed(error: Exception, url: str) -> FetchFailure:
    reasons = _reasons(error)
    for reason in reasons:
        if isinstance(reason, HeadersTooLarge):
            return FetchFailure(Outcome.TOO_LARGE, str(reason))
    words = "; ".join(dict.fromkeys(_words(reason) for reason in reasons)) or _words(error)
    return FetchFailure(Outcome.NETWORK_ERROR, words or "the connection failed")


def _reasons(error: Exception) -> list[BaseException]:
    """What Twisted says led to the failure, which Scrapy wraps twice."""
    failures = getattr(error.__cause__, "reasons", None) or ()
    return [failure.value for failure in failures]


def _words(error: BaseException) -> str:
    text = "; ".join(_tls_words(error)) or str(error)
    return " ".join(text.split())[:MAX_DETAIL_CHARACTERS]


def _tls_words(error: BaseException) -> list[str]:
    """OpenSSL's errors are a list of (library, function, reason)."""
    if isinstance(error, VerificationError):
        return ["TLS: the certificate is another host's"]
    if not isinstance(error, SSLError) or not error.args or not isinstance(error.args[0], list):
        return []
    return [f"TLS: {entry[-1]}" for entry in error.args[0]]


_EXPLANATIONS: tuple[tuple[type[Exception], Callable[[Exception, str], FetchFailure]], ...] = (
    (CannotResolveHostError, _unresolved),
    (DownloadConnectionRefusedError, _refused),
    (DownloadTimeoutError, _timed_out),
    (DownloadCancelledError, _cancelled),
    (ResponseDataLossError, _truncated),
)
