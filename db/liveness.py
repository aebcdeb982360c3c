"""Proof that a run is alive: a lock the operating system or PostgreSQL drops when it dies.

A heartbeat would have to be waited for; a lock tells the next run at once, and never wrongly
while the holder lives. SQLite: a locked file beside the database. PostgreSQL: a session-level
advisory lock on a connection of its own.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import xxhash
from filelock import FileLock, Timeout
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from db.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from db.session import Database


class RunLock(Protocol):
    """A lock held from the start of a run to the end of its process."""

    def hold(self) -> None:
        """Take it, or take it again after the connection was lost. Idempotent."""

    def release(self) -> None:
        """Give it up; the run has ended."""


def run_lock(database: Database, lock_key: str) -> RunLock:
    """The lock that proves the run named by `lock_key` alive; not held yet."""
    if database.is_sqlite:
        return _FileRunLock(_lock_path(database, lock_key))
    return _AdvisoryRunLock(database, lock_key)


def is_alive(database: Database, lock_key: str) -> bool:
    """Whether some process holds the lock of this run."""
    lock = run_lock(database, lock_key)
    try:
        lock.hold()
    except LockHeld:
        return True
    lock.release()
    return False


class LockHeld(DatabaseUnavailable):
    """Another process holds this lock."""


class _FileRunLock:
    """flock on a file of the run's own; the kernel drops it with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, thread_local=False)

    def hold(self) -> None:
        if self._lock.is_locked:
            return
        self._path.parent.mkdir(exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise LockHeld(f"another process holds {self._path}") from error

    def release(self) -> None:
        self._lock.release()
        self._path.unlink(missing_ok=True)
        with suppress(OSError):  # another run's lock is still in there
            self._path.parent.rmdir()


class _AdvisoryRunLock:
    """pg_try_advisory_lock on a connection that does nothing else."""

    def __init__(self, database: Database, lock_key: str) -> None:
        # Signed 64 bits: what pg_try_advisory_lock takes.
        self._key = xxhash.xxh3_64_intdigest(lock_key.encode()) - 2**63
        self._engine = create_engine(database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def hold(self) -> None:
        if self._is_held():
            return
        self._connection = connection = self._engine.connect()
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        if not taken:
            self.release()
            raise LockHeld("another process holds the lock of this run")

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def _is_held(self) -> bool:
        """The server drops the lock with the connection: ask whether that still stands."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
            return False
        return True


def _lock_path(database: Database, lock_key: str) -> Path:
    path = database.path
    if path is None:
        raise DatabaseUnavailable(
            "a crawl needs a database file: an in-memory one cannot be shared"
        )
    return path.with_name(path.name + ".locks") / lock_key
