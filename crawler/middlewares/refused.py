"""A fetch that ends before or without an answer, with its outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapy.exceptions import IgnoreRequest

from crawler.politeness import HOST_PATIENCE_SECONDS, HostBusy
from db.outcomes import Outcome


class Refused(IgnoreRequest):
    """Raised by a middleware; the spider records its outcome."""

    def __init__(self, outcome: Outcome, detail: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.retry_at = retry_at
        """Not tried again before this; set where the outcome alone would be final."""


class NotNow(Refused):
    """The page was not tried, since its host is busy: due again whatever its attempts."""

    def __init__(self, detail: str, *, retry_at: datetime) -> None:
        super().__init__(Outcome.NETWORK_ERROR, detail, retry_at=retry_at)


def refused_busy(error: HostBusy) -> NotNow:
    """The host asked to wait, or another run keeps it: then, or soon again."""
    soon = datetime.now(UTC) + timedelta(seconds=HOST_PATIENCE_SECONDS)
    return NotNow(str(error), retry_at=error.until or soon)
