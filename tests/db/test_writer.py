"""The writer: one bad row costs itself, results come after the commit, order is kept."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from db.errors import NotFound
from db.models import Site
from db.writer import BatchLimits, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from db.session import Database

WAIT_SECONDS = 20


@contextmanager
def open_writer(database: Database, **limits: float) -> Iterator[Writer]:
    writer = Writer(database, BatchLimits(**({"rows": 200, "seconds": 0.2} | limits)))  # type: ignore[arg-type]
    try:
        yield writer
    finally:
        writer.close()


def adding(name: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        session.execute(insert(Site).values(site=name))
        return name

    return work


def counting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Site)) or 0


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Site.site).order_by(Site.site)))


def test_a_bad_row_fails_alone(database: Database) -> None:
    with open_writer(database) as writer:
        futures = [writer.submit(adding(name)) for name in ("a", "b", "a", "c")]
        assert [futures[n].result(WAIT_SECONDS) for n in (0, 1, 3)] == ["a", "b", "c"]
        with pytest.raises(IntegrityError):
            futures[2].result(WAIT_SECONDS)
    assert stored(database) == ["a", "b", "c"]


def test_a_value_the_database_refuses_fails_alone(database: Database) -> None:
    def refused(session: Session) -> None:
        session.execute(text("SELECT CAST('x' AS integer) / 0")).all()
        raise NotFound("SQLite computes anything")

    with open_writer(database) as writer:
        bad = writer.submit(refused)
        good = writer.submit(adding("a"))
        with pytest.raises((DataError, NotFound)):
            bad.result(WAIT_SECONDS)
        assert good.result(WAIT_SECONDS) == "a"


def test_what_a_failed_job_wrote_before_is_undone(database: Database) -> None:
    def half(session: Session) -> None:
        adding("half")(session)
        raise NotFound("no such thing")

    with open_writer(database) as writer:
        with pytest.raises(NotFound):
            writer.submit(half).result(WAIT_SECONDS)
        writer.submit(adding("whole")).result(WAIT_SECONDS)
    assert stored(database) == ["whole"]


def test_a_mapped_row_that_is_refused_only_when_it_is_written_fails_its_own_job(
    database: Database,
) -> None:
    def mapped(name: str) -> Callable[[Session], None]:
        return lambda session: session.add(Site(site=name))

    with open_writer(database) as writer:
        futures = [writer.submit(mapped(name)) for name in ("a", "a", "b")]
        for good in (futures[0], futures[2]):
            good.result(WAIT_SECONDS)
        with pytest.raises(IntegrityError):
            futures[1].result(WAIT_SECONDS)
    assert stored(database) == ["a", "b"]


def test_a_result_is_on_disk_when_it_is_told(database: Database) -> None:
    seen: list[list[str]] = []
    with open_writer(database) as writer:
        future = writer.submit(adding("a"))
        future.add_done_callback(lambda _: seen.append(stored(database)))
        future.result(WAIT_SECONDS)
    assert seen == [["a"]]


def test_jobs_of_a_batch_see_the_jobs_before_them_in_order(database: Database) -> None:
    with open_writer(database) as writer:
        futures = []
        for number in range(20):
            writer.submit(adding(str(number)))
            futures.append(writer.submit(counting))
        assert [it.result(WAIT_SECONDS) for it in futures] == list(range(1, 21))


def test_a_batch_waits_for_more_and_an_urgent_job_does_not(database: Database) -> None:
    with open_writer(database, seconds=30.0) as writer:
        patient = writer.submit(adding("a"))
        time.sleep(0.3)
        assert not patient.done()
        started = time.monotonic()
        assert writer.submit_now(counting).result(WAIT_SECONDS) == 1
        assert patient.result(0) == "a"
        assert time.monotonic() - started < 5


def test_a_full_batch_is_written_at_once(database: Database) -> None:
    with open_writer(database, seconds=30.0, rows=3) as writer:
        futures = [writer.submit(adding(name)) for name in "abc"]
        assert [it.result(5) for it in futures] == ["a", "b", "c"]


def test_closing_writes_what_was_submitted(database: Database) -> None:
    with open_writer(database, seconds=30.0) as writer:
        futures = [writer.submit(adding(str(n))) for n in range(50)]
    assert all(it.done() for it in futures)
    assert len(stored(database)) == 50


def test_many_threads_may_submit(database: Database) -> None:
    with open_writer(database) as writer:

        def submit_some(name: str) -> None:
            for number in range(25):
                writer.submit(adding(f"{name}{number}"))

        threads = [threading.Thread(target=submit_some, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.submit_now(counting).result(WAIT_SECONDS) == 100


def test_a_job_whose_asker_left_is_done_and_costs_nobody(database: Database) -> None:
    with open_writer(database, seconds=0.5) as writer:
        left = writer.submit(adding("a"))
        assert left.cancel()
        assert writer.submit(adding("b")).result(WAIT_SECONDS) == "b"
        assert writer.failure is None
    assert stored(database) == ["a", "b"]


def test_a_bug_fails_the_writer_and_everybody_is_told(database: Database) -> None:
    def bug(_: Session) -> None:
        raise ZeroDivisionError

    with open_writer(database) as writer:
        first = writer.submit(adding("a"))
        broken = writer.submit(bug)
        for future in (first, broken):
            with pytest.raises(ZeroDivisionError):
                future.result(WAIT_SECONDS)
        with pytest.raises(ZeroDivisionError):
            writer.submit(adding("b")).result(WAIT_SECONDS)
        assert isinstance(writer.failure, ZeroDivisionError)
    assert stored(database) == []


def test_times_come_back_aware(database: Database) -> None:
    now = datetime.now(UTC)
    with open_writer(database) as writer:

        def work(session: Session) -> datetime | None:
            session.execute(insert(Site).values(site="a", canonical_distrusted_at=now))
            return session.scalar(select(Site.canonical_distrusted_at))

        assert writer.submit(work).result(WAIT_SECONDS) == now
