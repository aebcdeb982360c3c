"""Clocks of CPU time: what a busy machine does besides is not counted."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import text

from db.session import is_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


def cpu_of(call: Callable[[], object]) -> float:
    """Seconds that a call takes of this process."""
    start = time.process_time()
    call()
    return time.process_time() - start


def cpu_clock(session: Session) -> Callable[[], float]:
    """Seconds of this process, on PostgreSQL with the one that answers this session. Linux."""
    if is_sqlite(session):
        return time.process_time
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    schedstat = Path(f"/proc/{pid}/schedstat")  # nanoseconds first
    return lambda: time.process_time() + int(schedstat.read_text().split()[0]) / 1e9


def tree_clock(session: Session) -> Callable[[], float]:
    """Seconds of this process, on PostgreSQL with all that its server did. Linux."""
    if is_sqlite(session):
        return time.process_time
    backend = psutil.Process(session.scalar(text("SELECT pg_backend_pid()")))
    server = backend.parent()
    assert server is not None

    def clock() -> float:
        processes = [server, *server.children()]
        ended = server.cpu_times()
        working = sum(sum(each.cpu_times()[:2]) for each in processes)
        return time.process_time() + working + ended.children_user + ended.children_system

    return clock
