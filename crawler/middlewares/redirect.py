"""Redirects within one fetch: at most five, never in a circle, http and https only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirects
from scrapy.exceptions import IgnoreRequest

from crawler.middlewares.refused import Refused
from db.outcomes import Outcome
from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class RedirectMiddleware(ScrapyRedirects):
    """Scrapy's, with an outcome for every way a redirect can end."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RedirectMiddleware:
        """Made by Scrapy."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(  # type: ignore[override] # Scrapy passes no spider
        self, request: Request, response: Response
    ) -> Request | Response:
        """Follow a redirect, or refuse it with its outcome."""
        try:
            answer = super().process_response(request, response)
        except IgnoreRequest as error:
            raise Refused(Outcome.REDIRECT_LOOP, f"more than {self.max_redirect_times}") from error
        except ValueError as error:  # urllib refuses what is no URL at all
            raise _no_url(response) from error
        if isinstance(answer, Request) and not is_http_url(answer.url):
            raise _no_url(response)
        if isinstance(answer, Request) and answer.url in answer.meta["redirect_urls"]:
            raise Refused(Outcome.REDIRECT_LOOP, f"led back to {answer.url}")
        return answer

    def handle_referer(self, request: Request, response: Response) -> None:
        """No Referer is sent: whose link it was is nobody's business."""
        request.headers.pop("Referer", None)


def _no_url(response: Response) -> Refused:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return Refused(Outcome.HTTP_ERROR, f"status {response.status}, to {location[:200]!r}")
