"""What a person asks about the crawling: how things stand, the runs, how each URL of one ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from db.errors import NotFound
from db.models import Article, Fetch, Host, Page, PageState, RawPage, Revision, Run, RunPage, Source
from db.outcomes import FAILED, Outcome, OutcomeClass, outcome_class
from db.runs import count_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from db.models import RunState
    from db.session import Database

    _Countable = InstrumentedAttribute[int] | InstrumentedAttribute[datetime | None]
    _Groupable = InstrumentedAttribute[PageState] | InstrumentedAttribute[Outcome | None]

LAST_RUNS = 5
MAX_WAITING_HOSTS = 100
BATCH_PAGES = 1_000


class Standing(StrEnum):
    """How a URL asked for in a run stands for that run."""

    ENDED = "ended"
    """This run fetched it."""
    KNOWN = "known"
    """It had a final outcome already, or another run gave it one."""
    PENDING = "pending"
    """It waits: not tried yet, or to be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingHost:
    """A host that is left alone for now."""

    host: str
    until: datetime
    failures: int
    """Failed fetches in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One crawl run."""

    id: int
    command: str
    source: str | None
    """The source's key. None: it crawled a list, or the source was removed."""
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    finish_reason: str | None
    exit_code: int | None
    counts: dict[str, int]
    """Outcome -> URLs, with `known` and `pending`; of a running one, so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the database stands."""

    articles: int
    revisions: int
    """Earlier texts of articles."""
    raw_pages: int
    sources: int
    paused_sources: int
    pages_by_state: dict[str, int]
    pages_by_outcome: dict[str, int]
    """Of the pages tried at least once, by their last outcome."""
    next_due_at: datetime | None
    """When the next page is due. None: none is."""
    waiting_hosts: tuple[WaitingHost, ...]
    """The longest wait first, at most MAX_WAITING_HOSTS."""
    last_runs: tuple[RunRecord, ...]
    """The latest first, at most LAST_RUNS."""
    newest_article_at: datetime | None
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One URL asked for in a run, and how it ended there."""

    url: str
    standing: Standing
    outcome: Outcome | None
    """None: never tried."""
    outcome_class: OutcomeClass | None
    detail: str | None
    status: int | None
    """HTTP status of the last answer."""
    attempts: int
    """In this run."""
    ended_at: datetime | None
    """Of the last attempt in this run."""
    due_at: datetime | None
    """When pending: not before this. None: in flight, or not pending."""
    article_id: int | None


def read_status(database: Database, session: Session, *, now: datetime) -> Status:
    """How the database stands at this moment."""
    return Status(
        articles=_count(session, Article.id),
        revisions=_count(session, Revision.id),
        raw_pages=_count(session, RawPage.id),
        sources=_count(session, Source.id),
        paused_sources=_count(session, Source.paused_at),
        pages_by_state={str(state): 0 for state in PageState} | _counts_by(session, Page.state),
        pages_by_outcome=_counts_by(session, Page.outcome),
        next_due_at=session.scalar(
            select(func.min(Page.due_at)).where(Page.state == PageState.DUE)
        ),
        waiting_hosts=_waiting_hosts(session, now),
        last_runs=tuple(list_runs(session, limit=LAST_RUNS)),
        newest_article_at=session.scalar(select(func.max(Article.sort_at))),
        size_bytes=_size_bytes(database, session),
    )


def list_runs(session: Session, *, limit: int = 50) -> list[RunRecord]:
    """The latest runs, latest first."""
    rows = session.execute(_RUNS.order_by(Run.id.desc()).limit(limit))
    return [_run_record(session, run, key) for run, key in rows]


def get_run(session: Session, run_id: int) -> RunRecord:
    """One run.

    Raises:
        NotFound: No such run.
    """
    row = session.execute(_RUNS.where(Run.id == run_id)).one_or_none()
    if row is None:
        latest = session.scalar(select(func.max(Run.id)))
        hint = "there was none yet" if latest is None else f"the latest is {latest}"
        raise NotFound(f"no run {run_id}: {hint}")
    return _run_record(session, row[0], row[1])


def iter_report(session: Session, run_id: int) -> Iterator[ReportLine]:
    """Every URL asked for in a run, in the order in which Winnow came to know them.

    Raises:
        NotFound: No such run.
    """
    get_run(session, run_id)
    page_ids = iter(
        session.scalars(
            select(RunPage.page_id).where(RunPage.run_id == run_id).order_by(RunPage.page_id)
        ).all()
    )
    while batch := list(islice(page_ids, BATCH_PAGES)):
        fetches = _last_fetches(session, run_id, batch)
        rows = session.execute(
            select(Page, RunPage.known)
            .join(RunPage, RunPage.page_id == Page.id)
            .where(RunPage.run_id == run_id, Page.id.in_(batch))
            .order_by(Page.id)
        )
        for page, known in rows:
            yield _report_line(page, None if known else fetches.get(page.id), is_known=known)
        session.expunge_all()


_RUNS = select(Run, Source.key).outerjoin(Source, Source.id == Run.source_id)


def _run_record(session: Session, run: Run, source_key: str | None) -> RunRecord:
    return RunRecord(
        id=run.id,
        command=run.command,
        source=source_key,
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        finish_reason=run.finish_reason,
        exit_code=run.exit_code,
        counts=dict(run.counts if run.ended_at else count_outcomes(session, run.id)),
    )


def _last_fetches(session: Session, run_id: int, page_ids: Sequence[int]) -> dict[int, Fetch]:
    fetches = session.scalars(
        select(Fetch)
        .where(Fetch.run_id == run_id, Fetch.page_id.in_(page_ids))
        .order_by(Fetch.page_id, Fetch.attempt)
    )
    return {fetch.page_id: fetch for fetch in fetches}


def _report_line(page: Page, fetch: Fetch | None, *, is_known: bool) -> ReportLine:
    standing = _standing(page, fetch, is_known=is_known)
    last: Fetch | Page = fetch or page
    return ReportLine(
        url=page.url,
        standing=standing,
        outcome=last.outcome,
        outcome_class=None if last.outcome is None else outcome_class(last.outcome),
        detail=last.detail,
        status=last.status,
        attempts=0 if fetch is None else fetch.attempt,
        ended_at=None if fetch is None else fetch.ended_at,
        due_at=page.due_at if standing is Standing.PENDING else None,
        article_id=page.article_id,
    )


def _standing(page: Page, fetch: Fetch | None, *, is_known: bool) -> Standing:
    """A failed attempt is followed by another one for as long as the page is not done."""
    if is_known:
        return Standing.KNOWN
    if fetch is not None and (page.state is PageState.DONE or fetch.outcome not in FAILED):
        return Standing.ENDED
    return Standing.KNOWN if page.state is PageState.DONE else Standing.PENDING


def _count(session: Session, column: _Countable) -> int:
    return session.scalar(select(func.count(column))) or 0


def _counts_by(session: Session, column: _Groupable) -> dict[str, int]:
    """Most first."""
    rows = session.execute(select(column, func.count()).group_by(column))
    counts = {str(value): int(count) for value, count in rows if value is not None}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _waiting_hosts(session: Session, now: datetime) -> tuple[WaitingHost, ...]:
    rows = session.execute(
        select(Host.host, Host.not_before, Host.failures)
        .where(Host.not_before > now)
        .order_by(Host.not_before.desc(), Host.host)
        .limit(MAX_WAITING_HOSTS)
    )
    return tuple(
        WaitingHost(host=host, until=until, failures=failures)
        for host, until, failures in rows
        if until is not None
    )


def _size_bytes(database: Database, session: Session) -> int:
    """Of the database on disk, its write-ahead log included on SQLite."""
    if not database.is_sqlite:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    if database.path is None:
        return 0
    files = (database.path, database.path.with_name(database.path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
