"""Kinds of files that an export can be, as names of files and users say them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from db.errors import QueryRefused
from db.export import chosen_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ExportFormat(StrEnum):
    """Kinds of files."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"
    PLAIN_WARC = "plain-warc"
    ATOM = "atom"
    JSON_FEED = "json-feed"
    MARKDOWN = "markdown"


ENDINGS = {
    ".jsonl": ExportFormat.JSONL,
    ".csv": ExportFormat.CSV,
    ".parquet": ExportFormat.PARQUET,
    ".warc.gz": ExportFormat.WARC,
    ".warc": ExportFormat.PLAIN_WARC,
    ".atom": ExportFormat.ATOM,
    "feed.json": ExportFormat.JSON_FEED,
}
"""The end of a file's name says which; a folder is Markdown."""
TABLES = frozenset({ExportFormat.JSONL, ExportFormat.CSV, ExportFormat.PARQUET})
"""Those that have columns."""
OF_PAGES = frozenset({ExportFormat.WARC, ExportFormat.PLAIN_WARC})
FEEDS = frozenset({ExportFormat.ATOM, ExportFormat.JSON_FEED})
"""Those that hold the newest articles only."""


def export_format(path: Path) -> ExportFormat:
    """The format that a name asks for.

    Raises:
        QueryRefused: It is no folder and ends in none of ENDINGS.
    """
    if path.is_dir():
        return ExportFormat.MARKDOWN
    for ending, found in ENDINGS.items():
        if path.name.lower().endswith(ending):
            return found
    raise QueryRefused(
        f"cannot export to {path}: give a folder that is there, a name ending in "
        f"{', '.join(ENDINGS)}, or a format"
    )


def export_columns(
    kind: ExportFormat, fields: str | Sequence[str] | None
) -> tuple[str, ...] | None:
    """The columns that a user asks for; None: the usual ones.

    Raises:
        QueryRefused: There is no such column, or the format has none.
    """
    if fields is None:
        return None
    if kind not in TABLES:
        raise QueryRefused(f"{kind} has no columns to choose: leave the fields out")
    return chosen_columns(fields)
