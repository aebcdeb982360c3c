"""One fetched page on its way into the database, and what storing it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from db.raw_pages import NewRawPage
from pipelines.urls import host_of, site_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.articles import PageToStore
    from pipelines.records import FetchedPage
    from pipelines.revising import Reclean


class RawPageKeeper(Protocol):
    """Where raw pages go."""

    def put(self, session: Session, page: NewRawPage) -> int | None:
        """The raw page's id; None: it was not kept."""


class NoRawPages:
    """Keeps none: of articles that come without their pages."""

    def put(self, session: Session, page: NewRawPage) -> int | None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTools:
    """What storing needs besides the session; one for as long as the writer lives."""

    raw_pages: RawPageKeeper
    reclean: Reclean


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """One fetched page, with the row of its URL."""

    session: Session
    """Inside the savepoint that the caller opened."""
    page: PageToStore
    fetched: FetchedPage
    tools: StoreTools

    @property
    def site(self) -> str:
        """That answered."""
        return site_of(self.fetched.url)

    def keep_raw_page(self) -> int | None:
        """The id of the raw page; None: none is kept."""
        fetched = self.fetched
        raw_page = NewRawPage(
            page_id=self.page.id,
            host=host_of(fetched.url),
            url=fetched.url,
            status=fetched.status,
            content_type=fetched.content_type,
            robots_tag=fetched.robots_tag,
            fetched_at=fetched.fetched_at,
            body=fetched.body,
        )
        return self.tools.raw_pages.put(self.session, raw_page)
