"""`python -m tests.faults.killed_crawl MODE ARGUMENTS...`: winnow, killed at a chosen moment.

MODE is `after:SECONDS`, counted from the first transaction, `commit:N`, which kills in the midst
of the commit of the Nth batch with new articles, `update:N`, the same for changed articles,
`pages:N`, which lets SQLite grow to N pages only, or `never`.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from db.driver import Driver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Values = Mapping[str, object] | Sequence[object]


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_after(seconds: float) -> None:
    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    event.listen(Engine, "commit", lambda _: timer.start() if not timer.ident else None)


STORING = {"commit": "INSERT INTO articles", "update": "UPDATE articles"}


def kill_in_commit(number: int, storing_words: str) -> None:
    batches = count(1)
    storing = threading.Event()

    def execute(*arguments: object) -> None:
        if storing_words in str(arguments[2]):
            storing.set()

    def execute_plainly(driver: Driver, sql: str, values: Values) -> None:
        if storing_words in sql:
            storing.set()
        plainly(driver, sql, values)

    def commit(_: Connection) -> None:
        if storing.is_set() and next(batches) == number:
            # Another thread kills while this one is inside the driver's COMMIT, or just around it.
            threading.Timer(0.0003, kill).start()
        storing.clear()

    plainly = Driver.execute
    Driver.execute = execute_plainly  # type: ignore[method-assign] # past SQLAlchemy and its events
    event.listen(Engine, "before_cursor_execute", execute)
    event.listen(Engine, "commit", commit)


def limit_pages(number: int) -> None:
    def connected(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f"PRAGMA max_page_count = {number}")

    event.listen(Engine, "connect", connected)


def main() -> None:
    mode, _, value = sys.argv.pop(1).partition(":")
    if mode == "after":
        kill_after(float(value))
    elif mode in STORING:
        kill_in_commit(int(value), STORING[mode])
    elif mode == "pages":
        limit_pages(int(value))
    from crawler.cli.main import main as winnow

    sys.argv[0] = "winnow"
    winnow()


if __name__ == "__main__":
    main()
