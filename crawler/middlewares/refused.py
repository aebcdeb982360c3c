"""A fetch that ends before or without an answer, with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from datetime import datetime

    from db.outcomes import Outcome


class Refused(IgnoreRequest):
    """Raised by a middleware; the spider records its outcome."""

    def __init__(self, outcome: Outcome, detail: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.retry_at = retry_at
        """When it may be tried again although the outcome alone would be final."""
