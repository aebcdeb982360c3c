"""How a run ends: its row, its source's next time, its exit code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.plan import RunReport
from crawler.schedule import next_source_run
from crawler.stopping import INTERRUPTED_EXIT
from db import pages, runs
from db.models import RunState, Source
from db.outcomes import FAILED, Outcome
from db.raw_pages import prune
from db.runs import PENDING, RunEnd
from pipelines.profile_counting import refresh_all

if TYPE_CHECKING:
    from collections import Counter

    from sqlalchemy.orm import Session

    from crawler.context import RunContext
    from crawler.run_begin import Followed

ALL_DONE = 0
SOME_FAILED = 1
NOTHING_FETCHED = 3
INTERRUPTED = "interrupted"
UNANSWERED = frozenset(
    {str(outcome) for outcome in FAILED} | {str(Outcome.BLOCKED_ADDRESS), str(Outcome.ROBOTS)}
)
"""Outcomes of pages of which nothing was received."""


def settle(
    context: RunContext,
    followed: Followed | None,
    *,
    finish_reason: str,
    read_seeds: bool,
    failed: bool,
) -> RunReport:
    """Write how the run ended, give back what it had in flight, and say so.

    Args:
        context: The run.
        followed: Its source, if it has one.
        finish_reason: `finished`, `interrupted`, or the engine's own word.
        read_seeds: Whether a seed of the source answered; true for a list.
        failed: Whether an error nobody expected ended it.
    """
    now = datetime.now(UTC)

    def work(session: Session) -> RunReport:
        counts = runs.end_run(session, context.run.id, _end(finish_reason, now, failed=failed))
        exit_code = exit_code_of(counts, read_seeds=read_seeds, finish_reason=finish_reason)
        runs.set_exit_code(session, context.run.id, exit_code)
        if followed is not None and finish_reason != INTERRUPTED:
            _schedule_next(session, followed.source.id, now=now, read_seeds=read_seeds)
        refresh_all(session)
        due = pages.due_hosts(session, context.run.id)
        return RunReport(
            run_id=context.run.id,
            counts={name: count for name, count in counts.items() if name != PENDING},
            pending=counts[PENDING],
            next_due_at=due[0].due_at if due else None,
            finish_reason=finish_reason,
            exit_code=exit_code,
        )

    report = context.writer.submit_now(work).result()
    keep_days = context.config.keep_raw_days
    if keep_days is not None and finish_reason != INTERRUPTED:
        oldest = now - timedelta(days=keep_days)
        context.writer.submit_now(lambda session: prune(session, oldest)).result()
    return report


def exit_code_of(counts: Counter[str], *, read_seeds: bool, finish_reason: str) -> int:
    """The exit code that docs/command-line.md promises for these counts."""
    if finish_reason == INTERRUPTED:
        return INTERRUPTED_EXIT
    received = sum(n for name, n in counts.items() if name not in UNANSWERED | {PENDING})
    if not read_seeds or (counts and not received):
        return NOTHING_FETCHED
    if counts[PENDING] or any(counts[str(outcome)] for outcome in FAILED):
        return SOME_FAILED
    return ALL_DONE


def _end(finish_reason: str, now: datetime, *, failed: bool) -> RunEnd:
    state = RunState.FINISHED
    if finish_reason == INTERRUPTED:
        state = RunState.INTERRUPTED
    elif failed:
        state = RunState.FAILED
    return RunEnd(state=state, finish_reason=finish_reason, exit_code=ALL_DONE, ended_at=now)


def _schedule_next(session: Session, source_id: int, *, now: datetime, read_seeds: bool) -> None:
    source = session.get(Source, source_id)
    if source is None:  # removed while it was crawled
        return
    source.failures = 0 if read_seeds else source.failures + 1
    source.next_due_at = next_source_run(
        now=now, every_seconds=source.every_seconds, failures=source.failures
    )
