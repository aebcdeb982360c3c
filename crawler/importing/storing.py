"""Pages of an archive on their way through the writer, in their order."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from crawler.new_pages import new_page
from db.archived_pages import take_page
from db.errors import StorageError
from db.outcomes import Outcome
from db.raw_pages import RawPageStore
from db.runs import KNOWN
from db.stories import lock_assigner
from pipelines.errors import PipelineError
from pipelines.page_visits import NoRawPages, StoreTools
from pipelines.records import Link
from pipelines.revising import fetched_again
from pipelines.stages import Visit, store_visit
from pipelines.workers import PoolClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from crawler.context import RunContext
    from crawler.importing.records import ArchivedPage
    from db.pages import DrawnPage, NewPage
    from db.raw_pages import RawPageRecord
    from pipelines.records import CleanArticle, Rejection
    from pipelines.sites.records import SiteProfile

logger = logging.getLogger(__name__)


class Storing:
    """Hands pages to the writer; for one event loop."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._raw_pages = RawPageStore()
        self._waiting: set[asyncio.Task[str | None]] = set()

    def submit(
        self,
        page: ArchivedPage,
        result: CleanArticle | Rejection | None,
        profile: SiteProfile | None,
    ) -> asyncio.Task[str | None]:
        """Have a page stored behind those submitted before; its outcome once it is on disk.

        None: it is not, since the run is ending. `known`: the ledger has this answer, or a
        later one.
        """
        raw_pages = self._raw_pages if page.result is None else NoRawPages()
        tools = StoreTools(raw_pages=raw_pages, reclean=partial(self._reclean, profile=profile))
        storing = self._context.writer.submit(self._job(page, result, tools))
        task = asyncio.create_task(self._settled(asyncio.wrap_future(storing), page))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return task

    async def finish(self) -> None:
        """Wait until all that was submitted is stored."""
        while self._waiting:
            await asyncio.wait(self._waiting)

    def _job(
        self, page: ArchivedPage, result: CleanArticle | Rejection | None, tools: StoreTools
    ) -> Callable[[Session], Visit | None]:
        row, run_id = _row(page), self._context.run.id

        def work(session: Session) -> Visit | None:
            lock_assigner(session)  # before any row, as whoever stores does
            now = datetime.now(UTC)
            drawn = take_page(session, run_id, row, answered_at=page.fetched_at, now=now)
            if drawn is None:
                return None
            visit = _visit(page, drawn, result)
            return store_visit(session, visit, run_id=run_id, tools=tools)

        return work

    async def _settled(
        self, storing: asyncio.Future[Visit | None], page: ArchivedPage
    ) -> str | None:
        try:
            visit = await storing
        except PipelineError as error:  # a value no database takes: the ledger says so
            broken = page.without_page(Outcome.PARSE_ERROR, str(error))
            return await self.submit(broken, None, None)
        except StorageError as error:
            self._context.fail(error)
            return None
        except PoolClosed:  # the run is ending
            return None
        if visit is None:
            return KNOWN
        if visit.new_profile is not None:
            self._context.profiles.put(visit.new_profile)
        logger.info("%(outcome)s: %(url)s", {"outcome": visit.outcome, "url": page.url})
        return str(visit.outcome)

    def _reclean(
        self, record: RawPageRecord, *, profile: SiteProfile | None
    ) -> CleanArticle | Rejection:
        """In the writer's thread: an earlier page cleaned in a worker, as safely as a new one."""
        cleaning = self._context.workers.process(fetched_again(record), profile)
        return asyncio.run_coroutine_threadsafe(cleaning, self._loop).result()


def _row(page: ArchivedPage) -> NewPage:
    fetched = page.fetched
    if fetched is None:
        return new_page(Link(url=page.url))
    return new_page(
        Link(url=page.url, title=fetched.link_title, published_at=fetched.link_published_at)
    )


def _visit(page: ArchivedPage, drawn: DrawnPage, result: CleanArticle | Rejection | None) -> Visit:
    """The visit that a crawl would have made then."""
    return Visit(
        page=drawn,
        started_at=page.fetched_at,
        ended_at=page.fetched_at,
        status=page.status,
        fetched=page.fetched,
        outcome=page.outcome,
        detail=page.detail,
        result=result,
    )
