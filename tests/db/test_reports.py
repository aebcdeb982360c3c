"""How the database stands, the runs, and how each URL of a run ended."""

from datetime import timedelta

import pytest

from db.errors import NotFound
from db.models import Fetch, Host, Page, PageState, Run, RunPage, RunState
from db.outcomes import Outcome, OutcomeClass
from db.reports import Standing, get_run, iter_report, list_runs, read_status
from db.session import Database
from tests.db.small_archive import ARTICLES, START, add_small_archive

HOUR = timedelta(hours=1)


def add_runs(database: Database) -> None:
    """Run 1 has ended, run 2 goes on; five pages in each kind of standing."""
    with database.write() as session:
        ended = {"state": RunState.FINISHED, "ended_at": START, "exit_code": 1}
        session.add(Run(id=1, lock_key="1", command="winnow crawl", started_at=START, **ended))
        running = {"state": RunState.RUNNING, "command": "winnow run"}
        session.add(Run(id=2, lock_key="2", started_at=START + HOUR, **running))
        session.flush()
        session.add_all(
            [
                page(1, PageState.DONE, Outcome.SAVED),
                page(2, PageState.DUE, Outcome.NETWORK_ERROR, due_at=START + HOUR),
                page(3, PageState.DONE, Outcome.PAYWALLED),
                page(4, PageState.DUE, None, due_at=START),
                page(5, PageState.IN_FLIGHT, Outcome.SAVED, run_id=2),
            ]
        )
        session.flush()
        session.add_all(RunPage(run_id=1, page_id=id_, known=id_ == 3) for id_ in range(1, 6))
        session.add(RunPage(run_id=2, page_id=5))
        session.add_all(
            [
                fetch(1, 1, Outcome.HTTP_ERROR),
                fetch(1, 2, Outcome.SAVED),
                fetch(2, 1, Outcome.NETWORK_ERROR),
                fetch(5, 1, Outcome.SAVED),
            ]
        )


def page(number: int, state: PageState, outcome: Outcome | None, **values: object) -> Page:
    return Page(
        id=number, fetch_hash=bytes([number]) * 16, url=f"https://coast.example/{number}",
        host="coast.example", site="coast.example", state=state, outcome=outcome, attempts=1,
        discovered_at=START, **values,
    )  # fmt: skip


def fetch(page_id: int, attempt: int, outcome: Outcome) -> Fetch:
    return Fetch(
        run_id=1, page_id=page_id, attempt=attempt, started_at=START, outcome=outcome,
        ended_at=START + attempt * HOUR, detail=f"try {attempt}", status=200,
    )  # fmt: skip


def test_a_report_says_of_every_url_how_it_ended(database: Database) -> None:
    add_runs(database)
    with database.read() as session:
        lines = list(iter_report(session, 1))
    assert [(line.url[-1], line.standing, line.outcome, line.attempts) for line in lines] == [
        ("1", Standing.ENDED, Outcome.SAVED, 2),
        ("2", Standing.PENDING, Outcome.NETWORK_ERROR, 1),
        ("3", Standing.KNOWN, Outcome.PAYWALLED, 0),
        ("4", Standing.PENDING, None, 0),
        ("5", Standing.ENDED, Outcome.SAVED, 1),
    ]
    assert lines[0].detail == "try 2"
    assert lines[0].outcome_class is OutcomeClass.KEPT
    assert lines[1].due_at == START + HOUR
    assert lines[3].due_at == START


def test_runs_are_listed_latest_first(database: Database) -> None:
    add_runs(database)
    with database.read() as session:
        runs = list_runs(session)
        assert [run.id for run in runs] == [2, 1]
        assert runs[0].counts == {"pending": 1}
        assert [run.id for run in list_runs(session, limit=1)] == [2]
        assert get_run(session, 1).exit_code == 1
        with pytest.raises(NotFound, match="no run 3: the latest is 2"):
            get_run(session, 3)
        with pytest.raises(NotFound, match="no run 3"):
            list(iter_report(session, 3))


def test_a_status_counts_what_is_there(database: Database) -> None:
    add_runs(database)
    with database.write() as session:
        add_small_archive(session)
        hosts = {"coast.example": HOUR, "slow.example": 3 * HOUR, "ready.example": -HOUR}
        for name, wait in hosts.items():
            session.add(Host(host=name, not_before=START + wait, failures=2))
    with database.read() as session:
        status = read_status(database, session, now=START)
    assert (status.articles, status.sources, status.paused_sources) == (len(ARTICLES), 1, 0)
    assert status.pages_by_state == {"due": 2, "done": 2, "in_flight": 1}
    assert status.pages_by_outcome == {"saved": 2, "network_error": 1, "paywalled": 1}
    assert [host.host for host in status.waiting_hosts] == ["slow.example", "coast.example"]
    assert status.next_due_at == START
    assert [run.id for run in status.last_runs] == [2, 1]
    assert status.size_bytes > 100_000


def test_an_empty_database_has_a_status_too(database: Database) -> None:
    with database.read() as session:
        status = read_status(database, session, now=START)
        with pytest.raises(NotFound, match="there was none yet"):
            get_run(session, 1)
    assert (status.articles, status.next_due_at, status.last_runs) == (0, None, ())
