"""What is found in the archive as a file: which kind, and of what; complete or not there at all."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db.errors import DatabaseUnavailable, QueryRefused
from db.export import chosen_columns, write_csv, write_jsonl
from db.exported_pages import iter_pages
from db.stored_articles import article_ids, iter_articles
from db.warc_export import write_plain_warc, write_warc
from db.whole_files import replacing_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO, TextIO

    from db.query_nodes import Node
    from db.session import Database


class ExportFormat(StrEnum):
    """Kinds of files."""

    JSONL = "jsonl"
    CSV = "csv"
    WARC = "warc"
    PLAIN_WARC = "plain-warc"


ENDINGS = {
    ".jsonl": ExportFormat.JSONL,
    ".csv": ExportFormat.CSV,
    ".warc.gz": ExportFormat.WARC,
    ".warc": ExportFormat.PLAIN_WARC,
}
"""The end of a file's name says which."""
TABLES = frozenset({ExportFormat.JSONL, ExportFormat.CSV})
"""Those that have columns."""
OF_PAGES = frozenset({ExportFormat.WARC, ExportFormat.PLAIN_WARC})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """Which articles are written, and how."""

    format: ExportFormat
    node: Node | None = None
    """Which articles. None: all."""
    columns: tuple[str, ...] | None = None
    """Of a table. None: the usual ones."""


def export_format(path: Path) -> ExportFormat:
    """The format that a file name asks for.

    Raises:
        QueryRefused: It ends in none of ENDINGS.
    """
    for ending, found in ENDINGS.items():
        if path.name.lower().endswith(ending):
            return found
    raise QueryRefused(f"cannot export to {path}: give a name ending in {', '.join(ENDINGS)}")


def export_columns(kind: ExportFormat, fields: str | None) -> tuple[str, ...] | None:
    """The columns that a user asks for; None: the usual ones.

    Raises:
        QueryRefused: There is no such column, or the format has none.
    """
    if fields is None:
        return None
    if kind not in TABLES:
        raise QueryRefused(f"{kind} has no columns to choose: leave the fields out")
    return chosen_columns(fields)


def export(database: Database, plan: ExportPlan, path: Path) -> int:
    """Write a file, replacing it when all is written; how many articles or pages.

    Raises:
        DatabaseUnavailable: The file cannot be written; one of that name is as it was.
    """
    try:
        with replacing_bytes(path) as file:
            return write(database, plan, file)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot write {path}: {error.strerror or error}") from error


def write(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    """Write into an opened file; how many articles or pages."""
    return _WRITERS[plan.format](database, article_ids(database, plan.node), plan, file)


def _jsonl(database: Database, ids: Sequence[int], plan: ExportPlan, file: BinaryIO) -> int:
    with _as_text(file) as text:
        return write_jsonl(iter_articles(database, ids), text, plan.columns)


def _csv(database: Database, ids: Sequence[int], plan: ExportPlan, file: BinaryIO) -> int:
    with _as_text(file) as text:
        return write_csv(iter_articles(database, ids), text, plan.columns)


def _warc(database: Database, ids: Sequence[int], _: ExportPlan, file: BinaryIO) -> int:
    return write_warc(iter_pages(database, ids), file)


def _plain_warc(database: Database, ids: Sequence[int], _: ExportPlan, file: BinaryIO) -> int:
    return write_plain_warc(iter_pages(database, ids), file)


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[TextIO]:
    """The file for text; it stays open, since it is not ours."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()


_WRITERS: dict[ExportFormat, Callable[[Database, Sequence[int], ExportPlan, BinaryIO], int]] = {
    ExportFormat.JSONL: _jsonl,
    ExportFormat.CSV: _csv,
    ExportFormat.WARC: _warc,
    ExportFormat.PLAIN_WARC: _plain_warc,
}
