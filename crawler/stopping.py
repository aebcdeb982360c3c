"""A clean end on SIGTERM and Ctrl-C, within seconds, whatever hangs."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

logger = logging.getLogger(__name__)

INTERRUPTED_EXIT = 130
GRACE_SHARE = 0.4
"""Of the time to stop, for what is in flight to end by itself."""


class Stopper:
    """Stops a run in three steps: hand out nothing more, cut transfers off, leave the process."""

    def __init__(
        self, *, stop_seconds: float, stop: Callable[[], None], abort: Callable[[], None]
    ) -> None:
        self._stop_seconds = stop_seconds
        self._stop = stop
        self._abort = abort
        self._timers: list[threading.Timer] = []
        self.asked = False
        """Whether somebody asked for the end."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Heed SIGTERM and SIGINT while this lasts."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        for number in before:
            signal.signal(number, self._heed)
        try:
            yield
        finally:
            for timer in self._timers:
                timer.cancel()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            os._exit(INTERRUPTED_EXIT)  # asked twice: what is in flight is due again next time
        self.asked = True
        self._stop()
        self._later(self._stop_seconds * GRACE_SHARE, self._abort)
        self._later(self._stop_seconds, lambda: os._exit(INTERRUPTED_EXIT))

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)
