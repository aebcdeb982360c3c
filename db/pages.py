"""The frontier: every URL accepted is one row, in the scope of the runs that ask for it.

A page is `due` (waiting for its time), `in_flight` (drawn by a run) or `done` (ended). The state
changes in the transaction that stores what was fetched, so a killed run loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from db.chunks import ROWS_A_STATEMENT, chunks
from db.models import Article, Host, Page, PageState, RunPage
from db.runs import add_run_pages, unknow_run_pages
from db.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A URL for the frontier."""

    fetch_hash: bytes
    url: str
    host: str
    site: str
    source_id: int | None = None
    found_on_id: int | None = None
    depth: int = 0
    link_title: str | None = None
    link_published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refetch:
    """When a URL that has a final outcome is fetched once more."""

    tried_before: datetime | None = None
    """If its last attempt is older than this. None: never for its age."""
    modified: dict[bytes, datetime] | None = None
    """fetch_hash -> when its source says it changed: if later than the last attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A page that this run fetches now."""

    id: int
    url: str
    host: str
    source_id: int | None
    depth: int
    attempt: int
    """Attempts before this one in all runs since it became due, plus one."""
    link_title: str | None
    link_published_at: datetime | None
    etag: str | None
    last_modified: str | None
    article_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """The page that a stored article's text came from."""

    fetch_hash: bytes
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueHost:
    """A host with pages of a run that wait."""

    host: str
    due_at: datetime
    """When its first page may be fetched, the host's own back-off included."""


def ask_for(
    session: Session, run_id: int, pages: Sequence[NewPage], *, refetch: Refetch, now: datetime
) -> int:
    """Put URLs into the frontier and into a run's scope; returns how many are known already.

    Known is a URL that has a final outcome which `refetch` leaves alone.
    """
    known = 0
    distinct = {page.fetch_hash: page for page in pages}
    for chunk in chunks(list(distinct.values())):
        insert_pages(session, chunk, now)
        known += _join_run(session, run_id, chunk, refetch, now)
    return known


def ask_for_waiting(session: Session, run_id: int, *, source_id: int, limit: int) -> int:
    """Put a source's waiting pages into a run's scope, newest links first; returns how many."""
    ids = session.scalars(
        select(Page.id)
        .where(Page.source_id == source_id, Page.state != PageState.DONE)
        .order_by(Page.link_published_at.desc().nulls_last(), Page.id)
        .limit(limit)
    ).all()
    add_run_pages(session, run_id, ids)
    return len(ids)


def ask_for_followed(session: Session, run_id: int) -> None:
    """Put waiting pages that were found on pages of this run's scope into it, at any depth."""
    while True:
        parents = select(RunPage.page_id).where(RunPage.run_id == run_id)
        ids = session.scalars(
            select(Page.id)
            .where(
                Page.found_on_id.in_(parents),
                Page.state != PageState.DONE,
                Page.id.not_in(parents),
            )
            .limit(ROWS_A_STATEMENT)
        ).all()
        if not ids:
            return
        add_run_pages(session, run_id, ids)


def due_hosts(session: Session, run_id: int) -> list[DueHost]:
    """Hosts with pages of this run that are due, now or later; earliest first."""
    rows = session.execute(
        select(Page.host, func.min(Page.due_at), Host.not_before)
        .join(RunPage, RunPage.page_id == Page.id)
        .join(Host, Host.host == Page.host, isouter=True)
        .where(RunPage.run_id == run_id, Page.state == PageState.DUE)
        .group_by(Page.host, Host.not_before)
    )
    hosts = [
        DueHost(host=host, due_at=max(due_at, not_before or due_at))
        for host, due_at, not_before in rows
        if due_at is not None
    ]
    return sorted(hosts, key=lambda each: (each.due_at, each.host))


def addresses_of(session: Session, url_keys: Collection[bytes]) -> dict[bytes, ArticlePage]:
    """For each url_key of a stored article, the page its text came from."""
    found: dict[bytes, ArticlePage] = {}
    for chunk in chunks(list(url_keys)):
        rows = session.execute(
            select(Article.url_key, Page.fetch_hash, Page.url)
            .join(Page, Page.id == Article.page_id)
            .where(Article.url_key.in_(chunk))
        )
        found |= {key: ArticlePage(fetch_hash=fetched, url=url) for key, fetched, url in rows}
    return found


