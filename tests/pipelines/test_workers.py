"""Worker processes: hard limits on time and memory, and an end with the crawl."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psutil
import pytest

from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.workers import PoolClosed, WorkerFailed, WorkerLimits, WorkerPool
from tests.pipelines import calls
from tests.servers.bodies import article_html

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

ROOT = Path(__file__).parent.parent.parent
LIMIT_SECONDS = 1.0
MEMORY_MIB = 256


@contextmanager
def worker_pool(
    *, workers: int = 1, timeout_seconds: float = LIMIT_SECONDS, pages: int = 100
) -> Iterator[WorkerPool]:
    limits = WorkerLimits(
        workers=workers, timeout_seconds=timeout_seconds, memory_mib=MEMORY_MIB, pages=pages
    )
    pool = WorkerPool(limits)
    try:
        yield pool
    finally:
        pool.close()


T = TypeVar("T")


def with_pool(work: Callable[[WorkerPool], Awaitable[T]], **limits: int) -> T:
    """What `work` gives, with a pool that was warmed up: starting one takes seconds."""

    async def run() -> T:
        with worker_pool(**limits) as pool:
            await warm(pool, limits.get("workers", 1))
            return await work(pool)

    return asyncio.run(run())


async def warm(pool: WorkerPool, workers: int) -> None:
    await asyncio.gather(*(until_answered(pool) for _ in range(workers)))


async def until_answered(pool: WorkerPool) -> None:
    while True:
        try:
            await pool.call(calls.add, 1, 1)
        except WorkerFailed:
            continue  # on a busy machine, importing lxml takes longer than the limit
        return


async def failure_of(
    pool: WorkerPool, function: Callable[..., object], *args: object
) -> WorkerFailed:
    with pytest.raises(WorkerFailed) as raised:
        await pool.call(function, *args)
    return raised.value


def test_a_call_gives_its_result() -> None:
    assert with_pool(lambda pool: pool.call(calls.add, 2, 3)) == 5


def test_workers_are_never_forked() -> None:
    """A fork of a process with threads can hang before its first line."""
    assert with_pool(lambda pool: pool.call(calls.start_method)) == "forkserver"


def test_workers_begin_with_the_chain_and_its_model_in_memory() -> None:
    async def work(pool: WorkerPool) -> tuple[tuple[int, bool], int]:
        return await pool.call(calls.models_in_memory), await pool.call(gc.get_freeze_count)

    (models, collects), frozen = with_pool(work)
    assert models == 1
    assert collects
    assert frozen > 0


@pytest.mark.parametrize("hang", [calls.hang_in_c, calls.hang_with_signals_blocked])
def test_a_call_that_hangs_in_c_is_killed_and_others_go_on(hang: Callable[[], None]) -> None:
    async def work(pool: WorkerPool) -> tuple[WorkerFailed, list[int], float]:
        started = time.monotonic()
        hanging = asyncio.create_task(failure_of(pool, hang))
        others = [await pool.call(calls.add, n, 1) for n in range(5)]
        took = time.monotonic() - started
        failure = await hanging
        await until_answered(pool)
        return failure, others, took

    failure, others, took = with_pool(work, workers=2)
    assert failure.reason is Reason.TIMEOUT
    assert "longer than 1 s" in failure.detail
    assert others == [1, 2, 3, 4, 5]
    assert took < LIMIT_SECONDS + 5


@pytest.mark.parametrize("die", [calls.segfault, calls.leave])
def test_a_call_that_kills_its_worker_twice_is_crashed_and_others_go_on(
    die: Callable[[], None],
) -> None:
    async def work(pool: WorkerPool) -> tuple[WorkerFailed, list[int]]:
        dying = asyncio.create_task(failure_of(pool, die))
        others = [await pool.call(calls.add, n, 1) for n in range(20)]
        return await dying, others

    failure, others = with_pool(work, timeout_seconds=20)
    assert (failure.reason, failure.detail) == (Reason.CRASHED, "its worker died 2 times")
    assert others == list(range(1, 21))


def test_a_call_out_of_memory_is_crashed_and_its_worker_replaced() -> None:
    async def work(pool: WorkerPool) -> tuple[int, WorkerFailed, int]:
        before = await pool.call(calls.own_pid)
        failure = await failure_of(pool, calls.take_memory, 4 * MEMORY_MIB)
        return before, failure, await pool.call(calls.own_pid)

    before, failure, after = with_pool(work, timeout_seconds=20)
    assert failure.reason is Reason.CRASHED
    assert failure.detail == "needs more than 256 MiB of memory"
    assert before != after


def test_a_worker_that_grew_is_replaced_before_its_next_page() -> None:
    async def work(pool: WorkerPool) -> list[int]:
        pids = [await pool.call(calls.keep_memory, 20) for _ in range(2)]
        pids.append(await pool.call(calls.keep_memory, int(0.6 * MEMORY_MIB)))
        pids.append(await pool.call(calls.own_pid))
        await gone(pids[0])
        return pids

    first, second, grown, after = with_pool(work, timeout_seconds=20)
    assert first == second == grown != after


async def gone(pid: int) -> None:
    """Wait for the end of a process that was replaced: its memory is what it is about."""
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and is_alive(psutil.Process(pid)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def test_a_closed_pool_leaves_no_process() -> None:
    """Not even one that does not hear SIGTERM."""

    async def work(pool: WorkerPool) -> None:
        pids = [await pool.call(calls.own_pid)]
        hanging = asyncio.create_task(pool.call(calls.hang_with_signals_blocked))
        await asyncio.sleep(0.3)
        pool.close()
        with pytest.raises(PoolClosed):
            await hanging
        await gone(pids[0])

    with_pool(work, timeout_seconds=60)


def test_a_worker_is_replaced_after_its_pages() -> None:
    async def work(pool: WorkerPool) -> list[int]:
        return [await pool.call(calls.own_pid) for _ in range(6)]

    pids = with_pool(work, timeout_seconds=20, pages=3)  # the first of three was to warm up
    assert pids[0] == pids[1] != pids[2]
    assert pids[2] == pids[3] == pids[4] != pids[5]


def test_an_exception_that_cannot_be_pickled_comes_back_as_plain_values() -> None:
    failure = with_pool(lambda pool: failure_of(pool, calls.fail_unpicklable), timeout_seconds=20)
    assert (failure.reason, failure.detail) == (Reason.CRASHED, "Unpicklable: odd")


def test_a_message_is_cut_to_a_ledger_s_size() -> None:
    failure = with_pool(lambda pool: failure_of(pool, calls.fail_long), timeout_seconds=20)
    assert len(failure.detail) < 400


def test_calls_waiting_when_the_pool_closes_are_told() -> None:
    async def work(pool: WorkerPool) -> list[BaseException | float]:
        waiting = [asyncio.create_task(pool.call(calls.sleep, 30.0)) for _ in range(3)]
        await asyncio.sleep(0.2)
        pool.close()
        async with asyncio.timeout(5):
            return await asyncio.gather(*waiting, return_exceptions=True)

    ends = with_pool(work, timeout_seconds=60)
    assert [type(end) for end in ends] == [PoolClosed] * 3


def page(body: bytes) -> FetchedPage:
    url = "http://127.0.0.1/2025/10/11/harbour-report"
    return FetchedPage(request_url=url, url=url, body=body, fetched_at=datetime.now(UTC))


def test_a_page_becomes_an_article_and_a_bad_one_a_rejection() -> None:
    async def work(pool: WorkerPool) -> list[CleanArticle | Rejection]:
        bodies = (article_html("Harbour").encode(), b"%PDF-1.7", b"\xff\x00" * 500)
        return [await pool.process(page(body)) for body in bodies]

    article, pdf, noise = with_pool(work, timeout_seconds=20)
    assert isinstance(article, CleanArticle)
    assert isinstance(pdf, Rejection)
    assert pdf.reason is Reason.NOT_HTML
    assert isinstance(noise, Rejection)


PARENT = """
import asyncio, os, sys
from pipelines.workers import WorkerLimits, WorkerPool
from tests.pipelines import calls

async def main():
    pool = WorkerPool(WorkerLimits(workers=2, timeout_seconds=60))
    pids = await asyncio.gather(*(pool.call(calls.own_pid) for _ in range(2)))
    hanging = [asyncio.create_task(pool.call(calls.hang_in_c)) for _ in range(2)]
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.gather(*hanging)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_no_worker_outlives_a_killed_crawl(tmp_path: Path) -> None:
    """Not even one whose regular expression holds the GIL."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environ, cwd=tmp_path
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        family = psutil.Process(parent.pid).children(recursive=True)
        assert len(family) >= 3  # the fork server and two workers at least
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 2
    while (alive := [it for it in family if is_alive(it)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in alive:
        process.kill()
    assert not alive


def is_alive(process: psutil.Process) -> bool:
    """A zombie is not: who inherited it has not asked yet how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
