"""How a run begins: contact, source, lock, row, and what dead runs left."""

from __future__ import annotations

import itertools
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from crawler.addresses import is_loopback_host
from crawler.context import RunContext
from crawler.errors import ConfigError, SourceError
from crawler.new_pages import new_page
from crawler.politeness import HostBook
from crawler.sources import find_source
from db import pages, plans, runs
from db.liveness import run_lock
from db.sources import seeds_of
from db.writer import BatchLimits, Writer
from pipelines.errors import PipelineError
from pipelines.profile_book import ProfileBook
from pipelines.records import Link
from pipelines.workers import PoolClosed, WorkerLimits, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy.orm import Session

    from crawler.config import Config
    from crawler.plan import CrawlPlan
    from db.models import Seed, Source
    from db.runs import RunRef
    from db.session import Database


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The source of a run, and where it starts."""

    source: Source
    seeds: tuple[Seed, ...]


def refuse_without_contact(config: Config, urls: tuple[str, ...]) -> None:
    """Other people's hosts are not fetched from anonymously.

    Raises:
        ConfigError: A URL is not of this machine, and no contact is set.
    """
    if config.contact is not None:
        return
    for url in urls:
        host = urlsplit(url).hostname or ""
        if not is_loopback_host(host):
            raise ConfigError(
                f"no contact given, and {host} is somebody's server: say who crawls with "
                "--contact MAIL-OR-URL, or set `contact` in winnow.toml"
            )


def find_followed(database: Database, plan: CrawlPlan) -> Followed | None:
    """The source that a plan names, with its seeds; None for a list.

    Raises:
        SourceError: There is no such source, or it is paused.
    """
    if plan.source_key is None:
        return None
    with database.read() as session:
        source = find_source(session, plan.source_key)
        if source.paused_at is not None:
            raise SourceError(
                f"source {source.key!r} is paused; `winnow sources resume {source.key}`"
            )
        return Followed(source=source, seeds=tuple(seeds_of(session, source.id)))


@contextmanager
def begun(
    config: Config, plan: CrawlPlan, database: Database, followed: Followed | None = None
) -> Iterator[RunContext]:
    """A run with its lock, row, writer and workers; all of them gone at the end."""
    with ExitStack() as stack:
        lock_key = runs.new_lock_key()
        lock = run_lock(database, lock_key)
        lock.hold()
        stack.callback(lock.release)
        writer = Writer(database, _batch_limits(config), expected=(PipelineError, PoolClosed))
        writer.on_reconnect = lock.hold
        stack.callback(writer.close, patience_seconds=config.stop_seconds)
        run = _write_run(writer, plan, lock_key, followed)
        workers = WorkerPool(replace(worker_limits(config), with_links=plan.follow))
        stack.callback(workers.close)
        yield RunContext(
            config=config,
            plan=plan,
            database=database,
            writer=writer,
            run=run,
            hosts=HostBook(writer, run.id, delay_seconds=_delay_seconds(config, followed)),
            workers=workers,
            profiles=ProfileBook(database),
        )


def begin(context: RunContext) -> None:
    """Take over what dead runs left, and put the listed URLs into the run's scope."""
    plan, run, now = context.plan, context.run, context.started_at
    listed = {row.fetch_hash: row for row in (new_page(Link(url=url)) for url in plan.urls)}
    refetch = pages.Refetch(tried_before=context.stale_before())

    def work(session: Session) -> int:
        dead = runs.dead_runs(context.database, session, own_run_id=run.id)
        runs.take_over(session, dead, now=now)
        known = plans.known_hashes(session, listed.keys(), tried_before=refetch.tried_before)
        rows = within_budget(listed, known, max_pages=plan.max_pages)
        pages.ask_for(session, run.id, rows, refetch=refetch, now=now)
        if plan.follow:
            pages.ask_for_followed(session, run.id)
        return pages.count_scope(session, run.id)

    context.asked = context.writer.submit_now(work).result()


def within_budget(
    listed: Mapping[bytes, T], known: Collection[bytes], *, max_pages: int | None
) -> list[T]:
    """The listed things of a run: all that are known, and of the others the first so many.

    The next run of the same list goes on behind them.
    """
    new = itertools.islice((key for key in listed if key not in known), max_pages)
    wanted = {*known, *new}
    return [thing for key, thing in listed.items() if key in wanted]


def _write_run(writer: Writer, plan: CrawlPlan, lock_key: str, followed: Followed | None) -> RunRef:
    return writer.submit_now(
        lambda session: runs.begin_run(
            session,
            lock_key=lock_key,
            command=plan.command,
            source_id=followed.source.id if followed else None,
            now=datetime.now(UTC),
        )
    ).result()


def _batch_limits(config: Config) -> BatchLimits:
    return BatchLimits(
        rows=config.batch_rows,
        seconds=config.batch_seconds,
        patience_seconds=config.database_patience_seconds,
    )


def worker_limits(config: Config) -> WorkerLimits:
    """What the settings allow the worker processes."""
    return WorkerLimits(
        workers=config.workers or os.cpu_count() or 1,
        timeout_seconds=config.worker_timeout_seconds,
        memory_mib=config.worker_memory_mib,
        tdm_policy="keep" if config.tdm_policy == "keep" else "metadata",
    )


def _delay_seconds(config: Config, followed: Followed | None) -> float:
    if followed is None or followed.source.delay_seconds is None:
        return config.delay_seconds
    return followed.source.delay_seconds
