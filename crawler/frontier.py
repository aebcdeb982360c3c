"""The frontier at work: one lane a host, pages drawn as they are needed, an end when none is left.

A lane holds its host's lease, draws a few pages, and hands them out one after the other. What is
drawn is in flight in the database, so a killed run's pages are due again for the next one.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from crawler.politeness import BUSY_PAUSE_SECONDS
from db import hosts, pages, runs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.orm import Session

    from crawler.context import RunContext
    from db.pages import DrawnPage, DueHost

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_DRAW = 32
MIN_DRAW = 2
DRAW_SECONDS = 4.0
"""A lane draws about as many pages as it fetches in this time: who waits for its host waits as
long."""
LANE_AHEAD = 2
"""Requests a lane has in the engine: one in transfer, one ready to follow."""
IDLE_SECONDS = 0.25
"""Between two looks at the database while there is nothing to fetch."""
LOOK_SECONDS = 2.0
"""Between two looks for new hosts and dead runs while lanes are busy."""
REST_SECONDS = 2 * LOOK_SECONDS
"""A host given up to another run, or refused by it, is left to it this long."""


@dataclass(slots=True)
class _Lane:
    host: str
    drawn: deque[DrawnPage] = field(default_factory=deque)
    ahead: int = 0
    """Requests handed out whose transfer has not ended."""
    downloaded: asyncio.Event = field(default_factory=asyncio.Event)


class Frontier:
    """Hands out the pages of one run. Used from one event loop."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._by_host: dict[str, _Lane] = {}
        self._ready: asyncio.Queue[DrawnPage] = asyncio.Queue(maxsize=1)
        self._unsettled: set[int] = set()
        self._due: list[DueHost] = []
        self._looked = 0.0
        self._resting: dict[str, float] = {}
        self._stopping = context.stopping

    @property
    def in_flight(self) -> int:
        """Pages handed out that are not stored yet."""
        return len(self._unsettled)

    async def pages(self) -> AsyncIterator[DrawnPage]:
        """Pages to fetch, until none of the run is left or due within the time to wait."""
        keeper = asyncio.create_task(self._keep_lanes())
        keeper.add_done_callback(lambda _: self._stopping.set())
        try:
            while (page := await self._next()) is not None:
                self._unsettled.add(page.id)
                yield page
        finally:
            keeper.cancel()
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(keeper, *self._lanes.values(), return_exceptions=True)
        if not keeper.cancelled() and (error := keeper.exception()) is not None:
            self._context.fail(error)

    def note_downloaded(self, page: DrawnPage) -> None:
        """The transfer of a page ended, well or not: its host may be asked for the next."""
        lane = self._by_host.get(page.host)
        if lane is not None:
            lane.ahead -= 1
            lane.downloaded.set()

    def note_settled(self, page_id: int) -> None:
        """A page's outcome is stored."""
        self._unsettled.discard(page_id)

    async def _next(self) -> DrawnPage | None:
        getting = asyncio.create_task(self._ready.get())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({getting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if getting.done() and not self._stopping.is_set():
            return getting.result()
        getting.cancel()
        return None

    async def _keep_lanes(self) -> None:
        """Open lanes for hosts with due pages until nothing is left to wait for."""
        give_up_at: datetime | None = None
        while not self._stopping.is_set():
            await self._look()
            now = datetime.now(UTC)
            if self._open_lanes(now) or self._lanes or self._unsettled:
                give_up_at = None
                await self._doze(LOOK_SECONDS if self._lanes else IDLE_SECONDS)
            else:
                give_up_at = give_up_at or now + self._patience
                if not await self._is_worth_waiting(now, give_up_at):
                    return
                await self._doze(IDLE_SECONDS)

    async def _look(self) -> None:
        """See which hosts have due pages; not at the end of every lane, it reads the whole run."""
        now = time.monotonic()
        left = any(each.host not in self._lanes for each in self._due)
        if now - self._looked < (LOOK_SECONDS if left else IDLE_SECONDS):
            return
        await self._context.hosts.give_up_borrowed()
        await self._take_over_dead_runs()
        self._due = await self._ask(lambda session: pages.due_hosts(session, self._run_id))
        self._looked = time.monotonic()

    def _open_lanes(self, now: datetime) -> int:
        opened = 0
        for each in self._due:
            if len(self._lanes) >= self._context.config.concurrency or each.due_at > now:
                break
            if each.host in self._lanes or self._resting.get(each.host, 0.0) > time.monotonic():
                continue
            task = asyncio.create_task(self._run_lane(_Lane(each.host)))
            self._lanes[each.host] = task
            task.add_done_callback(self._close_lane(each.host))
            opened += 1
        self._due = [each for each in self._due if each.host not in self._lanes]
        return opened

    def _close_lane(self, host: str) -> Callable[[asyncio.Task[None]], None]:
        def close(task: asyncio.Task[None]) -> None:
            self._lanes.pop(host, None)
            self._by_host.pop(host, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                self._context.fail(error)

        return close

    async def _run_lane(self, lane: _Lane) -> None:
        """Fetch from one host while it has due pages and no other run wants it."""
        held = await self._context.hosts.take(lane.host)
        if held is None:
            self._resting[lane.host] = time.monotonic() + BUSY_PAUSE_SECONDS
            return
        held.lanes += 1
        self._by_host[lane.host] = lane
        try:
            while await self._draw(lane, _draw_limit(held.delay_seconds)):
                while lane.drawn and not self._stopping.is_set():
                    await self._ready.put(lane.drawn.popleft())
                    lane.ahead += 1
                    await self._wait_ahead(lane, LANE_AHEAD - 1)
        finally:
            held.lanes -= 1
        await self._wait_ahead(lane, 0)
        await self._context.hosts.give_up(lane.host)

    async def _wait_ahead(self, lane: _Lane, most: int) -> None:
        """Until at most so many of the lane's requests are under way."""
        while lane.ahead > most:
            lane.downloaded.clear()
            await lane.downloaded.wait()

    async def _draw(self, lane: _Lane, limit: int) -> bool:
        """Draw more pages; none where another run waits or the host wants to be left alone."""

        def work(session: Session) -> list[DrawnPage]:
            now = datetime.now(UTC)
            if hosts.is_unavailable(session, lane.host, now=now):
                return []
            return pages.draw(session, self._run_id, host=lane.host, limit=limit, now=now)

        if self._stopping.is_set():
            return False
        lane.drawn.extend(await self._ask(work))
        if not lane.drawn:
            self._resting[lane.host] = time.monotonic() + REST_SECONDS
        return bool(lane.drawn)

    async def _is_worth_waiting(self, now: datetime, give_up_at: datetime) -> bool:
        """Whether a page of ours falls due, or comes back from another run, in time."""
        if now >= give_up_at:
            return False
        if self._due and self._due[0].due_at <= give_up_at:
            return True
        self._looked = 0.0  # the last look may be older than the last page's outcome
        await self._look()
        if self._due and self._due[0].due_at <= give_up_at:
            return True
        elsewhere = await self._ask(lambda session: pages.count_elsewhere(session, self._run_id))
        return elsewhere > 0

    async def _take_over_dead_runs(self) -> None:
        context = self._context

        def work(session: Session) -> int:
            dead = runs.dead_runs(context.database, session, own_run_id=self._run_id)
            return runs.take_over(session, dead, now=datetime.now(UTC))

        given = await self._ask(work)
        if given:
            logger.info("took over %d pages of a run that was killed", given)

    async def _ask(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._context.writer.submit_now(work))

    async def _doze(self, seconds: float) -> None:
        """Sleep, but wake for the end of a lane and for a stop."""
        waits = [asyncio.create_task(self._stopping.wait()), *self._lanes.values()]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()

    @property
    def _run_id(self) -> int:
        return self._context.run.id

    @property
    def _patience(self) -> timedelta:
        return timedelta(seconds=self._context.config.wait_seconds)


def _draw_limit(delay_seconds: float) -> int:
    if delay_seconds <= 0:
        return MAX_DRAW
    return min(max(math.ceil(DRAW_SECONDS / delay_seconds), MIN_DRAW), MAX_DRAW)
