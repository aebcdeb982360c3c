"""`winnow run`: crawl what is due, again and again, one child process a source.

APScheduler says when to look; the sources' own rows say what is due. The main thread alone starts,
watches and ends children, so that nothing here needs a lock but the queue between the two.
"""

from __future__ import annotations

import logging
import queue
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from crawler.children import ChildEnd, ChildLimits, Children, crawl_command
from crawler.errors import SourceError
from crawler.schedule import next_source_run
from db.session import Database
from db.sources import active_sources, due_sources, last_run_of, source_by_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.config import Config

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2
"""How often children are looked at; a poll of one takes a microsecond."""
GOOD_EXITS = frozenset({0, 1})
"""Finished, and finished with some URLs failed: the source itself could be crawled."""
INTERRUPTED_EXIT = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of the sources of one `crawl --due` or `--all`."""

    exit_codes: Mapping[str, int]
    """Source key -> exit code of its child."""
    interrupted: bool

    @property
    def exit_code(self) -> int:
        """130 if interrupted, else the worst of the children's."""
        if self.interrupted:
            return INTERRUPTED_EXIT
        return max((_plain(code) for code in self.exit_codes.values()), default=0)


def run_schedule(config: Config, *, environ: Mapping[str, str]) -> None:
    """Crawl what is due until SIGTERM or SIGINT; ends within stop_seconds and a margin of 2 s.

    Args:
        config: The settings.
        environ: For the children: settings go to them as WINNOW_* variables.
    """
    children = _children(config, environ)
    due: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Database(config.db) as database, _stop_signals() as stop:
        ticker = BackgroundScheduler(timezone=UTC)
        ticker.add_job(
            _enqueue_due,
            "interval",
            args=(database, due),
            seconds=config.tick_seconds,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        ticker.start()
        try:
            _supervise(children, due=due, stop=stop, database=database)
        finally:
            ticker.shutdown(wait=False)
            _stop_all(children, database)


def crawl_sources(config: Config, keys: Sequence[str], *, environ: Mapping[str, str]) -> Finished:
    """Crawl these sources once, a child process each, and wait for them."""
    children = _children(config, environ)
    exit_codes: dict[str, int] = {}
    with Database(config.db) as database, _stop_signals() as stop:
        for key in keys:
            children.add(key)
        while not children.idle and not stop.is_set():
            exit_codes |= _step(children, database)
            stop.wait(POLL_SECONDS)
        exit_codes |= _stop_all(children, database)
        return Finished(exit_codes=exit_codes, interrupted=stop.is_set())


def due_keys(database: Database, *, now: datetime) -> list[str]:
    """The sources to crawl now, the longest overdue first."""
    with database.read() as session:
        return [source.key for source in due_sources(session, now=now)]


def active_keys(database: Database) -> list[str]:
    """Every source that is not paused.

    Raises:
        SourceError: There is none.
    """
    with database.read() as session:
        keys = [source.key for source in active_sources(session)]
    if not keys:
        raise SourceError("no source to crawl: add one with `winnow sources add URL`")
    return keys


def _children(config: Config, environ: Mapping[str, str]) -> Children:
    limits = ChildLimits(
        max_children=config.max_children,
        source_limit_seconds=config.source_limit_seconds,
        stop_seconds=config.stop_seconds,
    )
    return Children(
        command=crawl_command(config.log_level),
        environ=environ,
        limits=limits,
        clock=time.monotonic,
    )


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, while this lasts."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _enqueue_due(database: Database, due: queue.SimpleQueue[str]) -> None:
    """In APScheduler's thread. A database that is away for a while is asked again next time."""
    try:
        keys = due_keys(database, now=datetime.now(UTC))
    except DBAPIError as error:
        logger.warning("cannot ask for due sources now: %s", error.orig)
        return
    for key in keys:
        due.put(key)


def _supervise(
    children: Children,
    *,
    due: queue.SimpleQueue[str],
    stop: threading.Event,
    database: Database,
) -> None:
    logger.info("scheduler started")
    while not stop.is_set():
        while not due.empty():
            children.add(due.get_nowait())
        _step(children, database)
        stop.wait(POLL_SECONDS)
    logger.info("scheduler stops; %d crawls are told to stop", len(children.running))


def _step(children: Children, database: Database) -> dict[str, int]:
    """Start what waits, stop what runs too long, note what ended: key -> exit code."""
    for child in children.start_waiting():
        logger.info("crawl started: %s (process %d)", child.key, child.process.pid)
    children.enforce_limits()
    ended = children.reap()
    for end in ended:
        _note_end(end, database)
    return {end.key: end.exit_code for end in ended}


def _stop_all(children: Children, database: Database) -> dict[str, int]:
    exit_codes: dict[str, int] = {}
    children.stop()
    while not children.idle:
        exit_codes |= _step(children, database)
        time.sleep(POLL_SECONDS)
    return exit_codes


def _note_end(end: ChildEnd, database: Database) -> None:
    try:
        counts = _schedule_next(end, database, now=datetime.now(UTC))
    except DBAPIError as error:  # the source stays due: the next look finds it again
        logger.warning("cannot note the end of %s now: %s", end.key, error.orig)
        counts = {}
    logger.info(
        "crawl ended: %s, exit code %d after %.1f s%s: %s",
        end.key,
        _plain(end.exit_code),
        end.seconds,
        " (at its limit of time)" if end.overran else "",
        ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing fetched",
    )


def _schedule_next(end: ChildEnd, database: Database, *, now: datetime) -> dict[str, int]:
    """Make sure the source is due later, also when its crawl died before it could say so.

    Returns the counts of its run. A crawl that was interrupted stays due: it has more to do.
    """
    with database.write() as session:
        source = source_by_key(session, end.key)
        if source is None:  # removed while it was crawled
            return {}
        if source.next_due_at <= now and (end.overran or not _was_interrupted(end)):
            failed = end.exit_code not in GOOD_EXITS
            source.failures = source.failures + 1 if failed else 0
            source.next_due_at = next_source_run(
                now=now, every_seconds=source.every_seconds, failures=source.failures
            )
        run = last_run_of(session, source.id)
        return dict(run.counts) if run is not None else {}


def _was_interrupted(end: ChildEnd) -> bool:
    return end.exit_code in {INTERRUPTED_EXIT, -signal.SIGTERM}


def _plain(exit_code: int) -> int:
    """As a shell shows it: 128 and the signal's number for a killed process."""
    return exit_code if exit_code >= 0 else 128 - exit_code