def count_scope(session: Session, run_id: int) -> int:
    """How many pages a run was asked for, without those known already."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RunPage)
            .where(RunPage.run_id == run_id, RunPage.known.is_(False))
        )
        or 0
    )


def count_waiting(session: Session, run_id: int) -> int:
    """How many pages of a run's scope have not ended."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Page)
            .join(RunPage, RunPage.page_id == Page.id)
            .where(RunPage.run_id == run_id, Page.state != PageState.DONE)
        )
        or 0
    )


def count_elsewhere(session: Session, run_id: int) -> int:
    """How many pages of this run's scope another run has in flight."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Page)
            .join(RunPage, RunPage.page_id == Page.id)
            .where(
                RunPage.run_id == run_id,
                Page.state == PageState.IN_FLIGHT,
                Page.run_id != run_id,
            )
        )
        or 0
    )


def draw(session: Session, run_id: int, *, host: str, limit: int, now: datetime) -> list[DrawnPage]:
    """Take due pages of one host in flight. The caller holds the host's lease."""
    rows = session.execute(
        select(Page)
        .join(RunPage, RunPage.page_id == Page.id)
        .where(
            RunPage.run_id == run_id,
            Page.host == host,
            Page.state == PageState.DUE,
            Page.due_at <= now,
        )
        .order_by(Page.due_at, Page.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Page)
    ).scalars()
    drawn = [drawn_page(page) for page in rows]
    _take_in_flight(session, run_id, [page.id for page in drawn])
    session.expunge_all()
    return drawn


def insert_pages(session: Session, pages: Iterable[NewPage], now: datetime) -> None:
    """Make a row, due now, of each URL that has none."""
    insert_new(
        session,
        Page,
        [
            {
                "fetch_hash": page.fetch_hash,
                "url": page.url,
                "host": page.host,
                "site": page.site,
                "source_id": page.source_id,
                "found_on_id": page.found_on_id,
                "depth": page.depth,
                "link_title": page.link_title,
                "link_published_at": page.link_published_at,
                "state": PageState.DUE,
                "due_at": now,
                "attempts": 0,
                "discovered_at": now,
            }
            for page in pages
        ],
    )


def _join_run(
    session: Session, run_id: int, pages: Sequence[NewPage], refetch: Refetch, now: datetime
) -> int:
    rows = session.execute(
        select(Page.id, Page.fetch_hash, Page.state, Page.tried_at).where(
            Page.fetch_hash.in_([page.fetch_hash for page in pages])
        )
    ).all()
    ended = [row for row in rows if row.state == PageState.DONE]
    again = {row.id for row in ended if _is_stale(row.fetch_hash, row.tried_at, refetch)}
    if again:
        session.execute(
            update(Page)
            .where(Page.id.in_(again), Page.state == PageState.DONE)
            .values(state=PageState.DUE, due_at=now, attempts=0)
        )
        unknow_run_pages(session, run_id, again)
    known = {row.id for row in ended} - again
    add_run_pages(session, run_id, [row.id for row in rows], known=known)
    return len(known)


def _is_stale(fetch_hash: bytes, tried_at: datetime | None, refetch: Refetch) -> bool:
    if tried_at is None:
        return True
    if refetch.tried_before is not None and tried_at <= refetch.tried_before:
        return True
    modified_at = (refetch.modified or {}).get(fetch_hash)
    return modified_at is not None and modified_at > tried_at


def _take_in_flight(session: Session, run_id: int, page_ids: Collection[int]) -> None:
    if page_ids:
        session.execute(
            update(Page)
            .where(Page.id.in_(page_ids), Page.state == PageState.DUE)
            .values(state=PageState.IN_FLIGHT, due_at=None, run_id=run_id)
        )


def drawn_page(page: Page) -> DrawnPage:
    """The record of a row that a run took."""
    return DrawnPage(
        id=page.id,
        url=page.url,
        host=page.host,
        source_id=page.source_id,
        depth=page.depth,
        attempt=page.attempts + 1,
        link_title=page.link_title,
        link_published_at=page.link_published_at,
        etag=page.etag,
        last_modified=page.last_modified,
        article_id=page.article_id,
    )
