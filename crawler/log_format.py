"""What Scrapy says of pages and items: nothing. The run recorder logs each outcome once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


def hush_scrapy() -> None:
    """Only what is worth a user's look: the run recorder tells the rest."""
    for name in ("scrapy", "scrapy.crawler", "scrapy.utils.log", "twisted"):
        logging.getLogger(name).setLevel(logging.WARNING)


class QuietFormatter(LogFormatter):
    """Never logs a body; formatting items would also cost a millisecond a page."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override] # None: said nowhere but in Scrapy's docs
        """Nothing: the outcome is logged when it is stored."""

    def scraped(  # type: ignore[override] # None: said nowhere but in Scrapy's docs
        self, item: object, response: Response | Failure | None, spider: Spider
    ) -> None:
        """Nothing: an item holds the page's text."""

    def dropped(  # type: ignore[override] # None: said nowhere but in Scrapy's docs
        self,
        item: object,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> None:
        """Nothing: only a run that is ending drops items."""

    def item_error(
        self,
        item: object,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        """That an item was lost, without the item."""
        return {
            "level": 40,
            "msg": "a visit could not be stored: %(why)s",
            "args": {"why": exception},
        }
