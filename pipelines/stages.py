"""Scrapy item pipelines, thin: a visit goes in, a visit with its result comes out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.exceptions import DropItem

from db import attempts, hosts, pages
from db.errors import StorageError
from db.outcomes import Outcome
from db.raw_pages import RawPageStore
from pipelines.page_visits import StoreTools
from pipelines.profile_counting import refresh
from pipelines.revising import fetched_again
from pipelines.store import store_result
from pipelines.urls import site_of
from pipelines.workers import PoolClosed

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy.crawler import Crawler
    from sqlalchemy.orm import Session

    from db.pages import DrawnPage, NewPage
    from db.raw_pages import RawPageRecord
    from db.runs import RunRef
    from db.writer import Writer
    from pipelines.profile_book import ProfileBook
    from pipelines.records import CleanArticle, FetchedPage, Rejection
    from pipelines.sites.records import SiteProfile
    from pipelines.workers import WorkerPool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One attempt at a page, from the answer to the stored outcome."""

    page: DrawnPage
    started_at: datetime
    ended_at: datetime
    status: int | None = None
    """HTTP status. None: no answer."""
    fetched: FetchedPage | None = None
    """The page to process. None: the outcome is known without one."""
    etag: str | None = None
    last_modified: str | None = None
    outcome: Outcome | None = None
    """None: the result or the store will tell."""
    detail: str | None = None
    retry_at: datetime | None = None
    """Due again then. None: the outcome is final."""
    tried: bool = True
    """False: its host may not be asked now, so this was no attempt; it waits until `retry_at`."""
    hold_host_until: datetime | None = None
    """The host is left alone until then. None: it answered as it should."""
    profile: SiteProfile | None = None
    """What the page was cleaned with. None: it was not processed."""
    result: CleanArticle | Rejection | None = None
    found: tuple[NewPage, ...] = ()
    """Pages to fetch next, found on this one."""
    article_id: int | None = None
    new_profile: SiteProfile | None = None
    """Of the site, counted again with this page. None: it was not."""


class StageContext(Protocol):
    """What the stages need of a run; crawler.context.RunContext has it."""

    run: RunRef
    writer: Writer
    workers: WorkerPool
    profiles: ProfileBook

    def fail(self, error: BaseException) -> None:
        """Something the run cannot go on after."""


class _OurSpider(Protocol):
    context: StageContext


def _context_of(crawler: Crawler) -> StageContext:
    return cast("_OurSpider", crawler.spider).context


class ProcessStage:
    """FetchedPage -> CleanArticle | Rejection, in a worker process with a hard limit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProcessStage:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_item(self, item: Visit) -> Visit:
        """The visit with its result, where there is a page to process."""
        if item.fetched is None:
            return item
        context = _context_of(self._crawler)
        profile = await context.profiles.get(site_of(item.fetched.url))
        try:
            result = await context.workers.process(item.fetched, profile)
            return replace(item, result=result, profile=profile)
        except PoolClosed as error:  # the run is ending: the page stays due
            raise DropItem("the run is ending") from error


class StoreStage:
    """Visit -> rows: article, ledger and frontier in one savepoint of the writer's batch."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._loop = asyncio.get_running_loop()
        self._tools = StoreTools(raw_pages=RawPageStore(), reclean=self._reclean)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StoreStage:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_item(self, item: Visit) -> Visit:
        """The visit with the outcome that is on disk now."""
        context = self._context
        tools = replace(self._tools, reclean=partial(self._reclean, profile=item.profile))
        run_id = context.run.id
        storing = context.writer.submit(
            lambda session: store_visit(session, item, run_id=run_id, tools=tools)
        )
        try:
            stored = await asyncio.wrap_future(storing)
        except StorageError as error:
            context.fail(error)
            raise DropItem("the database is gone: the page stays due") from error
        except PoolClosed as error:
            raise DropItem("the run is ending") from error
        if stored.new_profile is not None:
            context.profiles.put(stored.new_profile)
        return stored

    @property
    def _context(self) -> StageContext:
        return _context_of(self._crawler)

    def _reclean(
        self, record: RawPageRecord, *, profile: SiteProfile | None = None
    ) -> CleanArticle | Rejection:
        """In the writer's thread: an earlier page cleaned in a worker, as safely as a new one."""
        cleaning = self._context.workers.process(fetched_again(record), profile)
        return asyncio.run_coroutine_threadsafe(cleaning, self._loop).result()


def store_visit(session: Session, visit: Visit, *, run_id: int, tools: StoreTools) -> Visit:
    """Store what a visit brought and how it ended; the visit with its outcome.

    A page that another run took over meanwhile is left to it.
    """
    if not attempts.is_mine(session, run_id, visit.page.id):
        return replace(visit, outcome=Outcome.SKIPPED, detail="taken over by another run")
    if not visit.tried and visit.retry_at is not None:
        attempts.postpone(session, visit.page.id, until=visit.retry_at)
        return visit
    if visit.result is not None and visit.fetched is not None:
        stored = store_result(
            session, visit.result, page_id=visit.page.id, fetched=visit.fetched, tools=tools
        )
        visit = replace(
            visit,
            outcome=stored.outcome,
            detail=stored.detail,
            article_id=stored.article_id,
            new_profile=refresh(session, stored.profile_due) if stored.profile_due else None,
        )
    attempts.record(session, _attempt(visit, run_id))
    if visit.found:
        pages.ask_for(session, run_id, visit.found, refetch=pages.Refetch(), now=visit.ended_at)
    if visit.hold_host_until is not None:
        hosts.hold_back(session, visit.page.host, until=visit.hold_host_until)
    return visit


def _attempt(visit: Visit, run_id: int) -> attempts.Attempt:
    fetched = visit.fetched
    if visit.outcome is None:
        raise TypeError(f"a visit without outcome: {visit.page.url}")
    return attempts.Attempt(
        run_id=run_id,
        page_id=visit.page.id,
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        outcome=visit.outcome,
        detail=visit.detail,
        status=visit.status,
        size_bytes=len(fetched.body) if fetched else None,
        answered_url=fetched.url if fetched else None,
        etag=visit.etag,
        last_modified=visit.last_modified,
        retry_at=visit.retry_at,
    )
