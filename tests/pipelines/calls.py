"""Functions that worker processes run in the tests: each misbehaves in one way."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import time
from pathlib import Path

MIB = 2**20
_kept: list[bytearray] = []


def own_pid() -> int:
    """Of the worker."""
    return os.getpid()


def start_method() -> str:
    """How this worker came to be, by its parent's command line."""
    command = Path(f"/proc/{os.getppid()}/cmdline").read_bytes()
    return "forkserver" if b"forkserver" in command else "fork"


def models_in_memory() -> tuple[int, bool]:
    """How many models this worker has before its first page; if garbage is collected."""
    from pipelines.model.classifier import shipped_model

    return shipped_model.cache_info().currsize, gc.isenabled()


def hang_in_c() -> None:
    """A regular expression that needs ages and holds the GIL all the time."""
    re.match(r"(a+)+$", "a" * 40 + "b")


def hang_with_signals_blocked() -> None:
    """SIGTERM does nothing here."""
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang_in_c()


def segfault() -> None:
    """Read address 0."""
    ctypes.string_at(0)


def leave() -> None:
    """End the process without a word."""
    os._exit(1)


def take_memory(mib: int) -> int:
    """Allocate, touch, give back."""
    return len(bytearray(os.urandom(MIB) * mib))


def keep_memory(mib: int) -> int:
    """Allocate, touch, never give back; the worker's pid."""
    _kept.append(bytearray(b"x") * (mib * MIB))
    return os.getpid()


class Unpicklable(Exception):
    """Cannot cross a process border, as some of lxml's cannot."""

    def __init__(self, message: str, more: object) -> None:
        super().__init__(message)
        self.more = more

    def __reduce__(self) -> str:
        raise TypeError("cannot be pickled")


def fail_unpicklable() -> None:
    """Raise what cannot be sent back."""
    raise Unpicklable("odd", object())


def fail_long() -> None:
    """Raise with a message longer than any ledger wants."""
    raise ValueError("x" * 100_000)


def add(left: int, right: int) -> int:
    """Behave."""
    return left + right


def sleep(seconds: float) -> float:
    """Behave, slowly."""
    time.sleep(seconds)
    return seconds
