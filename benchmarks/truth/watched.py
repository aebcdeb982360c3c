"""A `winnow` command that is watched while it runs: its progress, its memory, its end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 1.0
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How the command stood, told by its own progress lines and by the system."""

    done: int
    parent_mib: float
    """Resident."""
    workers_mib: float
    """Of all its descendants together."""


class Watched:
    """A running `winnow` command; its output goes to a file."""

    def __init__(self, arguments: list[str], log: Path, *, workers: int) -> None:
        self._log = log
        # Begun in the background of a shell we ignore Ctrl-C, and so would every child of ours.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "WINNOW_WORKERS": str(workers)}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crawler.cli.main", *arguments],
                cwd=log.parent,
                env=environ,
                stdout=output,
                stderr=output,
            )

    def moments(self) -> Iterator[Moment]:
        """One a second until it ends."""
        parent = psutil.Process(self.process.pid)
        while self.process.poll() is None:
            time.sleep(POLL_SECONDS)
            try:
                workers = sum(_resident(child) for child in parent.children(recursive=True))
                resident = _resident(parent)
            except psutil.NoSuchProcess:  # it, or a worker that was replaced just now
                continue
            yield Moment(done=self.done(), parent_mib=resident, workers_mib=workers)

    def done(self) -> int:
        """Of its last progress line."""
        found = re.findall(r"^(?:dry run: )?(\d+)/\d+ done", self.said(), re.MULTILINE)
        return int(found[-1]) if found else 0

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def end(self, number: signal.Signals) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait()


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MIB
    except psutil.NoSuchProcess:
        return 0.0
