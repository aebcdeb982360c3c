"""Politeness towards hosts: one run at a time, one connection, the delay between two fetches.

A `HostBook` holds the leases of this run. A lease is a row of the database, so the delay holds
across processes: who gives a host up writes when the next may begin.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from db import hosts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.robots import RobotsRules
    from db.hosts import HostState
    from db.writer import Writer

BUSY_PAUSE_SECONDS = 0.25
"""Between two tries to get a host that another run has."""
HOST_PATIENCE_SECONDS = 30.0
"""How long a redirect waits for a host that another run has."""
BORROWED_SECONDS = 2.0
"""A host visited for a redirect is given up after this long without a fetch."""


class HostBusy(Exception):
    """This host cannot be fetched from now."""

    def __init__(self, detail: str, *, until: datetime | None = None) -> None:
        super().__init__(detail)
        self.until = until
        """It asked to be left alone until then. None: another run has it."""


@dataclass(slots=True)
class HeldHost:
    """A host that this run may fetch from now."""

    state: HostState
    delay_seconds: float
    rules: RobotsRules | None = None
    """None: not read yet."""
    rules_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_fetch: float = 0.0
    """Monotonic seconds."""
    last_used: float = 0.0
    """Monotonic seconds."""
    lanes: int = 0
    """Frontier lanes that draw pages of it."""

    def refuse_if_busy(self) -> None:
        """Nothing, unless the host asked to be left alone.

        Raises:
            HostBusy: It did.
        """
        until = self.state.not_before
        if until is not None and until > datetime.now(UTC):
            raise HostBusy(f"the host asked to wait until {until:%H:%M:%S} UTC", until=until)


class HostBook:
    """The hosts this run holds. Used from one event loop."""

    def __init__(self, writer: Writer, run_id: int, *, delay_seconds: float) -> None:
        self._writer = writer
        self._run_id = run_id
        self._delay_seconds = delay_seconds
        self._held: dict[str, HeldHost] = {}
        self._taking: dict[str, asyncio.Lock] = {}

    def held(self, host: str) -> HeldHost | None:
        """The host, if this run holds it."""
        return self._held.get(host)

    async def take(self, host: str) -> HeldHost | None:
        """The host, ours from now on; None while another run has it."""
        async with self._taking.setdefault(host, asyncio.Lock()):
            if host in self._held:
                return self._held[host]
            state = await asyncio.wrap_future(
                self._writer.submit_now(
                    lambda session: hosts.take_lease(
                        session, host, run_id=self._run_id, now=datetime.now(UTC)
                    )
                )
            )
            if state is None:
                return None
            self._held[host] = self._open(state)
            return self._held[host]

    async def visit(self, host: str, *, patience_seconds: float) -> HeldHost:
        """The host, waiting for another run to give it up.

        Raises:
            HostBusy: It did not within `patience_seconds`.
        """
        deadline = time.monotonic() + patience_seconds
        while (held := await self.take(host)) is None:
            if time.monotonic() > deadline:
                raise HostBusy(f"another crawl is fetching from {host}")
            await asyncio.sleep(BUSY_PAUSE_SECONDS)
        held.last_used = time.monotonic()
        return held

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Our turn at a host: alone, and not before its delay has passed.

        Raises:
            HostBusy: It asked to be left alone, or another run has got it meanwhile.
        """
        held = await self._held_turn(host)
        try:
            held.refuse_if_busy()
            await asyncio.sleep(max(held.next_fetch - time.monotonic(), 0.0))
            held.next_fetch = time.monotonic() + held.delay_seconds
            yield
        finally:
            held.last_used = time.monotonic()
            held.turn.release()

    async def _held_turn(self, host: str) -> HeldHost:
        """The host with its turn taken. Between a visit and its turn the host may be given up."""
        while True:
            held = await self.visit(host, patience_seconds=HOST_PATIENCE_SECONDS)
            await held.turn.acquire()
            if self._held.get(host) is held:
                return held
            held.turn.release()

    def set_rules(self, held: HeldHost, rules: RobotsRules) -> None:
        """The rules in force; a longer Crawl-delay wins over ours."""
        held.rules = rules
        held.delay_seconds = max(self._delay_seconds, rules.crawl_delay_seconds)
        held.next_fetch = max(held.next_fetch, held.last_used + held.delay_seconds)

    def hold_back(self, host: str, until: datetime) -> None:
        """Nothing more from this host before `until`, also what was handed out already."""
        held = self._held.get(host)
        if held is not None:
            held.state = replace(held.state, not_before=until)

    async def give_up(self, host: str) -> None:
        """Let other runs have the host, after its delay and what is being fetched from it."""
        held = self._held.get(host)
        if held is None:
            return
        async with held.turn:
            if self._held.get(host) is held:
                del self._held[host]
                await self._drop(host, held)

    async def _drop(self, host: str, held: HeldHost) -> None:
        until = datetime.now(UTC) + timedelta(
            seconds=max(held.next_fetch - time.monotonic(), held.delay_seconds)
        )
        await asyncio.wrap_future(
            self._writer.submit_now(
                lambda session: hosts.drop_lease(
                    session, host, run_id=self._run_id, next_fetch_at=until
                )
            )
        )

    async def give_up_borrowed(self) -> None:
        """Give up the hosts that no lane uses and nobody fetched from lately."""
        now = time.monotonic()
        for host, held in list(self._held.items()):
            idle = not held.lanes and not held.turn.locked() and not held.rules_lock.locked()
            if idle and now - held.last_used > BORROWED_SECONDS:
                await self.give_up(host)

    def _open(self, state: HostState) -> HeldHost:
        now = time.monotonic()
        wait = 0.0
        if state.next_fetch_at is not None:
            wait = max((state.next_fetch_at - datetime.now(UTC)).total_seconds(), 0.0)
        return HeldHost(
            state=state, delay_seconds=self._delay_seconds, next_fetch=now + wait, last_used=now
        )
