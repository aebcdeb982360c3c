"""What a crawl would do, asked without writing: for `winnow crawl --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db.chunks import chunks
from db.models import Page, PageState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


def known_hashes(
    session: Session, fetch_hashes: Collection[bytes], *, tried_before: datetime | None
) -> set[bytes]:
    """Those of these URLs that have a final outcome and would not be fetched again.

    Args:
        session: A session for reading.
        fetch_hashes: The URLs.
        tried_before: What was last tried then or before is fetched again. None: never for its age.
    """
    known: set[bytes] = set()
    hashes = list(fetch_hashes)
    for chunk in chunks(hashes):
        query = select(Page.fetch_hash).where(
            Page.fetch_hash.in_(chunk),
            Page.state == PageState.DONE,
            Page.tried_at.is_not(None),
        )
        if tried_before is not None:
            query = query.where(Page.tried_at > tried_before)
        known |= set(session.scalars(query))
    return known


def waiting_urls(session: Session, source_id: int, *, limit: int) -> list[str]:
    """The pages of a source that its next run goes on with, in the order it takes them."""
    query = (
        select(Page.url)
        .where(Page.source_id == source_id, Page.state != PageState.DONE)
        .order_by(Page.link_published_at.desc().nulls_last(), Page.id)
        .limit(limit)
    )
    return list(session.scalars(query))
