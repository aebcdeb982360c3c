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
        """When it may be tried again although the outcome alone would be final."""


def refused_busy(error: HostBusy) -> Refused:
    """Another run keeps the host: soon again."""
    soon = datetime.now(UTC) + timedelta(seconds=HOST_PATIENCE_SECONDS)
    return Refused(Outcome.NETWORK_ERROR, str(error), retry_at=soon)
