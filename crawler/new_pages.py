"""Links as rows for the frontier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.pages import NewPage
from pipelines.urls import fetch_key, host_of, key_hash, site_of

if TYPE_CHECKING:
    from pipelines.records import Link

MAX_TITLE_CHARACTERS = 1_000


def new_page(
    link: Link, *, source_id: int | None = None, found_on_id: int | None = None, depth: int = 0
) -> NewPage:
    """The frontier's row for a link.

    Raises:
        ValueError: The link is not an absolute http or https URL.
    """
    return NewPage(
        fetch_hash=key_hash(fetch_key(link.url)),
        url=link.url,
        host=host_of(link.url),
        site=site_of(link.url),
        source_id=source_id,
        found_on_id=found_on_id,
        depth=depth,
        link_title=link.title[:MAX_TITLE_CHARACTERS] if link.title else None,
        link_published_at=link.published_at,
    )
