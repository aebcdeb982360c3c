"""A child ends when its parent is gone, even when the parent was killed without a word."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PARENT_VARIABLE = "WINNOW_PARENT_PID"
CHECK_SECONDS = 0.5
"""Asking for the parent's id costs a microsecond."""


def watch_parent(environ: Mapping[str, str], *, stop_seconds: float) -> threading.Thread | None:
    """Watch the parent named in WINNOW_PARENT_PID; None: no parent asked for it.

    When it is gone this process gets SIGTERM, and SIGKILL if it still stands after `stop_seconds`.
    """
    named = environ.get(PARENT_VARIABLE, "")
    if not named.isdecimal():
        return None
    thread = threading.Thread(
        target=_end_without, args=(int(named), stop_seconds), name="parent-watch", daemon=True
    )
    thread.start()
    return thread


def _end_without(parent_pid: int, stop_seconds: float) -> None:
    while os.getppid() == parent_pid:
        time.sleep(CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_seconds)
    os.kill(os.getpid(), signal.SIGKILL)
