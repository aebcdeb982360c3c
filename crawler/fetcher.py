"""Single documents, fetched as politely and safely as a crawl fetches them.

For commands that look before they store: `sources add`, `sources test`, `clean URL`. Scrapy runs
in a thread, since its reactor starts once a process and such a command fetches one after the other.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import tempfile
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings

from crawler.answers import fetched_page
from crawler.errors import CrawlError
from crawler.fetch_failures import NETWORK_FAILURES, explain_failure
from crawler.log_format import hush_scrapy
from crawler.middlewares.refused import Refused
from crawler.plan import CrawlPlan
from crawler.run_begin import begun, refuse_without_contact
from crawler.settings import crawl_settings
from db import migrate, runs
from db.errors import StorageError
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler

    from crawler.config import Config
    from crawler.context import RunContext
    from pipelines.records import FetchedPage

START_SECONDS = 30.0


class DocumentFetcher:
    """Fetches one document after the other; a `crawler.seeding.Fetcher`."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._wanted: asyncio.Queue[tuple[str, Future[FetchedPage]] | None] = asyncio.Queue()
        self._opened: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._run, name="winnow-fetcher", daemon=True)
        self._thread.start()

    def __call__(self, url: str) -> FetchedPage:
        """The answer, whatever its status.

        Raises:
            ConfigError: Not this machine, and no contact.
            CrawlError: No answer: robots.txt, a private address, the network, time.
        """
        refuse_without_contact(self._config, (url,))
        loop = self._opened.result(START_SECONDS)
        answer: Future[FetchedPage] = Future()
        loop.call_soon_threadsafe(self._wanted.put_nowait, (url, answer))
        return answer.result()

    def close(self) -> None:
        """End the thread; give up the hosts it held."""
        if self._thread.is_alive() and self._opened.done() and not self._opened.exception():
            self._opened.result().call_soon_threadsafe(self._wanted.put_nowait, None)
            self._thread.join(START_SECONDS)

    def _run(self) -> None:
        try:
            with ExitStack() as stack:
                database = stack.enter_context(_database(self._config, stack))
                plan = CrawlPlan(command="fetch documents")
                context = stack.enter_context(begun(self._config, plan, database))
                stack.callback(_remove_run, context)
                self._crawl(context)
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)

    def _crawl(self, context: RunContext) -> None:
        settings = crawl_settings(self._config) | {"ITEM_PIPELINES": {}}
        hush_scrapy()
        process = AsyncCrawlerProcess(Settings(settings))
        hush_scrapy()  # again: the process set levels of its own
        crawler = process.create_crawler(_DocumentSpider)
        crawler.signals.connect(self._note_opened, signals.spider_opened)
        process.crawl(crawler, context=context, wanted=self._wanted)
        process.start(install_signal_handlers=False)

    def _note_opened(self) -> None:
        self._opened.set_result(asyncio.get_running_loop())


class _DocumentSpider(Spider):
    name = "winnow-documents"

    def __init__(
        self, context: RunContext, wanted: asyncio.Queue[tuple[str, Future[FetchedPage]] | None]
    ) -> None:
        super().__init__()
        self.context = context
        self._wanted = wanted

    async def start(self) -> AsyncIterator[Request]:
        """Fetch what is wanted until nothing is; no request of its own."""
        while (wanted := await self._wanted.get()) is not None:
            url, answer = wanted
            try:
                answer.set_result(await _fetch(self.crawler, self.context, url))
            except CrawlError as error:
                answer.set_exception(error)
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # which makes this the async generator that Scrapy asks for
            yield request


async def _fetch(crawler: Crawler, context: RunContext, url: str) -> FetchedPage:
    request = Request(url, callback=NO_CALLBACK, dont_filter=True)
    try:
        response = await crawler.engine.download_async(request)
    except Refused as refused:
        raise CrawlError(f"{url}: {refused.outcome}: {refused.detail}") from refused
    except NETWORK_FAILURES as error:
        failure = explain_failure(error, url, proxy=request.meta.get("proxy"))
        raise CrawlError(f"{url}: {failure.outcome}: {failure.detail}") from error
    return fetched_page(response, context, request_url=url, fetched_at=datetime.now(UTC))


def open_fetcher(config: Config) -> DocumentFetcher:
    """A fetcher that is closed when the process ends, if not before."""
    os.environ.setdefault("SSL_CERT_FILE", certifi.where())
    fetcher = DocumentFetcher(config)
    atexit.register(fetcher.close)
    return fetcher


def _database(config: Config, stack: ExitStack) -> Database:
    """The user's own, whose hosts table keeps the delays; a passing one where there is none."""
    database = Database(config.db)
    try:
        migrate.check(database)
    except StorageError:
        database.close()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="winnow-"))
        database = Database(str(Path(folder) / "fetch.db"))
        migrate.upgrade(database)
    return database


def _remove_run(context: RunContext) -> None:
    """Looking at a document is no crawl: no line in `winnow runs`."""
    context.writer.submit_now(lambda session: runs.remove_run(session, context.run.id)).result()
