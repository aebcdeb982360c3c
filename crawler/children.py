"""Child processes that crawl one source each: so many at once, never two for one source."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.parent_watch import PARENT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

KILL_MARGIN_SECONDS = 1.0
"""A child told to stop may take stop_seconds; after this much more it is killed."""


@dataclass(slots=True, kw_only=True)
class Child:
    """A running crawl of one source."""

    key: str
    process: subprocess.Popen[bytes]
    started: float
    """Of the clock given to `Children`, in seconds."""
    told_to_stop: float | None = None
    """When it got SIGTERM, on the same clock. None: it did not."""
    overran: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildEnd:
    """How a crawl of one source ended."""

    key: str
    exit_code: int
    """Negative: the signal that killed it."""
    seconds: float
    overran: bool
    """It was told to stop at its limit of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """How many, how long."""

    max_children: int
    source_limit_seconds: float
    stop_seconds: float


class Children:
    """The crawls that run now and those that wait for a place."""

    def __init__(
        self,
        *,
        command: Sequence[str],
        environ: Mapping[str, str],
        limits: ChildLimits,
        clock: Callable[[], float],
    ) -> None:
        self._command = (*command, "--source")
        self._environ = {**environ, PARENT_VARIABLE: str(os.getpid())}
        self._limits = limits
        self._clock = clock
        self._running: dict[str, Child] = {}
        self._waiting: dict[str, None] = {}

    @property
    def running(self) -> tuple[str, ...]:
        """Keys of the sources being crawled."""
        return tuple(self._running)

    @property
    def idle(self) -> bool:
        """Nothing runs and nothing waits."""
        return not self._running and not self._waiting

    def add(self, key: str) -> bool:
        """Crawl a source as soon as there is a place; False: it runs or waits already."""
        if key in self._running or key in self._waiting:
            return False
        self._waiting[key] = None
        return True

    def start_waiting(self) -> list[Child]:
        """Start as many as there are places for; the ones that started."""
        started = []
        while self._waiting and len(self._running) < self._limits.max_children:
            key = next(iter(self._waiting))
            del self._waiting[key]
            started.append(self._start(key))
        return started

    def reap(self) -> list[ChildEnd]:
        """Those that ended since the last call."""
        ended = [child for child in self._running.values() if child.process.poll() is not None]
        for child in ended:
            del self._running[child.key]
        return [self._end_of(child) for child in ended]

    def enforce_limits(self) -> None:
        """SIGTERM to what runs beyond its time, SIGKILL to what does not heed it."""
        now = self._clock()
        for child in self._running.values():
            if child.told_to_stop is None:
                child.overran = now - child.started > self._limits.source_limit_seconds
                if child.overran:
                    self._tell_to_stop(child)
            elif now - child.told_to_stop > self._limits.stop_seconds + KILL_MARGIN_SECONDS:
                child.process.kill()

    def stop(self) -> None:
        """Start nothing more and tell everything that runs to stop; reap until idle."""
        self._waiting.clear()
        for child in self._running.values():
            if child.told_to_stop is None:
                self._tell_to_stop(child)

    def _start(self, key: str) -> Child:
        # A session of its own: Ctrl-C reaches the parent alone, which passes it on once.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter; the key is one argument
            [*self._command, key],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        child = Child(key=key, process=process, started=self._clock())
        self._running[key] = child
        return child

    def _tell_to_stop(self, child: Child) -> None:
        child.told_to_stop = self._clock()
        child.process.send_signal(signal.SIGTERM)

    def _end_of(self, child: Child) -> ChildEnd:
        return ChildEnd(
            key=child.key,
            exit_code=child.process.returncode,
            seconds=self._clock() - child.started,
            overran=child.overran,
        )


def crawl_command(log_level: str) -> tuple[str, ...]:
    """How a child is started: this interpreter and our own command line.

    Its parent tells of start and end; the child itself of trouble only, unless all is asked for.
    """
    voice = "--verbose" if log_level == "DEBUG" else "--quiet"
    return (sys.executable, "-m", "crawler.cli.main", "crawl", voice)
