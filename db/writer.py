"""The one writer: a thread that gathers jobs into batches, one transaction a batch.

A job is a function of a session. One bad row never costs the batch: it is undone, and each of its
jobs runs in a savepoint of its own. The futures resolve after the commit, so who awaits one knows
that it is on disk. When the database is locked or restarting, the whole batch is tried again,
outside any event loop.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from db.errors import DatabaseUnavailable, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from db.session import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """When a batch is committed, and how long a failing one is tried again."""

    rows: int = 200
    seconds: float = 1.0
    """After its first job."""
    patience_seconds: float = 300.0
    """With an unreachable or locked database, before the writer gives up."""


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[Session], T]
    future: Future[T]
    urgent: bool


class Writer:
    """Runs jobs in order, in batches. `close` commits what was submitted before it.

    A job may run more than once (a batch that met a bad row or a locked database starts again),
    so its effects must be in the session only. A StorageError, or a row the database refuses,
    fails its own job; any other error is a bug and fails the writer.
    """

    def __init__(
        self,
        database: Database,
        limits: BatchLimits,
        *,
        expected: tuple[type[Exception], ...] = (),
    ) -> None:
        """Start the thread.

        Args:
            database: Where the batches go; the writer does not close it.
            limits: When a batch is committed.
            expected: Further errors that fail their own job only.
        """
        self._database = database
        self._limits = limits
        self._expected: tuple[type[Exception], ...] = (
            StorageError,
            DataError,
            IntegrityError,
            *expected,
        )
        self.on_reconnect: Callable[[], None] = _do_nothing
        """Called before a batch is tried again."""
        self._jobs: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._failure: BaseException | None = None
        self._giving_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="winnow-writer", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> BaseException | None:
        """What ended the writer before its time. None: it works."""
        return self._failure

    def submit(self, work: Callable[[Session], T]) -> Future[T]:
        """Run a job with the next batch; the future resolves after its commit."""
        return self._put(work, urgent=False)

    def submit_now(self, work: Callable[[Session], T]) -> Future[T]:
        """Run a job and commit its batch at once: for who waits for the answer."""
        return self._put(work, urgent=True)

    def close(self, *, patience_seconds: float | None = None) -> None:
        """Commit what was submitted and end the thread.

        Args:
            patience_seconds: Give up on a failing database after this. None: the limits' own.
        """
        self._jobs.put(None)
        self._thread.join(patience_seconds)
        if self._thread.is_alive():
            self._giving_up.set()
            self._thread.join(LONGEST_PAUSE_SECONDS)

    def _put(self, work: Callable[[Session], T], *, urgent: bool) -> Future[T]:
        future: Future[T] = Future()
        if self._failure is not None:
            future.set_exception(self._failure)
            return future
        self._jobs.put(_Job(work, future, urgent))  # type: ignore[arg-type] # T is the caller's
        return future

    def _run(self) -> None:
        batch: list[_Job[object]] | None = []
        try:
            while (batch := self._gather()) is not None:
                self._commit(batch)
        except BaseException as error:  # noqa: BLE001 - who waits for a future must be told
            self._fail(error, batch or [])

    def _gather(self) -> list[_Job[object]] | None:
        """The next jobs to commit together; None when the writer is closed."""
        first = self._jobs.get()
        if first is None:
            return None
        batch, deadline = [first], time.monotonic() + self._limits.seconds
        while len(batch) < self._limits.rows and not batch[-1].urgent:
            try:
                job = self._jobs.get(timeout=max(deadline - time.monotonic(), 0.0))
            except Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _commit(self, batch: list[_Job[object]]) -> None:
        for job, result in zip(batch, self._try_patiently(batch), strict=True):
            if not job.future.set_running_or_notify_cancel():
                continue  # who asked was cancelled meanwhile; the job is done all the same
            if isinstance(result, _Failed):
                job.future.set_exception(result.error)
            else:
                job.future.set_result(result)

    def _try_patiently(self, batch: list[_Job[object]]) -> list[object]:
        give_up_at = time.monotonic() + self._limits.patience_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._try(batch)
            except (OperationalError, InterfaceError, InternalError) as error:
                if not _may_pass(error):
                    raise DatabaseUnavailable(_explain(error)) from error
                if time.monotonic() > give_up_at or self._giving_up.wait(pause):
                    raise DatabaseUnavailable(f"gave up on the database: {error.orig}") from error
                logger.warning("database busy or away, trying again: %s", error.orig)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._reconnect()

    def _reconnect(self) -> None:
        try:
            self.on_reconnect()
        except (DBAPIError, DatabaseUnavailable) as error:
            logger.debug("still away: %s", error)

    def _try(self, batch: list[_Job[object]]) -> list[object]:
        """What the jobs gave: together, or each in a savepoint where one of them failed.

        Most batches have no such job, and a savepoint takes as long as twenty of a page's
        statements.
        """
        try:
            with self._database.write() as session:
                return [job.work(session) for job in batch]
        except self._expected as error:
            logger.debug("a job failed, each runs by itself: %s", error)
        with self._database.write() as session:
            return [self._run_job(session, job) for job in batch]

    def _run_job(self, session: Session, job: _Job[object]) -> object:
        try:
            with session.begin_nested():
                return job.work(session)
        except self._expected as error:
            return _Failed(error)

    def _fail(self, error: BaseException, batch: list[_Job[object]]) -> None:
        """Nothing more can be written: tell everybody who waits, and who asks from now on."""
        self._failure = error
        self._giving_up.set()
        waiting: list[_Job[object] | None] = [*batch]
        with suppress(Empty):
            while True:
                waiting.append(self._jobs.get_nowait())
        for job in waiting:
            if job is not None and not job.future.done():
                job.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


def _do_nothing() -> None:
    pass


def _may_pass(error: DBAPIError) -> bool:
    """Whether the same statement may work later: locked, restarting or disconnected."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    state = getattr(error.orig, "sqlstate", None)
    # 08 connection, 57P admin shutdown and starting up, 40 deadlock and serialization,
    # 53300 too many connections, 55P03 lock not available; None: the connection was lost.
    return state is None or state.startswith(("08", "57P", "40", "53300", "55P03"))


def _explain(error: DBAPIError) -> str:
    if isinstance(error.orig, sqlite3.Error) and (
        error.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    ):
        return "the disk is full: nothing is lost; make room and run the same command again"
    return f"the database refuses to work: {error.orig}"
