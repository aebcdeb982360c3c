"""Statements handed to the driver as they are: for what runs several times for every new article.

SQLAlchemy takes longer to prepare such a statement than either database takes to answer it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

Row = tuple[object, ...]
LIST_STEP = 8
"""A list that is bound value by value is filled up to a multiple: fewer statements to prepare."""

PLANNED_NUMBERS = 10


class Statement(NamedTuple):
    """The same for each driver."""

    sqlite: str
    postgresql: str


def for_both(statement: str) -> Statement:
    """From SQL with `:name` for values; `{list}` is the list of numbers, as `value`."""
    # An array tells PostgreSQL to walk the index, whatever it knows of the table.
    array = statement.replace("IN ({list})", "= ANY(CAST(:list AS bigint[]))")
    array = array.replace("{list}", "SELECT unnest(CAST(:list AS bigint[])) AS value")
    return Statement(
        sqlite=statement.replace("{list}", "SELECT value FROM json_each(:list)"),
        postgresql=re.sub(r":(\w+)", r"%(\1)s", array),
    )


def for_list(statement: str) -> Statement:
    """From SQL whose one value is a list of numbers, `IN ({list})`; for `Driver.rows_among`."""
    return Statement(sqlite=statement, postgresql=for_both(statement).postgresql)


@cache
def _as_one(first: Statement, others: tuple[Statement, ...]) -> str:
    """One statement of PostgreSQL that runs them all."""
    parts = [f"first AS ({first.postgresql})"]
    for number, each in enumerate(others):
        found = each.postgresql.replace("%(story_id)s", "(SELECT id FROM first)")
        parts.append(f"other_{number} AS ({found})")
    return f"WITH {', '.join(parts)} SELECT id FROM first"  # noqa: S608 - our own statements


class _Cursor(Protocol):
    def execute(self, sql: str, values: Mapping[str, object] | Sequence[object]) -> object: ...
    def executemany(
        self, sql: str, rows: Sequence[Mapping[str, object] | Sequence[object]]
    ) -> object: ...
    def fetchall(self) -> list[Row]: ...


def driver_of(session: Session) -> Driver:
    """Of the transaction that a session is in: made once for it."""
    known = session.info.get(Driver)
    if isinstance(known, Driver) and known.transaction is session.get_transaction():
        return known
    made = session.info[Driver] = Driver(session)
    return made


class Driver:
    """The driver's own cursor in a session's transaction; its errors are SQLAlchemy's."""

    def __init__(self, session: Session) -> None:
        connection = session.connection()
        self.transaction = session.get_transaction()
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.dialect = connection.dialect
        binary = {} if self.is_sqlite else {"binary": True}  # results, which texts fill with bytes
        self._cursor = cast("_Cursor", connection.connection.cursor(**binary))

    def run(self, statement: Statement, values: Mapping[str, object]) -> None:
        """Whatever it answers is left."""
        self.execute(statement.sqlite if self.is_sqlite else statement.postgresql, values)

    def run_many(self, sql: str, rows: Sequence[Mapping[str, object] | Sequence[object]]) -> None:
        """A statement in the driver's own words, once for each row of values."""
        try:
            self._cursor.executemany(sql, rows)
        except self.dialect.loaded_dbapi.Error as error:
            raise self._translated(sql, error) from error

    def rows(self, statement: Statement, values: Mapping[str, object]) -> list[Row]:
        """All that it answers."""
        return self.answers(statement.sqlite if self.is_sqlite else statement.postgresql, values)

    def rows_among(self, statement: Statement, numbers: Sequence[int]) -> list[Row]:
        """All that a statement of `for_list` answers, for some thousand numbers at most."""
        if not numbers:
            return []
        if self.is_sqlite:  # values bound one by one: half the time of a list in JSON
            filled = [*numbers, *[numbers[-1]] * (-len(numbers) % LIST_STEP)]
            marks = ",".join("?" * len(filled))
            return self.answers(statement.sqlite.replace("{list}", marks), filled)
        # PostgreSQL takes any array for one of ten: a shorter one it would plan anew each time.
        filled = [*numbers, *[numbers[-1]] * (PLANNED_NUMBERS - len(numbers))]
        return self.answers(statement.postgresql, {"list": self.numbers(filled)})

    def first(self, statement: Statement, values: Mapping[str, object]) -> Row | None:
        """The first row that it answers. None: there is none."""
        rows = self.rows(statement, values)  # all: half a result would hold its snapshot
        return rows[0] if rows else None

    def run_as_one(
        self, first: Statement, others: tuple[Statement, ...], values: Mapping[str, object]
    ) -> int:
        """The `id` that the first answers; on PostgreSQL, in one round trip.

        The others take it for their `story_id`; they do not see what each other wrote.
        """
        return cast("int", self.answers(_as_one(first, others), values)[0][0])

    def answers(self, sql: str, values: Mapping[str, object] | Sequence[object]) -> list[Row]:
        """All that SQL in the driver's own words answers."""
        self.execute(sql, values)
        return self._cursor.fetchall()

    def numbers(self, found: Iterable[int]) -> object:
        """As a value for `{list}`: JSON, or the text of an array, quicker made than bound."""
        listed = str(list(found))
        return listed if self.is_sqlite else f"{{{listed[1:-1]}}}"

    def time(self, value: datetime) -> object:
        """As db.types.UTCDateTime stores it: of one database such values sort by time."""
        value = value.astimezone(UTC)
        if not self.is_sqlite:
            return value
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")

    def execute(self, sql: str, values: Mapping[str, object] | Sequence[object]) -> None:
        """Run SQL in the driver's own words; whatever it answers is left."""
        try:
            self._cursor.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            raise self._translated(sql, error) from error

    def _translated(self, sql: str, error: Exception) -> BaseException:
        base = self.dialect.loaded_dbapi.Error
        return DBAPIError.instance(sql, None, error, base, dialect=self.dialect)


def json_text(value: Sequence[str]) -> str:
    """As a JSON column takes it from either driver."""
    return json.dumps(value)


def json_list(value: object) -> list[str]:
    """A JSON column as either driver gives it."""
    return cast("list[str]", json.loads(value) if isinstance(value, str) else value)
