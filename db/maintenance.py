"""Keeping the database small, copied and whole: vacuum, backup, check."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.exc import DBAPIError

from db.errors import DatabaseUnavailable, IntegrityViolation
from db.models import Article, Host, Page, PageState, Revision, Run, RunState, SearchTerms
from db.outcomes import Outcome
from db.runs import dead_runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from db.session import Database

FIXED_WAL_VERSION = (3, 51, 3)
"""SQLite before it can corrupt a database with several writers, rarely: the WAL-reset bug."""
BACKUP_PAGES = 1_000
"""Copied at once; between two steps a crawl may write."""
SHOWN_ERRORS = 20
KEPT_AS_ARTICLE = (Outcome.SAVED, Outcome.UPDATED, Outcome.DUPLICATE)
"""An unchanged page may be one that never was an article."""


class Level(StrEnum):
    """How bad a finding is."""

    PROBLEM = "problem"
    """The stored rows contradict each other."""
    WARNING = "warning"
    """Worth knowing; nothing is lost."""
    NOTE = "note"
    """How things are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check says."""

    level: Level
    message: str
    """A sentence for a person."""


def vacuum(database: Database) -> None:
    """Give free space back and let the search index be read in fewer steps.

    Raises:
        DatabaseUnavailable: Another process writes, or the disk has no room for the copy.
    """
    with _translated(database), database.engine.connect() as connection:
        if database.is_sqlite:
            driver = connection.connection.driver_connection
            if not isinstance(driver, sqlite3.Connection):
                raise TypeError(f"not an SQLite connection: {driver!r}")
            driver.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchall()
        else:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM (ANALYZE)")
            )


def backup(database: Database, path: Path) -> None:
    """A complete, verified copy in a file, while crawls go on; it replaces one of that name.

    PostgreSQL's copy is what `pg_dump --format=custom` writes; `pg_restore` reads it.

    Raises:
        DatabaseUnavailable: The copy cannot be written, or pg_dump is not installed or failed.
        IntegrityViolation: The copy is not whole; nothing was replaced.
    """
    if database.path is not None and path.exists() and path.samefile(database.path):
        raise DatabaseUnavailable(f"{path} is the database itself: give another name")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        (_copy_sqlite if database.is_sqlite else _dump_postgresql)(database, temporary)
        temporary.replace(path)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot write {path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def check(database: Database) -> list[Finding]:
    """What is wrong, or worth knowing, about the stored rows. Takes long on a large database."""
    findings: list[Finding] = []
    with _translated(database):
        if database.is_sqlite:
            findings += _check_sqlite(database)
        with database.read() as session:
            findings += _check_agreement(session)
            findings += _check_runs(database, session)
    return findings


@contextmanager
def _translated(database: Database) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseUnavailable(f"{database.display_url}: {error}") from error
    except DBAPIError as error:
        raise DatabaseUnavailable(f"{database.display_url}: {error.orig}") from error


def _copy_sqlite(database: Database, temporary: Path) -> None:
    if database.path is None or not database.path.exists():
        raise DatabaseUnavailable(f"no database at {database.display_url}")
    with (
        _translated(database),
        closing(sqlite3.connect(database.path)) as source,
        closing(sqlite3.connect(temporary)) as copy,
    ):
        source.backup(copy, pages=BACKUP_PAGES, sleep=0.01)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
        errors = _rows(copy, f"PRAGMA integrity_check ({SHOWN_ERRORS})")
    if errors != ["ok"]:
        raise IntegrityViolation(f"the copy of {database.path} is not whole: {'; '.join(errors)}")
    with temporary.open("rb") as file:
        os.fsync(file.fileno())


def _dump_postgresql(database: Database, temporary: Path) -> None:
    program = shutil.which("pg_dump")
    url = database.url.set(drivername="postgresql")
    if program is None:
        raise DatabaseUnavailable(
            "a PostgreSQL database is copied by pg_dump, which is not on the PATH: install it, or "
            f"run `pg_dump --format=custom --file=FILE {database.display_url}` where it is"
        )
    password = {} if url.password is None else {"PGPASSWORD": str(url.password)}  # not in `ps`
    shown = url._replace(password=None).render_as_string(hide_password=False)
    dumped = subprocess.run(  # noqa: S603 - a program of the PATH, arguments not through a shell
        [program, "--format=custom", f"--file={temporary}", f"--dbname={shown}"],
        env=os.environ | password,
        capture_output=True,
        text=True,
        check=False,
    )
    if dumped.returncode != 0:
        raise DatabaseUnavailable(f"pg_dump failed: {dumped.stderr.strip()}")


def _check_sqlite(database: Database) -> Iterator[Finding]:
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError(f"not an SQLite connection: {driver!r}")
        for error in _rows(driver, f"PRAGMA integrity_check ({SHOWN_ERRORS})"):
            if error != "ok":
                yield Finding(level=Level.PROBLEM, message=f"SQLite finds: {error}")
        for table in sorted(set(_rows(driver, "PRAGMA foreign_key_check"))):
            yield Finding(level=Level.PROBLEM, message=f"rows of {table} point at rows not there")
        yield from _check_search_index(driver)
        yield from _describe_sqlite(driver)


def _check_search_index(driver: sqlite3.Connection) -> Iterator[Finding]:
    """`PRAGMA integrity_check` says ok of an index whose entries are not those of its table."""
    try:
        driver.execute(
            "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # locked, or no such table
        yield Finding(
            level=Level.PROBLEM, message=f"the search index does not agree with its terms: {error}"
        )


def _describe_sqlite(driver: sqlite3.Connection) -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < FIXED_WAL_VERSION:
        yield Finding(
            level=Level.WARNING,
            message=f"SQLite {sqlite3.sqlite_version} has a rare bug that can corrupt a database "
            "with several writers (WAL reset; fixed in 3.51.3): keep backups",
        )
    synchronous = _rows(driver, "PRAGMA synchronous")[0]
    survives = "a power loss too" if synchronous in {"2", "3"} else "not always a power loss"
    yield Finding(
        level=Level.NOTE,
        message=f"SQLite {sqlite3.sqlite_version}, journal "
        f"{_rows(driver, 'PRAGMA journal_mode')[0]}, synchronous {synchronous}: "
        f"a commit survives the death of the process, {survives}",
    )


def _rows(connection: sqlite3.Connection, statement: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(statement)]


def _check_agreement(session: Session) -> Iterator[Finding]:
    """Counts that must be 0."""
    for message, statement in _contradictions().items():
        count = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
        if count:
            yield Finding(level=Level.PROBLEM, message=f"{count} {message}")


def _contradictions() -> dict[str, Select[int]]:
    has_terms = exists().where(SearchTerms.article_id == Article.id)
    has_page = exists().where(Page.article_id == Article.id)
    return {
        # Of a reserved article only metadata is kept: its words are not to be found.
        "articles that search cannot find (no terms)": select(Article.id).where(
            ~has_terms, Article.text != ""
        ),
        "articles that no page leads to": select(Article.id).where(~has_page),
        "pages kept whose article is not there": select(Page.id).where(
            Page.outcome.in_(KEPT_AS_ARTICLE),
            Page.article_id.is_(None),
            Page.state == PageState.DONE,
        ),
        "pages in flight without a run, or due without a time": select(Page.id).where(
            or_(
                (Page.state == PageState.IN_FLIGHT) != Page.run_id.is_not(None),
                (Page.state == PageState.DUE) != Page.due_at.is_not(None),
            )
        ),
        "pages in flight for a run that has ended": select(Page.id)
        .join(Run, Run.id == Page.run_id)
        .where(Run.state != RunState.RUNNING),
        "hosts leased to a run that has ended": select(Run.id)
        .join(Host, Host.lease_run_id == Run.id)
        .where(Run.state != RunState.RUNNING),
        "revisions not older than their article's current one": select(Revision.id)
        .join(Article, Article.id == Revision.article_id)
        .where(Revision.number >= Article.revision),
    }


def _check_runs(database: Database, session: Session) -> Iterator[Finding]:
    """Dead runs are taken over by the next crawl."""
    for run_id in dead_runs(database, session, own_run_id=None):
        count = session.scalar(select(func.count(Page.id)).where(Page.run_id == run_id)) or 0
        yield Finding(
            level=Level.WARNING,
            message=f"run {run_id} died with {count} pages in flight; the next crawl fetches them",
        )


def raise_for_problems(findings: list[Finding]) -> None:
    """Nothing, if there is no problem among the findings.

    Raises:
        IntegrityViolation: With the problems, one a line.
    """
    problems = [finding.message for finding in findings if finding.level is Level.PROBLEM]
    if problems:
        raise IntegrityViolation("\n".join(problems))
