"""Which answers of an archive are news to the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db import attempts, runs
from db.archived_pages import ArchivedAnswer, known_answers, take_page
from db.models import Page, PageState, RunPage
from db.outcomes import Outcome
from db.pages import NewPage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.session import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = NewPage(fetch_hash=bytes(16), url="https://a.example/", host="a.example", site="a.example")


def begin(session: Session) -> int:
    key = runs.new_lock_key()
    return runs.begin_run(session, lock_key=key, command="test", source_id=None, now=NOW).id


def imported(session: Session, run_id: int, hours: int, outcome: Outcome = Outcome.SAVED) -> bool:
    """Whether the answer of so many hours later was news, and is stored now."""
    at = NOW + timedelta(hours=hours)
    drawn = take_page(session, run_id, PAGE, answered_at=at, now=NOW)
    if drawn is not None:
        answered = PAGE.url if outcome is Outcome.SAVED else None
        ended = attempts.Attempt(
            run_id=run_id, page_id=drawn.id, started_at=at, ended_at=at, outcome=outcome,
            answered_url=answered,
        )  # fmt: skip
        attempts.record(session, ended)
    return drawn is not None


def test_only_a_later_answer_is_news(database: Database) -> None:
    with database.write() as session:
        run_id = begin(session)
        assert [imported(session, run_id, hours) for hours in (2, 2, 1, 3)] == [
            True, False, False, True,
        ]  # fmt: skip
        assert runs.count_outcomes(session, run_id) == {"saved": 1}
        again = begin(session)
        assert [imported(session, again, hours) for hours in (2, 3)] == [False, False]
        assert runs.count_outcomes(session, again) == {"known": 1}
        assert imported(session, again, 4)
        assert runs.count_outcomes(session, again) == {"saved": 1}


def test_an_answer_without_a_page_is_known_by_its_time_and_hides_no_older_one(
    database: Database,
) -> None:
    with database.write() as session:
        run_id = begin(session)
        assert imported(session, run_id, 2, Outcome.HTTP_ERROR)
        assert not imported(session, run_id, 2, Outcome.HTTP_ERROR)
        assert imported(session, run_id, 1)
        answers = [
            ArchivedAnswer(fetch_hash=fetch_hash, fetched_at=NOW + timedelta(hours=hours))
            for fetch_hash, hours in (
                (bytes(16), 1),
                (bytes(16), 2),
                (bytes(16), 3),
                (b"x" * 16, 1),
            )
        ]
        assert list(known_answers(session, answers)) == [0, 1]


@pytest.mark.parametrize("state", [PageState.DUE, PageState.IN_FLIGHT])
def test_a_page_that_waits_is_taken_and_one_being_fetched_is_left(
    database: Database, state: PageState
) -> None:
    with database.write() as session:
        crawl, run_id = begin(session), begin(session)
        drawn = take_page(session, crawl, PAGE, answered_at=NOW, now=NOW)
        assert drawn is not None
        page = session.scalars(select(Page)).one()
        page.state, page.due_at = state, NOW if state is PageState.DUE else None
        page.run_id = crawl if state is PageState.IN_FLIGHT else None
        session.flush()
        assert imported(session, run_id, 1) is (state is PageState.DUE)
        known = session.scalar(select(RunPage.known).where(RunPage.run_id == run_id))
        assert known is (state is PageState.IN_FLIGHT)
