"""Real databases for the tests: an SQLite file and a PostgreSQL server, made in moments.

PostgreSQL is the server named by WINNOW_TEST_POSTGRES (a URL whose user may create databases), else
one that each test process starts for itself and that dies with it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from db import migrate
from db.models import Base
from db.session import Database
from tests.collecting import pytest_collection_finish  # noqa: F401 -- a hook
from tests.postgres import postgres_database, running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

# How long a law takes on a busy machine says nothing about the law.
hypothesis.settings.register_profile("winnow", deadline=None)
hypothesis.settings.load_profile("winnow")

FAULTS, CRAWLS = "tests/faults/", "tests/crawler/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait begin first, and what computes fills their gaps."""
    items.sort(key=lambda item: [not item.nodeid.startswith(it) for it in (FAULTS, CRAWLS)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """A file's tests share its crawls, and so a process; faults share nothing and take longest."""
    from xdist.scheduler import LoadScopeScheduling

    class FilesTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.startswith(FAULTS) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return FilesTogether(config, log)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on; a test with this fixture runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[str]:
    """The URL of a fresh empty database, or of `database`'s if the test asks for both."""
    migrated = "database" in request.fixturenames
    if database_kind == "sqlite":
        path = tmp_path / "winnow.db"
        if migrated:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    if migrated:
        yield request.getfixturevalue("postgres_tables").emptied()
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An opened database with tables made by the migrations."""
    with Database(database_url) as database:
        yield database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no rows, to copy."""
    path = tmp_path_factory.mktemp("template") / "winnow.db"
    with Database(f"sqlite:///{path}") as database:
        migrate.upgrade(database)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables and no rows, to copy."""
    with postgres_database(postgres_url) as url:
        with Database(url) as database:
            migrate.upgrade(database)
        yield str(make_url(url).database)


class PostgresTables:
    """One database with all tables, emptied for each test: ten times as fast as making one."""

    def __init__(self, server_url: str, template: str, databases: ExitStack) -> None:
        self._server_url = server_url
        self._template = template
        self._databases = databases
        self._url: str | None = None
        self._schema: list[tuple[object, ...]] = []

    def emptied(self) -> str:
        """Its URL; another one if a test changed the tables."""
        if self._url is None or not self._empty(self._url):
            self._url = self._databases.enter_context(
                postgres_database(self._server_url, template=self._template)
            )
            with psycopg.connect(self._url) as connection:
                self._schema = _schema_of(connection)
        return self._url

    def _empty(self, url: str) -> bool:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(DISCONNECT_OTHERS)
            if _schema_of(connection) != self._schema:
                return False
            names = sql.SQL(", ").join(sql.Identifier(name) for name in Base.metadata.tables)
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
            return True


DISCONNECT_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SCHEMA = """
    SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, version_num
    FROM information_schema.columns CROSS JOIN alembic_version
    WHERE table_schema = 'public' ORDER BY 1, 2
"""


def _schema_of(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    tables = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    return connection.execute(SCHEMA).fetchall() if tables == (True,) else []


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str, postgres_template: str) -> Iterator[PostgresTables]:
    """A PostgreSQL database with all tables, to use again and again."""
    with ExitStack() as databases:
        yield PostgresTables(postgres_url, postgres_template, databases)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server's URL, naming a database to connect to first."""
    given = os.environ.get("WINNOW_TEST_POSTGRES")
    if given:
        yield given
        return
    with running_postgres() as server:
        yield server.url
