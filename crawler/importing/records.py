"""What an archive holds, once read: pages, or what is wrong with a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Protocol

    from db.outcomes import Outcome
    from pipelines.records import CleanArticle, FetchedPage, Rejection

    class Archived(Protocol):
        """A file or folder that can be imported."""

        path: Path

        @property
        def share_read(self) -> float:
            """How much of it was read, from 0 to 1."""

        def __iter__(self) -> Iterator[ArchivedPage | BrokenRecord]:
            """Its pages in their order; each iteration begins at the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """One page as its server answered when the archive was made."""

    url: str
    """Absolute, http or https."""
    fetched_at: datetime
    """Aware, UTC: when the server answered."""
    status: int | None = None
    """HTTP status. None: unknown."""
    fetched: FetchedPage | None = None
    """What the pipeline is to read. None: the outcome is known without."""
    result: CleanArticle | Rejection | None = None
    """What reading gave long ago: an exported article. None: the pipeline will tell."""
    outcome: Outcome | None = None
    """None: the pipeline or the store will tell."""
    detail: str | None = None

    @property
    def size_bytes(self) -> int:
        """About what it takes while it waits."""
        text = len(getattr(self.result, "text", ""))
        return text + (len(self.fetched.body) if self.fetched else 0)

    def without_page(self, outcome: Outcome, detail: str) -> ArchivedPage:
        """The same, with nothing to read and this end."""
        return replace(self, fetched=None, result=None, outcome=outcome, detail=detail[:500])


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRecord:
    """A record that cannot be used at all: no address, no time, or cut in the middle."""

    place: str
    """Where it stands: `pages.warc.gz, byte 4711` or `articles.jsonl, line 3`."""
    reason: str
    """A sentence for a person."""
