"""Turn fetched pages into clean articles. No network, no database.

>>> from pipelines import process_page
>>> process_page(b"", "https://paper.example/a").reason
<Reason.EMPTY: 'empty'>
"""

from typing import TYPE_CHECKING

from pipelines.errors import DecodeError, ExtractionError, InvariantError, PipelineError
from pipelines.records import (
    Block,
    BlockKind,
    CleanArticle,
    Cut,
    Evidence,
    ExtractedArticle,
    FetchedPage,
    Link,
    Metadata,
    Reason,
    Rejection,
    RightsSignals,
)

if TYPE_CHECKING:
    from pipelines.process import process_page

__all__ = [
    "Block",
    "BlockKind",
    "CleanArticle",
    "Cut",
    "DecodeError",
    "Evidence",
    "ExtractedArticle",
    "ExtractionError",
    "FetchedPage",
    "InvariantError",
    "Link",
    "Metadata",
    "PipelineError",
    "Reason",
    "Rejection",
    "RightsSignals",
    "process_page",
]


def __getattr__(name: str) -> object:
    """`process_page` when it is asked for: a crawl imports trafilatura in its workers only."""
    if name == "process_page":
        from pipelines.process import process_page  # noqa: PLC0415 - see above

        return process_page
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
