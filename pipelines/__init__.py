"""Turn fetched pages into clean articles. No network, no database.

>>> from pipelines import process_page
>>> process_page(b"", "https://paper.example/a").reason
<Reason.EMPTY: 'empty'>
"""

from pipelines.errors import DecodeError, ExtractionError, InvariantError, PipelineError
from pipelines.process import process_page
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
