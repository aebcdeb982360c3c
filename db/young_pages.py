"""Pages of young articles, which are fetched again because articles change after publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from db.chunks import chunks
from db.models import Article, Page, PageState
from db.outcomes import FAILED, KEPT
from db.runs import add_run_pages, unknow_run_pages

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

MAX_YOUNG = 20_000
"""Newest of one source that are looked through; the largest wires publish 2,000 a day."""
_LOOKED_AT_AGAIN = KEPT | FAILED
"""Outcomes after which an article may change: what is gone or refused stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungPage:
    """The page that a young article's text came from."""

    id: int
    url: str
    published_at: datetime
    """Of the article; when it was first fetched where that was earlier."""
    tried_at: datetime
    """When the page was last fetched, or tried."""


def young_pages(session: Session, source_id: int, *, since: datetime) -> list[YoungPage]:
    """Pages of a source's articles not published before `since`, newest first; none that waits."""
    query = (
        select(Page.id, Page.url, Page.tried_at, Article.sort_at, Article.first_fetched_at)
        .join(Page, Page.id == Article.page_id)
        .where(
            Article.source_id == source_id,
            Article.sort_at >= since,
            Article.first_fetched_at >= since,
            Page.source_id == source_id,
            Page.state == PageState.DONE,
            Page.outcome.in_(_LOOKED_AT_AGAIN),
        )
        .order_by(Article.sort_at.desc(), Article.id.desc())
        .limit(MAX_YOUNG)
    )
    return [
        YoungPage(
            id=row.id,
            url=row.url,
            published_at=min(row.sort_at, row.first_fetched_at),
            tried_at=row.tried_at or row.first_fetched_at,
        )
        for row in session.execute(query)
    ]


def ask_again(session: Session, run_id: int, page_ids: Collection[int], *, now: datetime) -> None:
    """Put ended pages into a run's scope, due now; a killed run leaves them due for the next."""
    ids = list(page_ids)
    for chunk in chunks(ids):
        session.execute(
            update(Page)
            .where(Page.id.in_(chunk), Page.state == PageState.DONE)
            .values(state=PageState.DUE, due_at=now, attempts=0)
        )
        unknow_run_pages(session, run_id, chunk)
        add_run_pages(session, run_id, chunk)
