"""One opened database: engine, sessions, and the transaction rules both databases share."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from db.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, CursorResult, Engine, Result
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite itself waits for a lock; longer waits are the caller's, outside any loop."""
WAL_AUTOCHECKPOINT_PAGES = 32_768
"""128 MiB: a batch touches thousands of pages of the indexes by hash, and the next one many of them
again (SQLite's default is 4 MiB; with 16 an assignment of stories takes an eighth more CPU)."""
CACHE_PAGES = 16_384
"""Of 4 KiB; 64 MiB."""
MAX_WRITER_CACHE_PAGES = 65_536
"""256 MiB: about what the indexes by hash of a million articles take, of which every new article
reads and changes pages anywhere (with all of them in memory its story takes a sixth less CPU)."""
WRITER_CACHE_SHARE = 8
"""Of so many pages of the file the writer may keep one in memory: small archives need no more."""


def database_url(text: str) -> URL:
    """A SQLAlchemy URL from what a user types: a file path, `sqlite:///…` or `postgresql://…`.

    Raises:
        DatabaseUnavailable: It names a database that Winnow does not know.
    """
    if "://" not in text:
        return make_url(f"sqlite:///{Path(text).expanduser()}")
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseUnavailable(f"not a database URL: {text!r}") from error
    kind = url.drivername.split("+")[0]
    if kind == "sqlite":
        return url.set(drivername="sqlite")
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUnavailable(
        f"Winnow stores in SQLite or PostgreSQL, not in {kind!r}: "
        "give a file name, sqlite:///FILE or postgresql://USER@HOST/NAME"
    )


def is_sqlite(session: Session) -> bool:
    """Whether a session is with the embedded database."""
    return session.get_bind().dialect.name == "sqlite"


def changed_rows(done: Result[tuple[object, ...]]) -> int:
    """How many rows an UPDATE or a DELETE found."""
    return int(cast("CursorResult[tuple[object, ...]]", done).rowcount)


class Database:
    """One database and its engine. Close it, or use it as a context manager.

    A file that does not exist is made by the first write; `db.migrate` makes its tables.
    """

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.engine = _make_engine(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def display_url(self) -> str:
        """The URL with its password hidden, for messages."""
        plain = self.url.set(drivername=self.url.get_backend_name())
        return plain.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database. None: in memory, or PostgreSQL."""
        name = self.url.database if self.is_sqlite else None
        return None if name in {None, "", ":memory:"} else Path(str(name))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: one snapshot, rolled back at the end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session for writing: commits on exit, rolls back on error.

        Begins with BEGIN IMMEDIATE on SQLite: a read upgraded to a write fails at once there,
        whatever the busy timeout says.
        """
        connection = self.engine.connect().execution_options(winnow_writes=True)
        with connection, Session(connection, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=4)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Take BEGIN over from the driver, which commits a leading SAVEPOINT by itself."""
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError(f"not an SQLite connection: {connection!r}")
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",  # survives a process crash; FULL would also survive power loss
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        f"wal_autocheckpoint = {WAL_AUTOCHECKPOINT_PAGES}",
        f"cache_size = {CACHE_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("winnow_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    _fit_cache(connection.connection.cursor())


def _fit_cache(cursor: DBAPICursor) -> None:
    """Let a connection that writes keep pages in memory by the size of the file."""
    cursor.execute("PRAGMA page_count")
    ((file_pages,),) = cursor.fetchall()
    cursor.execute(f"PRAGMA cache_size = {writer_cache_pages(file_pages)}")


def writer_cache_pages(file_pages: int) -> int:
    """How many pages a connection that writes may keep in memory."""
    return min(max(file_pages // WRITER_CACHE_SHARE, CACHE_PAGES), MAX_WRITER_CACHE_PAGES)
