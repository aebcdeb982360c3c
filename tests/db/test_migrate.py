"""Making a database current, and refusing one that is not.

`populated` fills every table at a revision, whatever columns it has there, so a new migration is
tested on stored rows without a line of test of its own.
"""

from __future__ import annotations

import multiprocessing
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import text

from db import migrate
from db.errors import DatabaseUnavailable, IntegrityViolation, SchemaOutdated
from db.models import Base
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

NOBODY = 65534
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEARCH_TABLES = ("search_index", "alembic_version")
VALUES = {  # where a constraint or a later check asks for more than the type says
    ("pages", "state"): "done",
    ("pages", "due_at"): None,
    ("pages", "run_id"): None,
    ("search_terms", "title"): "storm",
    ("search_terms", "authors"): "ann ek",
    ("search_terms", "body"): "the ferry runs again",
    ("search_terms", "terms"): "'ferry':2 'storm':1A",
}


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(migrate._config()).walk_revisions()
    return [script.revision for script in scripts]


def test_the_newest_step_is_the_one_that_is_checked_for() -> None:
    assert migrate.scripts().get_current_head() == migrate.HEAD_REVISION


def test_an_empty_database_becomes_current_and_stays_so(database_url: str) -> None:
    with Database(database_url) as database:
        assert migrate.current_revision(database) is None
        migrate.upgrade(database)
        migrate.upgrade(database)
        migrate.check(database)
        assert migrate.current_revision(database) == migrate.head_revision()


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    def is_ours(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:
        is_search = kind == "table" and str(name).startswith(SEARCH_TABLES)
        is_vector = name in {"terms", "ix_search_terms_terms"}
        return not (reflected and (is_search or is_vector))

    with database.engine.connect() as connection:
        options = {"target_metadata": Base.metadata, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        missing = produce_migrations(context, Base.metadata).upgrade_ops
    assert missing is not None
    assert missing.is_empty(), f"a migration is missing:\n{render_python_code(missing)}"


@pytest.mark.parametrize("revision", revisions())
def test_upgrading_a_populated_database_loses_nothing(database_url: str, revision: str) -> None:
    with Database(database_url) as database:
        migrate.upgrade(database, revision)
        with database.write() as session:
            before = populated(session.connection())
        migrate.upgrade(database)
        with database.write() as session:
            after = rows_of(session.connection())
            assert before.keys() <= after.keys()
            for name, rows in before.items():
                kept = [
                    {key: row[key] for key in old}
                    for old, row in zip(rows, after[name], strict=True)
                ]
                assert kept == rows, name
            assert_search_and_cascades(session.connection())


def test_texts_of_stories_and_export_marks_learn_what_their_articles_say(database_url: str) -> None:
    with Database(database_url) as database:
        migrate.upgrade(database, "0010")
        with database.write() as session:
            populated(session.connection())
        migrate.upgrade(database)
        with database.read() as session:
            of_article = session.execute(text("SELECT site, revision FROM articles")).one()
            site = session.scalar(text("SELECT site FROM story_texts"))
            revision = session.scalar(text("SELECT revision FROM exported_articles"))
        assert (site, revision) == tuple(of_article)


def populated(connection: Connection) -> dict[str, list[dict[str, object]]]:
    """One row in every table, each pointing at the others; as they are read back."""
    tables = reflected(connection)
    for table in in_insertable_order(tables):
        row = {column.name: value_for(column) for column in table.columns}
        optional = {column.name: None for column in table.columns if is_optional_key(column)}
        connection.execute(table.insert(), row | optional)
    for table in tables:
        keys = {c.name: value_for(c) for c in table.columns if is_optional_key(c)}
        if keys:
            connection.execute(table.update().values(keys))
    return rows_of(connection)


def reflected(connection: Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _: not name.startswith(SEARCH_TABLES))
    return list(metadata.tables.values())


def in_insertable_order(tables: list[sa.Table]) -> list[sa.Table]:
    ordered: list[sa.Table] = []
    while len(ordered) < len(tables):
        ready = [
            table
            for table in tables
            if table not in ordered
            and all(
                key.column.table in ordered or is_optional_key(key.parent)
                for key in table.foreign_keys
            )
        ]
        assert ready, "tables need each other"
        ordered += ready
    return ordered


def is_optional_key(column: sa.Column[object]) -> bool:
    return bool(column.foreign_keys) and bool(column.nullable)


def value_for(column: sa.Column[object]) -> object:
    if (column.table.name, column.name) in VALUES:
        return VALUES[column.table.name, column.name]
    if isinstance(column.type, sa.DateTime):
        return MOMENT if column.type.timezone else MOMENT.replace(tzinfo=None)
    examples: list[tuple[type[sa.types.TypeEngine[object]], object]] = [
        (sa.Boolean, True),
        (sa.Integer, 1),
        (sa.Float, 1.5),
        (sa.JSON, [{"kind": "paragraph", "text": "Grüße"}]),
        (sa.LargeBinary, bytes(range(16))),
        (sa.String, f"{column.name} of {column.table.name} with ü"[:32]),
    ]
    return next(value for kind, value in examples if isinstance(column.type, kind))


def rows_of(connection: Connection) -> dict[str, list[dict[str, object]]]:
    return {
        table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
        for table in reflected(connection)
    }


def assert_search_and_cascades(connection: Connection) -> None:
    """The index knows the terms, follows a change, and forgets what is deleted."""
    assert count_hits(connection, "ferry") == 1
    if connection.dialect.name == "sqlite":
        connection.execute(text("UPDATE search_terms SET body = 'a lighthouse'"))
        assert (count_hits(connection, "ferry"), count_hits(connection, "lighthouse")) == (0, 1)
    connection.execute(text("UPDATE raw_pages SET dictionary_id = NULL"))
    for table, left in (
        ("articles", {"search_terms", "revisions", "cuts"}),
        ("pages", {"fetches"}),
    ):
        connection.execute(text(f"DELETE FROM {table}"))
        for name in left:
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 0, name
    assert count_hits(connection, "lighthouse") == count_hits(connection, "ferry") == 0
    if connection.dialect.name == "sqlite":
        check = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
        connection.execute(text(check))
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


def count_hits(connection: Connection, term: str) -> int:
    if connection.dialect.name == "sqlite":
        statement = "SELECT count(*) FROM search_index WHERE search_index MATCH :term"
    else:
        statement = "SELECT count(*) FROM search_terms WHERE terms @@ CAST(:term AS tsquery)"
    return connection.scalar(text(statement), {"term": term}) or 0


def test_a_rebuilt_table_keeps_its_triggers_its_rows_and_what_points_at_it(
    database: Database,
) -> None:
    """SQLite changes a column by building the table anew: what a later migration will do."""
    with database.write() as session:
        before = populated(session.connection())
    with migrate._upgrading(database) as connection, migrate._keeping_triggers(connection):
        operations = Operations(MigrationContext.configure(connection))
        for name, column in (("search_terms", "title"), ("articles", "title"), ("pages", "url")):
            with operations.batch_alter_table(name, recreate="auto") as batch:
                batch.alter_column(column, nullable=column != "url", type_=sa.Text())
    with database.write() as session:
        assert rows_of(session.connection()) == before
        assert_search_and_cascades(session.connection())


def test_a_step_that_breaks_a_reference_is_undone(database: Database) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL refuses the statement itself
    with database.write() as session:
        before = populated(session.connection())
    with pytest.raises(IntegrityViolation, match="point at"):
        delete_behind_the_back(database)
    with database.read() as session:
        assert rows_of(session.connection()) == before


def delete_behind_the_back(database: Database) -> None:
    with migrate._upgrading(database) as connection:
        connection.execute(text("DELETE FROM pages"))
        migrate._check_references(connection)


def test_a_database_without_tables_is_told_to_init(database_url: str, tmp_path: Path) -> None:
    with Database(database_url) as database:
        with pytest.raises(SchemaOutdated, match="winnow init"):
            migrate.check(database)
        if database.is_sqlite:
            assert not (tmp_path / "winnow.db").exists()


def test_an_older_schema_is_told_to_upgrade(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "head_revision", lambda: "0999")
    with pytest.raises(
        SchemaOutdated, match=rf"{migrate.HEAD_REVISION}.*needs 0999.*winnow db upgrade"
    ):
        migrate.check(database)


def test_a_newer_schema_is_not_touched(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    for use in (migrate.check, migrate.upgrade):
        with pytest.raises(SchemaOutdated, match=r"0999, made by a newer Winnow"):
            use(database)


@pytest.mark.parametrize("use", [migrate.check, migrate.upgrade])
def test_a_file_that_is_no_database_is_named(
    tmp_path: Path, use: Callable[[Database], None]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, " * 50)
    with Database(str(path)) as database, pytest.raises(DatabaseUnavailable, match=r"notes\.txt"):
        use(database)
    assert path.read_text().startswith("not a database")


def test_a_file_in_a_folder_that_cannot_be_written_says_what_to_do(sqlite_template: Path) -> None:
    with Database(str(sqlite_template)) as database:
        migrate.check(database)  # which imports what nobody may be allowed to read
    with TemporaryDirectory() as folder:  # pytest's own are shut to nobody
        path = Path(folder) / "winnow.db"
        path.write_bytes(sqlite_template.read_bytes())
        path.chmod(0o444)
        path.parent.chmod(0o555)
        with (
            Database(str(path)) as database,
            as_nobody(),
            pytest.raises(DatabaseUnavailable, match="copy it to a folder"),
        ):
            migrate.check(database)
        path.parent.chmod(0o755)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the right of root to write anywhere."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(own)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    database = Database("postgresql://me:secret@127.0.0.1:1/none")
    with database, pytest.raises(DatabaseUnavailable, match=r"127\.0\.0\.1") as caught:
        migrate.check(database)
    assert "secret" not in str(caught.value)


def test_processes_that_upgrade_at_once_all_succeed(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=upgrade_once, args=(database_url,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    with Database(database_url) as database:
        migrate.check(database)


def upgrade_once(url: str) -> None:
    with Database(url) as database:
        migrate.upgrade(database)
        migrate.check(database)
