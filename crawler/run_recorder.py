"""Counts what a run does, tells who watches, and remembers what made it fail."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING

from crawler.plan import Progress
from db import pages
from db.errors import StorageError
from db.outcomes import Outcome

if TYPE_CHECKING:
    from crawler.context import RunContext
    from crawler.frontier import Frontier
    from crawler.plan import ProgressCallback
    from pipelines.stages import Visit

logger = logging.getLogger(__name__)

PROGRESS_SECONDS = 1.0


class RunRecorder:
    """One run's counters. Used from one event loop."""

    def __init__(self, context: RunContext, frontier: Frontier) -> None:
        self._context = context
        self._frontier = frontier
        self._ended: Counter[str] = Counter()

    def note(self, visit: Visit) -> None:
        """A visit is stored."""
        if visit.retry_at is None:
            self._ended[str(visit.outcome)] += 1
        level = logging.DEBUG if visit.outcome is Outcome.UNCHANGED else logging.INFO
        logger.log(
            level,
            "%(outcome)s: %(url)s%(detail)s",
            {
                "outcome": visit.outcome,
                "url": visit.page.url,
                "detail": f" ({visit.detail})" if visit.detail else "",
            },
        )

    async def report(self, on_progress: ProgressCallback) -> None:
        """Tell how the run stands, about once a second, until cancelled."""
        run_id = self._context.run.id
        while not self._context.abort.is_set():
            try:
                scope = await self._context.ask(lambda s: pages.count_scope(s, run_id))
            except StorageError as error:
                self._context.fail(error)
                return
            on_progress(self._progress(scope))
            await asyncio.sleep(PROGRESS_SECONDS)

    def _progress(self, scope: int) -> Progress:
        done, in_flight = self._ended.total(), self._frontier.in_flight
        return Progress(
            done=done,
            by_outcome=dict(self._ended),
            in_flight=in_flight,
            pending=max(scope - done - in_flight, 0),
            total=None if self._context.plan.follow else scope,
            started_at=self._context.started_at,
        )
