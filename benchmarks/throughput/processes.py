"""What a command and everything it started cost: CPU of the whole tree, wall time, memory.

Linux only: this process takes over orphans (a worker pool's fork server outlives its parent by a
moment) so that none of their CPU time is lost.
"""

import ctypes
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import psutil

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
SAMPLE_SECONDS = 0.5
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one command."""

    wall_seconds: float
    cpu_seconds: float
    """User and system, of the command and all its descendants."""
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySample:
    """Resident memory at one moment, in MiB."""

    at: float
    """Seconds after the start."""
    parent: float
    workers: float
    """All descendants together."""


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends.

    Raises:
        OSError: The system cannot do that.
    """
    if not sys.platform.startswith("linux"):
        raise OSError("this benchmark measures process trees on Linux only")
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def run(command: list[str], *, folder: Path, log: Path) -> Cost:
    """Run a command to its end and to the end of all it started; output goes to the log."""
    before, start = _children_cpu(), time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        code = process.wait()
        wall = time.monotonic() - start
    _reap_orphans(of=log)
    return Cost(wall_seconds=wall, cpu_seconds=_children_cpu() - before, exit_code=code)


def run_watched(command: list[str], *, folder: Path, log: Path) -> tuple[Cost, list[MemorySample]]:
    """Run a command and sample the memory of its tree; what it cost and the samples."""
    samples = []
    before, start = _children_cpu(), time.monotonic()
    with log.open("wb") as output:
        process = psutil.Popen(command, cwd=folder, stdout=output, stderr=output)
        while process.poll() is None:
            samples.append(_sample(process, at=time.monotonic() - start))
            time.sleep(SAMPLE_SECONDS)
    wall = time.monotonic() - start
    _reap_orphans(of=log)
    code = int(process.returncode)
    cost = Cost(wall_seconds=wall, cpu_seconds=_children_cpu() - before, exit_code=code)
    return cost, samples


def _sample(process: psutil.Popen, *, at: float) -> MemorySample:
    children = [_resident(child) for child in process.children(recursive=True)]
    return MemorySample(at=at, parent=_resident(process), workers=sum(children))


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MIB
    except psutil.Error:
        return 0.0


def _children_cpu() -> float:
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap_orphans(*, of: Path) -> None:
    """Wait for adopted descendants: the children whose output goes to the command's log."""
    for child in psutil.Process().children():
        if _writes_to(child.pid, of):
            os.waitpid(child.pid, 0)


def _writes_to(pid: int, log: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/fd/2").readlink() == log.resolve()
    except OSError:  # a zombie has no open files left: it is one of ours that has ended
        return psutil.pid_exists(pid) and psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
