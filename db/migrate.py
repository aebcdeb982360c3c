"""The schema's revisions: which one a database has, and making it current.

The steps are in db/migrations, found beside this file, so that they work from a wheel.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from db.errors import DatabaseUnavailable, IntegrityViolation, SchemaOutdated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

    from db.session import Database

# Alembic is imported where it is used: every command checks the schema, few change it, and the
# import takes 0.15 s.

HEAD_REVISION = "0011"
"""The newest step in db/migrations; a test holds that it is."""
UPGRADE_LOCK = 0x57494E4E4F57
"""PostgreSQL's advisory lock for upgrades: the letters WINNOW."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision, making its tables where there are none.

    One transaction: all of it happens or nothing. Idempotent, and safe when several processes do
    it at once.

    Raises:
        SchemaOutdated: A newer Winnow made the database.
        DatabaseUnavailable: It cannot be reached or written.
        IntegrityViolation: A step left rows that point nowhere; nothing was changed.
    """
    from alembic import command  # noqa: PLC0415 - see above

    with _translated(database), _upgrading(database) as connection:
        _refuse_newer(database, _revision_of(connection))
        with _keeping_triggers(connection):
            command.upgrade(_config(connection), revision)
        _check_references(connection)


def check(database: Database) -> None:
    """Nothing, if the tables are those this Winnow works with.

    Raises:
        SchemaOutdated: They are older, newer, or not there.
        DatabaseUnavailable: The database cannot be reached or read.
    """
    current = current_revision(database)
    if current is None:
        raise SchemaOutdated(f"no Winnow tables in {database.display_url}: run `winnow init`")
    _refuse_newer(database, current)
    if current != head_revision():
        raise SchemaOutdated(
            f"{database.display_url} has schema {current}, this Winnow needs {head_revision()}: "
            "run `winnow db upgrade`"
        )


def current_revision(database: Database) -> str | None:
    """The revision that the database has. None: no Winnow tables, or no file yet.

    Raises:
        DatabaseUnavailable: It cannot be reached or read.
    """
    if database.path is not None and not database.path.exists():
        return None
    with _translated(database), database.engine.connect() as connection:
        return _revision_of(connection)


def head_revision() -> str:
    """The revision that this Winnow works with."""
    return HEAD_REVISION


def scripts() -> ScriptDirectory:
    """The steps that this installation has."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _refuse_newer(database: Database, current: str | None) -> None:
    if current is None or current == head_revision():
        return
    from alembic.util import CommandError  # noqa: PLC0415 - see above

    try:
        scripts().get_revision(current)
    except CommandError as error:
        raise SchemaOutdated(
            f"{database.display_url} has schema {current}, made by a newer Winnow; this one knows "
            f"schemas up to {head_revision()}: install the newer Winnow"
        ) from error


@contextmanager
def _translated(database: Database) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        reason = f"{error.orig}{_way_out(error)}"
        raise DatabaseUnavailable(f"{database.display_url}: {reason}") from error


def _way_out(error: DatabaseError) -> str:
    # https://sqlite.org/wal.html#read_only_databases
    code = getattr(error.orig, "sqlite_errorcode", 0)
    if code & 0xFF != sqlite3.SQLITE_READONLY:
        return ""
    return "; to read it SQLite also writes beside it: copy it to a folder that may be written"


@contextmanager
def _upgrading(database: Database) -> Iterator[Connection]:
    """One connection in one transaction that no other upgrade can be in."""
    with database.engine.connect().execution_options(winnow_writes=True) as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK}
                )
                yield connection
            return
        # A table is rebuilt by dropping it, which would cascade; no effect inside a transaction.
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


@contextmanager
def _keeping_triggers(connection: Connection) -> Iterator[None]:
    """Put back the triggers that SQLite drops with a table when a step rebuilds it."""
    before = _triggers(connection)
    yield
    for name, statement in before.items():
        if name not in _triggers(connection):
            connection.exec_driver_sql(statement)


def _triggers(connection: Connection) -> dict[str, str]:
    if connection.dialect.name != "sqlite":
        return {}
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {name: str(statement) for name, statement in rows}


def _check_references(connection: Connection) -> None:
    """PostgreSQL checks them itself."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise IntegrityViolation(
            f"{len(broken)} rows point at rows that do not exist, first {tuple(broken[0])}"
        )
