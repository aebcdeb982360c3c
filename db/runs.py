"""Crawl runs: begin, end, take over what a dead one left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import and_, case, delete, exists, func, insert, select, update

from db.liveness import is_alive
from db.models import Fetch, Host, Page, PageState, Run, RunPage, RunState
from db.session import changed_rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.session import Database

KNOWN = "known"
"""Counted instead of an outcome: it had a final one before this run and was not fetched."""
PENDING = "pending"
"""Counted instead of an outcome: it waits for a later time or another run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRef:
    """A run of this process."""

    id: int
    lock_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended."""

    state: RunState
    finish_reason: str
    exit_code: int
    ended_at: datetime


def new_lock_key() -> str:
    """A name for a run's lock that no other run has."""
    return uuid4().hex


def begin_run(
    session: Session, *, lock_key: str, command: str, source_id: int | None, now: datetime
) -> RunRef:
    """Write the run's row. Its lock must be held already: a run without one counts as dead."""
    run = Run(
        lock_key=lock_key,
        command=command,
        source_id=source_id,
        state=RunState.RUNNING,
        started_at=now,
        counts={},
    )
    session.add(run)
    session.flush()
    return RunRef(id=run.id, lock_key=lock_key)


def end_run(session: Session, run_id: int, end: RunEnd) -> Counter[str]:
    """Give back what was in flight, drop the leases, write counts and end. Returns the counts."""
    give_back(session, [run_id], now=end.ended_at)
    counts = count_outcomes(session, run_id)
    session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            state=end.state,
            ended_at=end.ended_at,
            finish_reason=end.finish_reason,
            exit_code=end.exit_code,
            counts=dict(counts),
        )
    )
    return counts


def remove_run(session: Session, run_id: int) -> None:
    """Forget a run that crawled nothing."""
    session.execute(update(Host).where(Host.lease_run_id == run_id).values(lease_run_id=None))
    session.execute(delete(Run).where(Run.id == run_id))


def set_exit_code(session: Session, run_id: int, exit_code: int) -> None:
    """Note what the run's command ended with."""
    session.execute(update(Run).where(Run.id == run_id).values(exit_code=exit_code))


def give_back(session: Session, run_ids: Collection[int], *, now: datetime) -> int:
    """Make the pages that these runs had in flight due at once; returns how many."""
    given = session.execute(
        update(Page)
        .where(Page.run_id.in_(run_ids), Page.state == PageState.IN_FLIGHT)
        .values(state=PageState.DUE, due_at=now, run_id=None)
    )
    session.execute(update(Host).where(Host.lease_run_id.in_(run_ids)).values(lease_run_id=None))
    return changed_rows(given)


def dead_runs(database: Database, session: Session, *, own_run_id: int | None) -> list[int]:
    """Runs marked running whose process is gone."""
    running = session.execute(
        select(Run.id, Run.lock_key)
        .where(Run.state == RunState.RUNNING, Run.id != (own_run_id or -1))
        .order_by(Run.id)
    )
    return [run_id for run_id, lock_key in running if not is_alive(database, lock_key)]


def take_over(session: Session, run_ids: Collection[int], *, now: datetime) -> int:
    """Mark dead runs killed and give back their pages; returns how many pages."""
    if not run_ids:
        return 0
    given = give_back(session, run_ids, now=now)
    for run_id in sorted(run_ids):
        session.execute(
            update(Run)
            .where(Run.id == run_id)
            .values(
                state=RunState.KILLED,
                ended_at=now,
                finish_reason="killed",
                counts=dict(count_outcomes(session, run_id)),
            )
        )
    return given


def add_run_pages(
    session: Session, run_id: int, page_ids: Collection[int], *, known: Collection[int] = ()
) -> None:
    """Put pages into a run's scope; those already there stay as they are."""
    present = set(
        session.scalars(
            select(RunPage.page_id).where(
                RunPage.run_id == run_id, RunPage.page_id.in_(list(page_ids))
            )
        )
    )
    rows = [
        {"run_id": run_id, "page_id": page_id, "known": page_id in known}
        for page_id in dict.fromkeys(page_ids)
        if page_id not in present
    ]
    if rows:
        session.execute(insert(RunPage), rows)


def unknow_run_pages(session: Session, run_id: int, page_ids: Collection[int]) -> None:
    """These pages are fetched in this run after all, whatever was said of them before."""
    session.execute(
        update(RunPage)
        .where(RunPage.run_id == run_id, RunPage.page_id.in_(page_ids))
        .values(known=False)
    )


def count_outcomes(session: Session, run_id: int) -> Counter[str]:
    """How the URLs asked for in a run ended: outcome -> URLs, with `known` and `pending`."""
    tried = exists().where(Fetch.run_id == run_id, Fetch.page_id == Page.id)
    ended = case(
        (RunPage.known, KNOWN),
        (and_(Page.state == PageState.DONE, tried), Page.outcome),
        (Page.state == PageState.DONE, KNOWN),  # another run ended it meanwhile
        else_=PENDING,
    )
    rows = session.execute(
        select(ended, func.count())
        .select_from(RunPage)
        .join(Page, Page.id == RunPage.page_id)
        .where(RunPage.run_id == run_id)
        .group_by(ended)
    )
    return Counter({str(outcome): int(count) for outcome, count in rows})
