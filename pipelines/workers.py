"""Page processing in worker processes with hard limits on time and memory.

A page of a few kilobytes can keep a parser busy for minutes, in C, where no signal or thread
stops it: only another process can. Each worker is a Pebble pool of its own with one process, so
that it can be replaced alone, before its next page.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.worker_process import Answer, TdmPolicy, answer_call, prepare_worker, process_fetched

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from pipelines.sites.records import SiteProfile

logger = logging.getLogger(__name__)

T = TypeVar("T")

PAGES_AT_A_WORKER = 2
"""One being processed and one waiting in its pipe, so that it never idles for the event loop."""
MAX_DEATHS = 2
"""A page that kills its worker this often is recorded and left."""
ANSWER_MARGIN_SECONDS = 10.0
"""Beyond the limit: Pebble needs up to 3 s to kill a worker that ignores SIGTERM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """How many workers, and what one page may cost."""

    workers: int
    timeout_seconds: float = 10.0
    memory_mib: int = 1024
    """Address space on top of what an idle worker has."""
    tdm_policy: TdmPolicy = "metadata"
    with_links: bool = False
    """Whether anybody follows what a page links to."""
    pages: int = 2_000
    """A worker is replaced after so many: whatever leaks in C ends with it."""


class WorkerFailed(Exception):
    """A call that its worker could not finish: too slow, out of memory, or dead."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class PoolClosed(Exception):
    """The workers were ended while they had this call."""


class WorkerPool:
    """Worker processes. `process` and `call` are used from one event loop; `close` ends all."""

    def __init__(self, limits: WorkerLimits) -> None:
        self._limits = limits
        self._process = partial(process_fetched, with_links=limits.with_links)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.preloaded"])
        self._workers = [_Worker(limits, context) for _ in range(limits.workers)]
        """Their processes start with their first page."""
        self._closed = False
        self._places = asyncio.Semaphore(limits.workers * PAGES_AT_A_WORKER)

    async def process(
        self, page: FetchedPage, profile: SiteProfile | None = None
    ) -> CleanArticle | Rejection:
        """The article of a page, or why there is none; never raises for a bad page.

        What is known about its site goes with it, so no worker holds a state of its own.
        """
        try:
            return await self.call(self._process, page, self._limits.tdm_policy, profile)
        except WorkerFailed as failure:
            return Rejection(
                request_url=page.request_url,
                url=page.url,
                fetched_at=page.fetched_at,
                reason=failure.reason,
                detail=failure.detail,
            )

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """A picklable function's result, computed in a worker.

        Raises:
            WorkerFailed: It was too slow, ran out of memory, or killed its worker twice.
            PoolClosed: The workers were ended meanwhile.
        """
        async with self._places:
            answer = await self._answer(function, args)
        if answer.failure is not None:
            raise WorkerFailed(*answer.failure)
        return answer.value  # type: ignore[return-value] # what function returned

    async def _answer(self, function: Callable[..., object], args: tuple[object, ...]) -> Answer:
        deaths = 0
        while deaths < MAX_DEATHS:
            if self._closed:
                raise PoolClosed
            worker = min(self._workers, key=lambda each: each.load)
            answer = await worker.answer(function, args)
            if isinstance(answer, Answer):
                return answer
            deaths += answer is Loss.DIED
        return Answer(failure=(Reason.CRASHED, f"its worker died {MAX_DEATHS} times"))

    def close(self) -> None:
        """End every worker at once."""
        self._closed = True
        for worker in self._workers:
            worker.stop()


class Loss(Enum):
    """Why there is no answer."""

    DIED = "the process died while it had this page"
    REPLACED = "the process was replaced for another page's fault"


class _Worker:
    """One process, replaced when it dies, grows, or has done its pages."""

    def __init__(self, limits: WorkerLimits, context: multiprocessing.context.BaseContext) -> None:
        self.load = 0
        self._limits = limits
        self._context = context
        self._pool = self._new_pool()
        self._pages = 0
        self._stopped = False
        self._asked: set[Future[Answer]] = set()

    async def answer(
        self, function: Callable[..., object], args: tuple[object, ...]
    ) -> Answer | Loss:
        """What the process said, or how the answer was lost."""
        pool = self._pool
        self.load += 1
        try:
            answer = await self._ask(pool, function, args)
        except ProcessExpired as death:
            logger.warning("a worker died (exit code %s)", death.exitcode)
            return Loss.DIED
        except (BrokenProcessPool, RuntimeError):  # it died idle, or was stopped just now
            if pool is self._pool:
                self._replace()
            return Loss.REPLACED
        except asyncio.CancelledError:  # of the pool's future by its stop, or of us
            if _is_cancelled():
                raise
            return Loss.REPLACED
        except TimeoutError:  # Pebble's at the limit, or ours when Pebble lost sight of it
            detail = f"processing took longer than {self._limits.timeout_seconds:g} s"
            return Answer(failure=(Reason.TIMEOUT, detail))
        finally:
            self.load -= 1
        return self._settle(pool, answer)

    async def _ask(
        self, pool: ProcessPool, function: Callable[..., object], args: tuple[object, ...]
    ) -> Answer:
        seconds = self._limits.timeout_seconds
        future = pool.schedule(answer_call, args=(function, *args), timeout=seconds)
        limit = seconds * (PAGES_AT_A_WORKER + 1) + ANSWER_MARGIN_SECONDS
        self._asked.add(future)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), limit)
        finally:
            self._asked.discard(future)

    def stop(self) -> None:
        """End the process; what it was doing is lost. Idempotent."""
        if not self._stopped:
            self._stopped = True
            self._end(self._pool)

    def _settle(self, pool: ProcessPool, answer: Answer) -> Answer | Loss:
        if pool is not self._pool:
            return Loss.REPLACED  # meanwhile: an answer of a tainted process does not count
        self._pages += 1
        if answer.retire or self._pages >= self._limits.pages:
            self._replace()
        return answer

    def _replace(self) -> None:
        if self._stopped:
            return
        old, self._pool, self._pages = self._pool, self._new_pool(), 0
        self._end(old)

    def _end(self, pool: ProcessPool) -> None:
        """Pebble's `stop` ends neither a process nor a future; its `join` does, and takes time."""
        pool.stop()  # type: ignore[no-untyped-call] # Pebble's
        for future in tuple(self._asked):
            future.cancel()
        threading.Thread(target=pool.join, name="winnow-worker-end").start()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            initializer=prepare_worker,
            initargs=(self._limits.memory_mib,),
            context=self._context,
        )


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
