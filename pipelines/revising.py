"""Whether a page was rewritten, or only cleaned in another way than before."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from db.raw_pages import RawPageRecord, read_raw_page
from pipelines.counters import without_counters
from pipelines.errors import PipelineError
from pipelines.fingerprint import content_hash
from pipelines.letters import text_key
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


class Change(StrEnum):
    """What a page says otherwise than before, if it is worth a revision."""

    TEXT = "text"
    HEADLINE = "headline"
    """The headline alone."""


class Text(Protocol):
    """A text, stored or just cleaned."""

    @property
    def text(self) -> str:
        """One block a line."""

    @property
    def content_hash(self) -> bytes:
        """Equal for texts that differ in spacing, case and punctuation only."""


def change_since(found: StoredArticle, article: CleanArticle) -> Change | None:
    """What the page says otherwise than the stored article. None: nothing that anybody reads."""
    return _change(found, found.title, article)


def is_another_text(before: Text, after: Text) -> bool:
    """Whether more differs than spacing, case, punctuation and what a page counts or dates."""
    if before.content_hash == after.content_hash:
        return False
    known, now = without_counters(before.text), without_counters(after.text)
    return content_hash(known) != content_hash(now)


def earlier_version(
    session: Session, article: CleanArticle, found: StoredArticle, reclean: Reclean
) -> dict[str, object] | None:
    """The revision row that the stored version becomes. None: the page itself is the same.

    Made by the same cleaner and profile, the two are compared as they are; else the earlier raw
    page is cleaned as the new one was. Without it nobody can tell: no revision.
    """
    row = found.row
    earlier = {name: row[name] for name in REVISION_COLUMNS}
    earlier |= {"article_id": found.id, "number": row["revision"]}
    if found.is_cleaned_as(article.cleaner_version, article.profile_version):
        return earlier
    if row["raw_page_id"] is None:
        return None
    try:
        recleaned = reclean(read_raw_page(session, int(row["raw_page_id"])))
    except PipelineError:
        return None
    if isinstance(recleaned, Rejection):
        return earlier
    if _change(recleaned, recleaned.metadata.title, article) is None:
        return None
    columns = text_columns(recleaned) | {"title": recleaned.metadata.title}
    return earlier | {name: columns[name] for name in RECLEANED_COLUMNS}


def _change(before: Text, title: str | None, after: CleanArticle) -> Change | None:
    if is_another_text(before, after):
        return Change.TEXT
    return Change.HEADLINE if _is_another_headline(title, after.metadata.title) else None


def _is_another_headline(before: str | None, after: str | None) -> bool:
    """A headline that a page did not say, or says no more, was not rewritten."""
    return bool(before and after) and text_key(before or "") != text_key(after or "")
