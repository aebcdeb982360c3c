"""What the parts of one crawl run share: settings, database, workers, hosts, frontier."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from sqlalchemy.orm import Session

    from crawler.config import Config
    from crawler.plan import CrawlPlan
    from crawler.politeness import HostBook
    from db.runs import RunRef
    from db.session import Database
    from db.writer import Writer
    from pipelines.profile_book import ProfileBook
    from pipelines.workers import WorkerPool


T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class RunContext:
    """One run's shared parts. Scrapy's components reach it by `context_of`."""

    config: Config
    plan: CrawlPlan
    database: Database
    writer: Writer
    run: RunRef
    hosts: HostBook
    workers: WorkerPool
    profiles: ProfileBook
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nothing more may be begun."""
    abort: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when what is in flight must be left: its pages stay due."""
    asked: int = 0
    """Pages this run was asked for and that were not known already: what --max limits."""
    failure: BaseException | None = None
    """What the run cannot go on after. None: nothing."""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def fail(self, error: BaseException | None) -> None:
        """Something the run cannot go on after: it ends, its pages stay due."""
        if self.failure is None:
            self.failure = error or RuntimeError("a failure without an error")
        self.leave()

    def leave(self) -> None:
        """Leave what is in flight; its pages stay due."""
        self.stopping.set()
        self.abort.set()
        self.workers.close()

    async def ask(self, work: Callable[[Session], T]) -> T:
        """Run a job of the writer at once and wait for its commit."""
        return await asyncio.wrap_future(self.writer.submit_now(work))

    def stale_before(self) -> datetime | None:
        """A page whose last answer is older is fetched again. None: never for its age."""
        if self.plan.force:
            return self.started_at
        if self.plan.max_age_seconds is None:
            return None
        return self.started_at - timedelta(seconds=self.plan.max_age_seconds)


class _OurSpider(Protocol):
    context: RunContext


def context_of(crawler: Crawler) -> RunContext:
    """Of the run that Scrapy's `crawler` is for: its spider is ours and begun."""
    return cast("_OurSpider", crawler.spider).context
