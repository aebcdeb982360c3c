"""A locked database and a restarted server are waited for; beyond patience nothing is lost."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from db import migrate
from db.session import Database
from tests.faults.crawls import Crawl, contents, contradictions
from tests.faults.press import FEW_STORIES, Press
from tests.faults.test_stop import SAVED, wait_for
from tests.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


DATABASE_TROUBLE = 4
LOCKED_SECONDS = 7.0
"""Longer than SQLite itself waits."""


@contextmanager
def locked(path: Path, seconds: float | None = None) -> Iterator[None]:
    """The write lock of an SQLite file is held for so long. None: until the block ends."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        over.wait(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        if seconds is None:
            over.set()
        thread.join()


def with_tables(url: str) -> str:
    with Database(url) as database:
        migrate.upgrade(database)
    return url


def test_a_database_locked_by_another_process_is_waited_for(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "winnow.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    with Press(stories=FEW_STORIES) as press:
        crawl = Crawl(url, press.urls(), tmp_path)
        wait_for(url, SAVED, 1)
        with locked(path, LOCKED_SECONDS):
            press.hurry()
            ended = crawl.wait()
        assert ended.exit_code == 0, ended.said
        calm_url = f"sqlite:///{tmp_path / 'calm.db'}"
        Crawl(calm_url, press.urls(), tmp_path).wait()
    assert contradictions(url) == {}
    assert contents(url) == contents(calm_url)


def test_a_database_locked_beyond_patience_ends_the_crawl_and_loses_nothing(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "winnow.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    with Press(stories=FEW_STORIES) as press:
        impatient = {"WINNOW_DATABASE_PATIENCE_SECONDS": "0.5", "WINNOW_STOP_SECONDS": "2"}
        press.hold_back()
        crawl = Crawl(url, press.urls(), tmp_path, settings=impatient)
        wait_for(url, SAVED, 1)
        with locked(path):
            press.let_go()
            ended = crawl.wait()
        assert ended.exit_code == DATABASE_TROUBLE, ended.said
        assert "database is locked" in ended.said
        assert "Traceback" not in ended.said
        press.hurry()
        last = Crawl(url, press.urls(), tmp_path).wait()
        assert last.exit_code == 0, last.said
    assert contradictions(url) == {}


def test_a_postgresql_restarted_in_the_middle_is_waited_for(tmp_path: Path) -> None:
    with running_postgres() as server, Press(stories=FEW_STORIES) as press:
        url = with_tables(server.url)
        crawl = Crawl(url, press.urls(), tmp_path)
        wait_for(url, SAVED, 1)
        server.restart(pause_seconds=1.5)
        press.hurry()
        ended = crawl.wait()
        assert ended.exit_code == 0, ended.said
        calm_url = f"sqlite:///{tmp_path / 'calm.db'}"
        Crawl(calm_url, press.urls(), tmp_path).wait()
        assert contradictions(url) == {}
        assert contents(url) == contents(calm_url)


def test_a_postgresql_gone_for_good_ends_the_crawl_and_loses_nothing(tmp_path: Path) -> None:
    with running_postgres() as server, Press(stories=FEW_STORIES) as press:
        url = with_tables(server.url)
        impatient = {"WINNOW_DATABASE_PATIENCE_SECONDS": "0.5", "WINNOW_STOP_SECONDS": "2"}
        crawl = Crawl(url, press.urls(), tmp_path, settings=impatient)
        wait_for(url, SAVED, 1)
        server.stop()
        ended = crawl.wait()
        assert ended.exit_code == DATABASE_TROUBLE, ended.said
        assert "Traceback" not in ended.said
        server.start()
        press.hurry()
        last = Crawl(url, press.urls(), tmp_path).wait()
        assert last.exit_code == 0, last.said
        assert contradictions(url) == {}


def test_an_unreachable_database_is_one_sentence(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    ended = Crawl(url, ["http://127.0.0.1:1/a"], tmp_path).wait()
    assert ended.exit_code == DATABASE_TROUBLE
    assert "Traceback" not in ended.said
    assert "127.0.0.1" in ended.said
