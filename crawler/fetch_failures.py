"""Why a fetch gave no answer, as an outcome and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.resolver import is_blocked
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
)
"""Everything Scrapy raises for a transfer that did not succeed."""
MAX_DETAIL_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """How a fetch without an answer ends."""

    outcome: Outcome
    detail: str


def explain_failure(error: Exception, url: str) -> FetchFailure:
    """The outcome of a fetch that raised one of NETWORK_FAILURES."""
    for kind, explain in _EXPLANATIONS:
        if isinstance(error, kind):
            return explain(error, url)
    raise TypeError(f"not a failure of the network: {error!r}")


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
    return FetchFailure(Outcome.TOO_LARGE, _words(error))


def _truncated(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.NETWORK_ERROR, _words(error) or "the answer was cut off")


def _failed(error: Exception, url: str) -> FetchFailure:
    return FetchFailure(Outcome.NETWORK_ERROR, _words(error) or "the connection failed")


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:MAX_DETAIL_CHARACTERS]


_EXPLANATIONS: tuple[tuple[type[Exception], Callable[[Exception, str], FetchFailure]], ...] = (
    (CannotResolveHostError, _unresolved),
    (DownloadConnectionRefusedError, _refused),
    (DownloadTimeoutError, _timed_out),
    (DownloadCancelledError, _cancelled),
    (ResponseDataLossError, _truncated),
    (DownloadFailedError, _failed),
    (UnsupportedURLSchemeError, _failed),
)
