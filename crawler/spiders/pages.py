"""The spider: draws pages from the frontier, turns answers into visits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import Request, Spider, signals

from crawler.answers import visit_of_failure, visit_of_response
from crawler.download import RunAborted
from crawler.fetch_failures import NETWORK_FAILURES
from crawler.middlewares.refused import Refused
from db.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.context import RunContext
    from crawler.frontier import Frontier
    from crawler.run_recorder import RunRecorder
    from crawler.seed_reader import SeedReader
    from db.pages import DrawnPage
    from pipelines.stages import Visit

PAGE = "winnow_page"
STARTED_AT = "winnow_started_at"


class PagesSpider(Spider):
    """Fetches what the frontier hands out, after the seeds of its source were read."""

    name = "winnow"

    def __init__(
        self,
        context: RunContext,
        frontier: Frontier,
        recorder: RunRecorder,
        seeds: SeedReader | None,
    ) -> None:
        super().__init__()
        self.context = context
        self._frontier = frontier
        self._recorder = recorder
        self._seeds = seeds

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **kwargs: object) -> PagesSpider:
        """Made by Scrapy; listens for what the pipelines stored."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_stored, signals.item_scraped)
        crawler.signals.connect(spider.on_lost, signals.item_error)
        crawler.signals.connect(spider.on_left, signals.item_dropped)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Requests for the run's pages, as long as there are any."""
        try:
            if self._seeds is not None:
                await self._seeds.read(self.crawler)
        except StorageError as error:
            self.context.fail(error)
        except RunAborted:
            pass  # somebody asked for the end
        async for page in self._frontier.pages():
            yield self._request(page)

    def parse_page(self, response: Response) -> Iterator[Visit]:
        """The visit of an answered page."""
        page: DrawnPage = response.meta[PAGE]
        self._frontier.note_downloaded(page)
        yield visit_of_response(
            response, page, started_at=response.meta[STARTED_AT], context=self.context
        )

    def parse_failure(self, failure: Failure) -> Iterator[Visit]:
        """The visit of a page that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        page: DrawnPage = request.meta[PAGE]
        self._frontier.note_downloaded(page)
        if not isinstance(failure.value, (Refused, *NETWORK_FAILURES)):
            self._frontier.note_settled(page.id)
            if not isinstance(failure.value, RunAborted):
                self.context.fail(failure.value)
            return
        yield visit_of_failure(
            failure.value, page, started_at=request.meta[STARTED_AT], context=self.context
        )

    def on_stored(self, item: Visit) -> None:
        """A visit is on disk."""
        self._frontier.note_settled(item.page.id)
        self._recorder.note(item)

    def on_left(self, item: Visit) -> None:
        """A visit was left because the run is ending; its page stays due."""
        self._frontier.note_settled(item.page.id)

    def on_lost(self, item: Visit, failure: Failure) -> None:
        """A visit could not be stored: the run cannot go on as if it were."""
        self._frontier.note_settled(item.page.id)
        self.context.fail(failure.value)

    def _request(self, page: DrawnPage) -> Request:
        return Request(
            page.url,
            headers=self._conditions(page),
            callback=self.parse_page,
            errback=self.parse_failure,
            dont_filter=True,
            meta={PAGE: page, STARTED_AT: datetime.now(UTC)},
        )

    def _conditions(self, page: DrawnPage) -> dict[str, str]:
        """Ask only for what changed, where we have what did not (RFC 9110 §13)."""
        if page.article_id is None or self.context.plan.force:
            return {}
        headers = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        return {name: value for name, value in headers.items() if value}
