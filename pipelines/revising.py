"""Whether a page was rewritten, or only cleaned in another way than before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from db.raw_pages import RawPageRecord, read_raw_page
from pipelines.errors import PipelineError
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.rows import text_columns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.articles import StoredArticle
    from pipelines.sites.records import SiteProfile

Reclean: TypeAlias = Callable[[RawPageRecord], CleanArticle | Rejection]
"""Cleans an earlier raw page as today's are cleaned. Raises PipelineError only."""

RECLEANED_COLUMNS = ("title", "text", "content_hash", "cleaner_version", "profile_version")
REVISION_COLUMNS = (*RECLEANED_COLUMNS, "modified_at", "fetched_at", "raw_page_id")


def reclean_page(
    record: RawPageRecord, *, profile: SiteProfile | None = None
) -> CleanArticle | Rejection:
    """An earlier raw page through today's chain, in this process."""
    from pipelines.process import process  # noqa: PLC0415 - trafilatura takes long to import

    return process(fetched_again(record), profile=profile)


def fetched_again(
    record: RawPageRecord,
    *,
    link_title: str | None = None,
    link_published_at: datetime | None = None,
) -> FetchedPage:
    """A stored raw page as it was fetched, with what its feed said if that is known."""
    return FetchedPage(
        request_url=record.url,
        url=record.url,
        status=record.status,
        body=record.body,
        content_type=record.content_type,
        robots_tag=record.robots_tag,
        fetched_at=record.fetched_at,
        link_title=link_title,
        link_published_at=link_published_at,
    )


def earlier_text(
    session: Session, article: CleanArticle, found: StoredArticle, reclean: Reclean
) -> dict[str, object] | None:
    """The revision row that the stored text becomes. None: the page itself is the same.

    Made by the same cleaner and profile, the two texts are compared as they are; else the earlier
    raw page is cleaned as the new one was. Without it nobody can tell: no revision.
    """
    row = found.row
    earlier = {name: row[name] for name in REVISION_COLUMNS}
    earlier |= {"article_id": found.id, "number": row["revision"]}
    versions = (article.cleaner_version, article.profile_version)
    if (row["cleaner_version"], row["profile_version"]) == versions:
        return earlier
    if row["raw_page_id"] is None:
        return None
    try:
        recleaned = reclean(read_raw_page(session, int(row["raw_page_id"])))
    except PipelineError:
        return None
    if isinstance(recleaned, Rejection):
        return earlier
    if recleaned.content_hash == article.content_hash:
        return None
    columns = text_columns(recleaned) | {"title": recleaned.metadata.title}
    return earlier | {name: columns[name] for name in RECLEANED_COLUMNS}
