"""The ledger: one attempt at a page, and the state it leaves the page in.

Plain statements on the tables, built once: these run for every page of a crawl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Table, bindparam, func, insert, literal_column, select, update

from db.models import PageState
from db.prepared import Prepared
from db.tables import FETCHES, PAGES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Session

    from db.outcomes import Outcome


def _value(name: str, table: Table) -> BindParameter[object]:
    """A parameter of a column's type, named after it: `new_` keeps it apart from the column."""
    return bindparam(f"new_{name}", type_=table.c[name].type)


OWNER = Prepared(
    select(PAGES.c.run_id).where(
        PAGES.c.id == bindparam("page_id"), PAGES.c.state == PageState.IN_FLIGHT
    )
)
_NUMBER = (
    select(func.coalesce(func.max(FETCHES.c.attempt), 0) + literal_column("1"))
    .where(
        FETCHES.c.run_id == bindparam("new_run_id", type_=FETCHES.c.run_id.type),
        FETCHES.c.page_id == bindparam("new_page_id", type_=FETCHES.c.page_id.type),
    )
    .scalar_subquery()
)
INSERT_FETCH = Prepared(
    insert(FETCHES).values(
        {
            name: _value(name, FETCHES)
            for name in (
                "run_id",
                "page_id",
                "started_at",
                "ended_at",
                "outcome",
                "detail",
                "status",
                "size_bytes",
            )
        }
        | {"attempt": _NUMBER}
    )
)
_NEW_STATE = {
    name: _value(name, PAGES)
    for name in ("state", "due_at", "outcome", "detail", "status", "tried_at")
} | {
    "run_id": None,
    # 0 once it has ended, else one more
    "attempts": (PAGES.c.attempts + 1) * bindparam("is_waiting", type_=Integer),
}
# What a page without an answer does not change.
_ANSWER = {name: _value(name, PAGES) for name in ("answered_url", "fetched_at")}
_VALIDATORS = {name: _value(name, PAGES) for name in ("etag", "last_modified")}
END_PAGE = {
    (answered, validated): Prepared(
        update(PAGES)
        .where(PAGES.c.id == bindparam("ended_id"))
        .values(_NEW_STATE | (_ANSWER if answered else {}) | (_VALIDATORS if validated else {}))
    )
    for answered in (False, True)
    for validated in (False, True)
}
"""By whether there was an answer, and whether it had an ETag or Last-Modified."""
POSTPONE = (
    update(PAGES)
    .where(PAGES.c.id == bindparam("postponed_id"))
    .values(state=PageState.DUE, due_at=_value("due_at", PAGES), run_id=None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt ended."""

    run_id: int
    page_id: int
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    detail: str | None = None
    status: int | None = None
    size_bytes: int | None = None
    answered_url: str | None = None
    """After redirects. None: no answer."""
    etag: str | None = None
    last_modified: str | None = None
    retry_at: datetime | None = None
    """Due again then. None: the outcome is final."""


def is_mine(session: Session, run_id: int, page_id: int) -> bool:
    """Whether the page is still in flight for this run: not taken over, not ended already."""
    return OWNER.first(session, {"page_id": page_id}) == (run_id,)


def record(session: Session, attempt: Attempt) -> None:
    """Write one attempt and the page's new state. The caller stores what was fetched beside it."""
    INSERT_FETCH.run(
        session,
        {
            "new_run_id": attempt.run_id,
            "new_page_id": attempt.page_id,
            "new_started_at": attempt.started_at,
            "new_ended_at": attempt.ended_at,
            "new_outcome": attempt.outcome,
            "new_detail": attempt.detail,
            "new_status": attempt.status,
            "new_size_bytes": attempt.size_bytes,
        },
    )
    answered = attempt.answered_url is not None
    validated = attempt.etag is not None or attempt.last_modified is not None
    END_PAGE[answered, validated].run(session, _new_state(attempt))


def postpone(session: Session, page_id: int, *, until: datetime) -> None:
    """Give a drawn page back untried; it is due again at that time."""
    session.execute(POSTPONE, {"postponed_id": page_id, "new_due_at": until})


def _new_state(attempt: Attempt) -> dict[str, object]:
    is_waiting = attempt.retry_at is not None
    return {
        "ended_id": attempt.page_id,
        "new_state": PageState.DUE if is_waiting else PageState.DONE,
        "new_due_at": attempt.retry_at,
        "is_waiting": int(is_waiting),
        "new_outcome": attempt.outcome,
        "new_detail": attempt.detail,
        "new_status": attempt.status,
        "new_tried_at": attempt.ended_at,
        "new_answered_url": attempt.answered_url,
        "new_fetched_at": attempt.ended_at,
        "new_etag": attempt.etag,
        "new_last_modified": attempt.last_modified,
    }
