"""One import in this process: a run of the ledger whose answers come from files, not the network.

Pages are processed in the workers side by side and stored in the order of their archive, by the
same stage as those of a crawl: a killed import leaves whole pages, and the same command goes on.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from crawler.errors import RunFailed
from crawler.importing.records import BrokenRecord
from crawler.importing.room import Room
from crawler.importing.storing import Storing
from crawler.new_pages import new_page
from crawler.plan import CrawlPlan, Progress
from crawler.preparation import prepare_database
from crawler.run_begin import begin, begun
from crawler.run_end import SOME_FAILED, settle
from crawler.stopping import Stopper
from db.archived_pages import ArchivedAnswer, known_answers
from db.errors import StorageError
from db.runs import KNOWN, add_run_pages
from db.session import Database
from pipelines.records import Link
from pipelines.urls import site_of
from pipelines.workers import PoolClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from crawler.config import Config
    from crawler.context import RunContext
    from crawler.importing.records import Archived, ArchivedPage
    from crawler.plan import ProgressCallback, RunReport
    from pipelines.records import CleanArticle, Rejection
    from pipelines.sites.records import SiteProfile

CHUNK_RECORDS = 64
CHUNK_BYTES = 16 * 2**20
"""Read and asked about at once; the last record may go beyond."""
MAX_SHOWN = 20
"""Broken records that are named; the others are counted."""
PROGRESS_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """How an import ended."""

    run: RunReport
    broken: int
    """Records that could not be used at all, and have no row."""
    named: tuple[BrokenRecord, ...]
    """The first of them."""

    @property
    def exit_code(self) -> int:
        """As in docs/command-line.md."""
        return self.run.exit_code or (SOME_FAILED if self.broken else 0)


@dataclass(slots=True, kw_only=True)
class _Counts:
    ended: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    named: list[BrokenRecord] = field(default_factory=list)


def import_archives(
    config: Config,
    archives: Sequence[Archived],
    *,
    command: str,
    on_progress: ProgressCallback | None = None,
) -> ImportReport:
    """Read archives into the database, in their order. Interrupted, it goes on where it was.

    Raises:
        StorageError: The database cannot be used, its schema is old, or it failed for good.
        RunFailed: An error nobody expected ended the import; the same command goes on.
        OSError: An archive cannot be read.
    """
    with Database(config.db) as database:
        prepare_database(database)
        with begun(config, CrawlPlan(command=command), database) as context:
            begin(context)
            return asyncio.run(_carry_out(context, archives, on_progress))


async def _carry_out(
    context: RunContext, archives: Sequence[Archived], on_progress: ProgressCallback | None
) -> ImportReport:
    return await _Import(context, archives, on_progress).carry_out()


class _Import:
    """Reads ahead, lets pages be processed, has them stored in order; made in an event loop."""

    def __init__(
        self,
        context: RunContext,
        archives: Sequence[Archived],
        on_progress: ProgressCallback | None,
    ) -> None:
        self._context = context
        self._archives = archives
        self._on_progress = on_progress
        self._counts = _Counts()
        self._room = Room()
        self._storing = Storing(context)
        self._to_store: asyncio.Queue[tuple[ArchivedPage, asyncio.Task[_Read]] | None] = (
            asyncio.Queue()
        )

    async def carry_out(self) -> ImportReport:
        loop = asyncio.get_running_loop()
        context = self._context
        stopper = Stopper(
            stop_seconds=context.config.stop_seconds,
            stop=_from_signal(loop, context.stopping.set),
            abort=_from_signal(loop, context.leave),
        )
        with stopper.listening():
            watching = asyncio.create_task(self._watch())
            try:
                await asyncio.gather(self._read_all(), self._store_all())
            finally:
                watching.cancel()
            reason = "interrupted" if stopper.asked else "finished"
            return await asyncio.to_thread(self._settle, reason)

    def _settle(self, reason: str) -> ImportReport:
        failure = self._context.writer.failure or self._context.failure
        if isinstance(failure, StorageError):
            raise failure
        run = settle(
            self._context, None, finish_reason=reason, read_seeds=True, failed=failure is not None
        )
        if failure is not None:
            raise RunFailed(
                f"the import broke: {failure!r}; run the same command again"
            ) from failure
        counts = self._counts
        return ImportReport(run=run, broken=counts.broken, named=tuple(counts.named))

    async def _read_all(self) -> None:
        """Have what is new processed, as far ahead as there is room."""
        try:
            records = itertools.chain.from_iterable(self._archives)
            while not self._context.stopping.is_set():
                chunk = await asyncio.to_thread(_next_chunk, records)
                if not chunk:
                    return
                for page in await self._new_of(chunk):
                    await self._room.take(page.size_bytes)
                    task = asyncio.create_task(self._process(page))
                    self._to_store.put_nowait((page, task))
        except OSError as error:  # what was read before is stored, and the rest is read next time
            self._context.failure = error
        finally:
            self._to_store.put_nowait(None)

    async def _new_of(self, chunk: Sequence[ArchivedPage | BrokenRecord]) -> list[ArchivedPage]:
        pages = []
        for record in chunk:
            if isinstance(record, BrokenRecord):
                self._note_broken(record)
            else:
                pages.append(record)
        answers = [_answer_of(page) for page in pages]
        known = await asyncio.to_thread(self._known, answers)
        self._note_known(known)
        return [page for index, page in enumerate(pages) if index not in known]

    async def _process(self, page: ArchivedPage) -> _Read:
        if page.fetched is None or page.result is not None:
            return _Read(result=page.result, profile=None)
        profile = await self._context.profiles.get(site_of(page.fetched.url))
        result = await self._context.workers.process(page.fetched, profile)
        return _Read(result=result, profile=profile)

    async def _store_all(self) -> None:
        while (waiting := await self._to_store.get()) is not None:
            page, task = waiting
            try:
                read = await task
            except PoolClosed:  # the run is ending: the next import reads this page again
                self._room.give(page.size_bytes)
                continue
            stored = self._storing.submit(page, read.result, read.profile)
            stored.add_done_callback(partial(self._note_stored, page.size_bytes))
        await self._storing.finish()

    def _note_stored(self, size_bytes: int, stored: asyncio.Future[str | None]) -> None:
        self._room.give(size_bytes)
        if not stored.cancelled() and (outcome := stored.result()) is not None:
            self._counts.ended[outcome] += 1

    def _note_known(self, known: Mapping[int, int]) -> None:
        if not known:
            return
        self._counts.ended[KNOWN] += len(known)
        ids, run_id = set(known.values()), self._context.run.id

        def work(session: Session) -> None:
            add_run_pages(session, run_id, ids, known=ids)

        self._context.writer.submit(work)

    def _note_broken(self, record: BrokenRecord) -> None:
        self._counts.broken += 1
        if len(self._counts.named) < MAX_SHOWN:
            self._counts.named.append(record)

    def _known(self, answers: Sequence[ArchivedAnswer]) -> dict[int, int]:
        with self._context.database.read() as session:
            return known_answers(session, answers)

    async def _watch(self) -> None:
        while self._on_progress is not None:
            self._on_progress(self._progress())
            await asyncio.sleep(PROGRESS_SECONDS)

    def _progress(self) -> Progress:
        done, held = self._counts.ended.total(), self._room.pages
        share = sum(each.share_read for each in self._archives) / max(len(self._archives), 1)
        return Progress(
            done=done,
            by_outcome=dict(self._counts.ended),
            in_flight=held,
            pending=0,
            total=round((done + held) / share) if share else None,
            started_at=self._context.started_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the pipeline made of a page."""

    result: CleanArticle | Rejection | None
    profile: SiteProfile | None


def _from_signal(loop: asyncio.AbstractEventLoop, action: Callable[[], None]) -> Callable[[], None]:
    """From a signal handler or a timer's thread into the event loop."""

    def call() -> None:
        loop.call_soon_threadsafe(action)

    return call


def _next_chunk(
    records: Iterator[ArchivedPage | BrokenRecord],
) -> list[ArchivedPage | BrokenRecord]:
    chunk, size_bytes = [], 0
    for record in records:
        chunk.append(record)
        size_bytes += 0 if isinstance(record, BrokenRecord) else record.size_bytes
        if len(chunk) == CHUNK_RECORDS or size_bytes >= CHUNK_BYTES:
            break
    return chunk


def _answer_of(page: ArchivedPage) -> ArchivedAnswer:
    row = new_page(Link(url=page.url))
    return ArchivedAnswer(fetch_hash=row.fetch_hash, fetched_at=page.fetched_at)
