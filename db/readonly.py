"""SQL that a person types, with the database itself refusing all but reading.

SQLite: the file opened read-only, an authorizer that allows reading and nothing else, a time limit
in its virtual machine. PostgreSQL: the text goes into DECLARE CURSOR by the extended protocol, so
it is one query and no command (no COPY, SET, DO), in a READ ONLY transaction that has begun to
read, as the role pg_read_all_data where the user may take it, with statement_timeout. What stays
possible there is what its user may do by calling functions in a SELECT, e.g. pg_terminate_backend
on its own sessions: give Winnow a user of its own that is no superuser.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

from db.errors import DatabaseUnavailable, QueryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.session import Database

Cell = str | int | float | bool | bytes | None | list[object] | dict[str, object]
DECLARE = "DECLARE winnow_query NO SCROLL CURSOR FOR "
FETCH_ROWS = 500
SQLITE_STEPS = 10_000
"""Virtual machine steps between two looks at the clock: about a millisecond."""
MAX_FETCHED = 2**31 - 1
"""SQLite counts rows so far; more do not fit into memory anyway."""
MAX_VALUE_BYTES = 100 * 2**20
"""`zeroblob(1e9)` is refused; no stored value comes near."""
READING_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
READING_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"}
    | {"foreign_key_list", "database_list", "compile_options", "function_list", "data_version"}
)
"""They only tell, whatever their argument. data_version: FTS5 asks for it in every search."""
MAY_TAKE_READING_ROLE = (
    "SELECT count(*) FROM pg_roles "
    "WHERE rolname = 'pg_read_all_data' AND pg_has_role(oid, 'MEMBER')"
)
REFUSED_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """What a query gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool
    """There were more rows than asked for."""

    @property
    def distinct_columns(self) -> list[str]:
        """Column names, one that comes again with its number: no value of a row is lost."""
        seen: Counter[str] = Counter()
        names = []
        for column in self.columns:
            seen[column] += 1
            names.append(column if seen[column] == 1 else f"{column}:{seen[column]}")
        return names


def run_query(
    database: Database, sql: str, *, timeout_seconds: float = 30.0, max_rows: int = 1_000
) -> QueryResult:
    """The first `max_rows` rows of one reading statement.

    Raises:
        QueryRefused: It would write, took too long, or is not a query that can be read.
        DatabaseUnavailable: The database cannot be opened.
    """
    if not sql.strip() or "\0" in sql or any("\ud800" <= sign <= "\udfff" for sign in sql):
        raise QueryRefused(f"not a query: {sql!r}")
    deadline = time.monotonic() + timeout_seconds
    run = _run_sqlite if database.is_sqlite else _run_postgresql
    with _refusing(timeout_seconds):
        return run(database, sql, deadline, max_rows)


@contextmanager
def _refusing(timeout_seconds: float) -> Iterator[None]:
    """The databases' errors in our words."""
    late = f"the query took longer than {timeout_seconds:g} s and was stopped"
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        if "interrupted" in str(error):
            raise QueryRefused(late) from error
        if "not authorized" in str(error) or "prohibited" in str(error):
            raise QueryRefused(f"only reading is allowed here: {error}") from error
        raise QueryRefused(f"the query cannot be run: {error}") from error
    except psycopg.errors.QueryCanceled as error:
        raise QueryRefused(late) from error
    except psycopg.Error as error:
        said = error.diag.message_primary or str(error).strip()
        raise QueryRefused(f"{_why_not(error)}: {said}") from error


def _why_not(error: psycopg.Error) -> str:
    """PostgreSQL knows a statement that is no query by its first word, where a cursor needs one."""
    first_word = len(DECLARE) + 1
    if isinstance(error, psycopg.errors.SyntaxError) and error.diag.statement_position == str(
        first_word
    ):
        return "only reading is allowed here: give one SELECT, WITH or VALUES"
    return "the query cannot be run"


def _run_sqlite(database: Database, sql: str, deadline: float, max_rows: int) -> QueryResult:
    with closing(_open_reading(database)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, SQLITE_STEPS)
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise QueryRefused("the statement gives no rows: only queries are run here")
        rows = cursor.fetchmany(min(max_rows + 1, MAX_FETCHED))
        return _result([column[0] for column in cursor.description], rows, max_rows)


def _open_reading(database: Database) -> sqlite3.Connection:
    path = database.path
    if path is None or not path.exists():
        raise DatabaseUnavailable(f"no database at {database.display_url}")
    try:
        connection = sqlite3.connect(_read_only_uri(path), uri=True, isolation_level=None)
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise DatabaseUnavailable(f"cannot read {path}: {error}") from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = _lenient_text
    connection.set_authorizer(_authorize)
    return connection


def _read_only_uri(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def _lenient_text(data: bytes) -> str:
    """`CAST(x'ff' AS TEXT)` is no reason to fail."""
    return data.decode("utf-8", "replace")


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    if action in READING_ACTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # asked when a virtual table is opened; an UPDATE of it is refused
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in REFUSED_FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in READING_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _run_postgresql(database: Database, sql: str, deadline: float, max_rows: int) -> QueryResult:
    with _reading_transaction(database) as connection, connection.cursor() as cursor:
        _limit_time(connection, deadline)
        # Extended protocol (binary=True): several statements are refused by the server.
        cursor.execute((DECLARE + sql.lstrip()).encode(), binary=True)
        rows: list[tuple[object, ...]] = []
        while len(rows) <= max_rows:
            _limit_time(connection, deadline)
            cursor.execute(f"FETCH {min(FETCH_ROWS, max_rows + 1 - len(rows))} FROM winnow_query")
            found = cursor.fetchall()
            rows += found
            if not found:
                break
        names = [column.name for column in cursor.description or ()]
        return _result(names, rows, max_rows)


@contextmanager
def _reading_transaction(database: Database) -> Iterator[psycopg.Connection]:
    """A connection of its own, in a transaction that cannot become a writing one."""
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(url)
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"{database.display_url}: {str(error).strip()}") from error
    with closing(connection):
        connection.read_only = True
        # A first query fixes it: PostgreSQL refuses SET TRANSACTION READ WRITE from then on.
        if connection.execute(MAY_TAKE_READING_ROLE).fetchone() == (1,):
            connection.execute("SET LOCAL ROLE pg_read_all_data")
        yield connection


def _limit_time(connection: psycopg.Connection, deadline: float) -> None:
    """Set again before each step: a query may call set_config."""
    left_ms = max(1, int((deadline - time.monotonic()) * 1000))
    connection.execute(f"SET LOCAL statement_timeout = {left_ms}")


def _result(names: list[str], rows: list[tuple[object, ...]], max_rows: int) -> QueryResult:
    return QueryResult(
        columns=tuple(names),
        rows=tuple(tuple(_cell(value) for value in row) for row in rows[:max_rows]),
        truncated=len(rows) > max_rows,
    )


def _cell(value: object) -> Cell:
    """A value that JSON and a table can show; bytes stay bytes."""
    if value is None or isinstance(value, str | int | float | bool | bytes | list | dict):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, memoryview):
        return bytes(value)
    return value.isoformat() if isinstance(value, date) else str(value)
