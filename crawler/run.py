"""One crawl run in this process: begin, let Scrapy run, settle, report."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from typing import TYPE_CHECKING

import certifi
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.dry_run import Intent, planned_urls
from crawler.errors import RunFailed
from crawler.frontier import Frontier
from crawler.log_format import hush_scrapy
from crawler.plan import RunReport
from crawler.preparation import prepare_database
from crawler.run_begin import (
    begin,
    begun,
    find_followed,
    refuse_without_contact,
)
from crawler.run_end import settle
from crawler.run_recorder import RunRecorder
from crawler.seed_reader import SeedReader
from crawler.settings import crawl_settings
from crawler.source_settings import source_settings
from crawler.spiders.pages import PagesSpider
from crawler.stopping import Stopper
from db import pages, runs
from db.errors import StorageError
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.config import Config
    from crawler.context import RunContext
    from crawler.plan import CrawlPlan, ProgressCallback
    from crawler.run_begin import Followed

logger = logging.getLogger(__name__)

ACCEPTED_FINISH = "finished"
"""Scrapy's finish_reason for a crawl that came to its end; after SIGTERM it exits with 0 too."""


def run_crawl(
    config: Config, plan: CrawlPlan, *, on_progress: ProgressCallback | None = None
) -> RunReport:
    """Crawl a list of URLs or one source, in this process, to its end.

    Twisted's reactor runs once a process: `crawler.crawl` starts a process for each call.

    Raises:
        ConfigError: A host that is not this machine, and no contact.
        SourceError: There is no such source, or it is paused.
        StorageError: The database cannot be used, its schema is old, or it failed for good.
        RunFailed: An error nobody expected ended the run; its pages stay due.
    """
    if plan.dry_run:
        return _dry_run(config, plan)
    refuse_without_contact(config, plan.urls)
    os.environ.setdefault("SSL_CERT_FILE", certifi.where())
    with Database(config.db) as database:
        prepare_database(database)
        followed = find_followed(database, plan)
        with begun(config, plan, database, followed) as context:
            begin(context)
            return _Run(context, followed).carry_out(on_progress)


def _dry_run(config: Config, plan: CrawlPlan) -> RunReport:
    """What a run would fetch, without a row written."""
    intents = Counter(each.intent for each in planned_urls(config, plan))
    known = intents[Intent.KNOWN]
    return RunReport(
        run_id=0,
        counts={runs.KNOWN: known} if known else {},
        pending=intents.total() - known,
        finish_reason="dry run",
    )


class _Run:
    """The parts that live while Scrapy runs."""

    def __init__(self, context: RunContext, followed: Followed | None) -> None:
        self._context = context
        self._followed = followed
        self._frontier = Frontier(context)
        self._recorder = RunRecorder(context, self._frontier)
        self._seeds = _seed_reader(context, followed)
        self._finish_reason = "not started"
        self._watching: asyncio.Task[None] | None = None

    def carry_out(self, on_progress: ProgressCallback | None) -> RunReport:
        """Fetch, process and store until nothing is left; then settle the run."""
        stopper = Stopper(
            stop_seconds=self._context.config.stop_seconds,
            stop=self._from_signal(self._context.stopping.set),
            abort=self._from_signal(self._context.leave),
        )
        with stopper.listening():
            if self._has_work():
                self._crawl(on_progress)
            else:
                self._finish_reason = ACCEPTED_FINISH
            failure = self._context.writer.failure or self._context.failure
            if isinstance(failure, StorageError):
                raise failure
            report = settle(
                self._context,
                self._followed,
                finish_reason="interrupted" if stopper.asked else self._finish_reason,
                read_seeds=self._seeds is None or self._seeds.read_any,
                failed=failure is not None,
            )
        if failure is not None:
            raise RunFailed(
                f"the crawl broke: {failure!r}; run the same command again"
            ) from failure
        return report

    def _has_work(self) -> bool:
        """Whether Scrapy is needed at all: a list of known URLs is done in a moment."""
        if self._seeds is not None:
            return True
        with self._context.database.read() as session:
            return pages.count_waiting(session, self._context.run.id) > 0

    def _crawl(self, on_progress: ProgressCallback | None) -> None:
        hush_scrapy()
        process = AsyncCrawlerProcess(Settings(self._settings()))
        hush_scrapy()  # again: the process set levels of its own
        crawler = process.create_crawler(PagesSpider)
        crawler.signals.connect(self._watch(on_progress), signals.spider_opened, weak=False)
        crawler.signals.connect(self._note_end, signals.spider_closed)
        process.crawl(
            crawler,
            context=self._context,
            frontier=self._frontier,
            recorder=self._recorder,
            seeds=self._seeds,
        )
        process.start(install_signal_handlers=False)
        if self._finish_reason != ACCEPTED_FINISH:
            self._context.fail(RunFailed(f"the engine stopped: {self._finish_reason}"))

    def _settings(self) -> dict[str, object]:
        config = self._context.config
        return (
            source_settings(config, self._followed.source)
            if self._followed
            else crawl_settings(config)
        )

    def _watch(self, on_progress: ProgressCallback | None) -> Callable[[], None]:
        def opened() -> None:
            if on_progress is not None:
                self._watching = asyncio.create_task(self._recorder.report(on_progress))

        return opened

    def _note_end(self, reason: str) -> None:
        self._finish_reason = reason
        if self._watching is not None:
            self._watching.cancel()

    def _from_signal(self, action: Callable[[], None]) -> Callable[[], None]:
        """From a signal handler or a timer's thread into the event loop."""

        def call() -> None:
            from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

            reactor.callFromThread(action)

        return call


def _seed_reader(context: RunContext, followed: Followed | None) -> SeedReader | None:
    if followed is None:
        return None
    limit = context.plan.max_pages or context.config.max_pages or followed.source.max_pages
    return SeedReader(context, followed.source, followed.seeds, max_pages=limit)
