import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.children import ChildEnd, ChildLimits, Children
from crawler.parent_watch import PARENT_VARIABLE

SLEEPER = "import sys, time; time.sleep(60)"
QUICK = "import sys; sys.exit(int(sys.argv[2]))"
"""Ends with its source's key as exit code."""
STUBBORN = (
    "import signal, sys, time, pathlib;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[2]).touch(); time.sleep(60)"
)
Make = Callable[..., Children]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Children] = []

    def children(script: str, *, max_children: int = 2, limit: float = 60, stop: float = 5):  # type: ignore[no-untyped-def]
        limits = ChildLimits(
            max_children=max_children, source_limit_seconds=limit, stop_seconds=stop
        )
        made.append(
            Children(
                command=[sys.executable, "-c", script],
                environ=dict(os.environ),
                limits=limits,
                clock=time.monotonic,
            )
        )
        return made[-1]

    yield children
    for each in made:
        each.stop()
        end_all(each)


def end_all(children: Children, *, within: float = 30) -> list[ChildEnd]:
    ended = []
    deadline = time.monotonic() + within
    while not children.idle:
        assert time.monotonic() < deadline
        children.start_waiting()
        children.enforce_limits()
        ended += children.reap()
        time.sleep(0.02)
    return ended


def test_so_many_run_at_once_and_never_two_for_one_source(make: Make) -> None:
    children = make(SLEEPER, max_children=2)
    assert [children.add(key) for key in ("1", "2", "1", "3", "3")] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert [child.key for child in children.start_waiting()] == ["1", "2"]
    assert children.start_waiting() == []
    assert not children.add("2")
    assert children.running == ("1", "2")


def test_each_end_is_told_once_with_its_exit_code_and_frees_its_place(make: Make) -> None:
    children = make(QUICK, max_children=1)
    for key in ("0", "1", "4"):
        children.add(key)
    ended = end_all(children)
    assert [(end.key, end.exit_code, end.overran) for end in ended] == [
        ("0", 0, False),
        ("1", 1, False),
        ("4", 4, False),
    ]
    assert children.add("0")


def test_a_crawl_beyond_its_time_is_told_to_stop(make: Make) -> None:
    children = make(SLEEPER, limit=0.3)
    children.add("slow")
    [end] = end_all(children, within=10)
    assert end.exit_code == -signal.SIGTERM
    assert end.overran


def test_one_that_does_not_heed_is_killed(make: Make, tmp_path: Path) -> None:
    children = make(STUBBORN, stop=0.2)
    ready = tmp_path / "ready"
    children.add(str(ready))
    children.start_waiting()
    while not ready.exists():
        time.sleep(0.02)
    children.stop()
    [end] = end_all(children, within=10)
    assert end.exit_code == -signal.SIGKILL
    assert not end.overran


def test_stopping_forgets_what_waits(make: Make) -> None:
    children = make(SLEEPER, max_children=1)
    children.add("1")
    children.add("2")
    children.start_waiting()
    children.stop()
    assert [end.key for end in end_all(children, within=10)] == ["1"]


PARENT = f"""
import os, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", "from crawler.parent_watch import watch_parent; import os, time;"
     "watch_parent(os.environ, stop_seconds=5); print('ready', flush=True); time.sleep(60)"],
    env={{**os.environ, {PARENT_VARIABLE!r}: str(os.getpid())}}, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child_pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while is_alive(child_pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
