"""Statements on the tables that are taken apart once, and then handed to the driver.

For those that run for every page of a crawl: SQLAlchemy's way from a statement to a cursor and back
takes ten times as long as SQLite's answer. Values are bound and read by the columns' own types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db.driver import driver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Delete, Dialect, Insert, Select, TextClause, Update
    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

    from db.driver import Row

    Change = Callable[[object], object]


class _Form(NamedTuple):
    """A statement as one driver takes it."""

    sql: str
    order: Sequence[str] | None
    """Of values by position. None: the driver takes them by name."""
    fixed: Mapping[str, object]
    """Values that the statement brings."""
    binders: Mapping[str, Change]
    """What a value goes through before it is bound; one without is bound as it is."""
    readers: Sequence[Change | None]
    """The same for each column of a row that is answered."""

    def bound(self, values: Mapping[str, object]) -> Mapping[str, object] | Sequence[object]:
        """The values as the driver takes them."""
        given = {**self.fixed, **values}
        for name, change in self.binders.items():
            given[name] = change(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def read(self, row: Row) -> Row:
        """The row as SQLAlchemy would give it."""
        pairs = zip(row, self.readers, strict=True)
        return tuple(value if change is None else change(value) for value, change in pairs)


class Prepared:
    """A statement whose values have names and whose SQL never differs: no lists, no literals."""

    def __init__(
        self,
        statement: Select[tuple[object, ...]] | Insert | Update | Delete | TextClause,
        *,
        columns: Sequence[str] = (),
    ) -> None:
        """Nothing is prepared before the first use.

        Args:
            statement: With a `bindparam` for each value.
            columns: Of an INSERT that names none, those that it is given.
        """
        self._statement = statement
        self._columns = list(columns) or None
        self._forms: dict[str, _Form] = {}

    def run(self, session: Session, values: Mapping[str, object]) -> None:
        """Run it in the session's transaction; what it answers is left."""
        driver = driver_of(session)
        form = self._form(driver.dialect)
        driver.execute(form.sql, form.bound(values))

    def first(self, session: Session, values: Mapping[str, object]) -> Row | None:
        """The first row that it answers. None: there is none."""
        rows = self.rows(session, values)
        return rows[0] if rows else None

    def rows(self, session: Session, values: Mapping[str, object]) -> list[Row]:
        """All rows that it answers."""
        driver = driver_of(session)
        form = self._form(driver.dialect)
        return list(map(form.read, driver.answers(form.sql, form.bound(values))))

    def run_for_each(self, session: Session, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it once for each row of values; what it answers is left."""
        driver = driver_of(session)
        form = self._form(driver.dialect)
        driver.run_many(form.sql, [form.bound(row) for row in rows])

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = self._prepared(dialect)
        return form

    def _prepared(self, dialect: Dialect) -> _Form:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        named = {name: bind for bind, name in compiled.bind_names.items()}
        binders = {
            name: _of(bind.type, dialect).bind_processor(dialect) for name, bind in named.items()
        }
        answered = [it.type for it in getattr(self._statement, "exported_columns", ())]
        return _Form(
            sql=compiled.string,
            order=compiled.positiontup if compiled.positional else None,
            fixed={name: bind.value for name, bind in named.items() if not bind.required},
            binders={name: change for name, change in binders.items() if change is not None},
            readers=[_of(kind, dialect).result_processor(dialect, None) for kind in answered],
        )


def _of(kind: TypeEngine[object], dialect: Dialect) -> TypeEngine[object]:
    return kind.dialect_impl(dialect)
