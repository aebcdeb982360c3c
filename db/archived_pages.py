"""Pages that an archive brings with their answers: which are new, and how they enter the ledger.

An answer's time is its identity: the ledger says when each attempt ended, so what was imported once
is known, also after a kill, and an older answer never stands over a newer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import Fetch, Page, PageState
from db.pages import DrawnPage, NewPage, drawn_page, insert_pages
from db.runs import add_run_pages, unknow_run_pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedAnswer:
    """One answer of an archive."""

    fetch_hash: bytes
    fetched_at: datetime


def known_answers(session: Session, answers: Sequence[ArchivedAnswer]) -> dict[int, int]:
    """Which of these answers the ledger has, or a later one: their index -> the page's id."""
    hashes = {answer.fetch_hash for answer in answers}
    rows = session.execute(
        select(Page.fetch_hash, Page.id, Page.fetched_at, Page.tried_at).where(
            Page.fetch_hash.in_(hashes)
        )
    ).all()
    pages = {row.fetch_hash: row for row in rows}
    times = _attempt_times(session, [row.id for row in rows if row.tried_at])
    known = {}
    for index, answer in enumerate(answers):
        page = pages.get(answer.fetch_hash)
        if page is not None and (
            (page.fetched_at is not None and page.fetched_at >= answer.fetched_at)
            or (page.id, answer.fetched_at) in times
        ):
            known[index] = page.id
    return known


def take_page(
    session: Session, run_id: int, page: NewPage, *, answered_at: datetime, now: datetime
) -> DrawnPage | None:
    """The page in flight for a run that has an answer of it, in the run's scope.

    None: the ledger has this answer or a later one, or another run is fetching the page now.
    """
    insert_pages(session, [page], now)
    row = session.scalars(
        select(Page).where(Page.fetch_hash == page.fetch_hash).with_for_update()
    ).one()
    answer = ArchivedAnswer(fetch_hash=page.fetch_hash, fetched_at=answered_at)
    if row.state == PageState.IN_FLIGHT or known_answers(session, [answer]):
        add_run_pages(session, run_id, [row.id], known={row.id})
        return None
    row.state, row.due_at, row.run_id = PageState.IN_FLIGHT, None, run_id
    session.flush()
    add_run_pages(session, run_id, [row.id])
    unknow_run_pages(session, run_id, [row.id])  # an older answer of it may have come before
    drawn = drawn_page(row)
    session.expunge(row)
    return drawn


def _attempt_times(session: Session, page_ids: Sequence[int]) -> set[tuple[int, datetime]]:
    rows = session.execute(select(Fetch.page_id, Fetch.ended_at).where(Fetch.page_id.in_(page_ids)))
    return {(row.page_id, row.ended_at) for row in rows}
