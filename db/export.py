"""Articles as files: JSON lines and CSV, streamed, complete or not there at all.

The columns are the same in both and listed in docs/data-model.md; `schema` goes up whenever one
changes its meaning or goes away. New columns may be added at the end.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from db.errors import DatabaseUnavailable, QueryRefused
from db.whole_files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from db.stored_articles import StoredArticle

EXPORT_SCHEMA = 1
FORMULA_SIGNS = frozenset("=+-@\t\r")
"""A spreadsheet computes a cell that begins so (OWASP, CSV injection)."""
LIST_SEPARATOR = "; "
"""Between authors or tags in one CSV cell."""

Value = str | int | bool | None | list[str]


class ExportFormat(StrEnum):
    """The end of a file's name says which."""

    JSONL = "jsonl"
    CSV = "csv"


def export_format(path: Path) -> ExportFormat:
    """The format that a file name asks for.

    Raises:
        QueryRefused: It ends neither in .jsonl nor in .csv.
    """
    try:
        return ExportFormat(path.suffix.lower().removeprefix("."))
    except ValueError as error:
        raise QueryRefused(
            f"cannot export to {path}: give a name ending in .jsonl or .csv"
        ) from error


def export_articles(articles: Iterable[StoredArticle], path: Path) -> int:
    """Write the articles to a file, replacing it when all are written; how many.

    Raises:
        QueryRefused: The name ends neither in .jsonl nor in .csv.
        DatabaseUnavailable: The file cannot be written; one of that name is as it was.
    """
    write = {ExportFormat.JSONL: write_jsonl, ExportFormat.CSV: write_csv}[export_format(path)]
    try:
        with replacing(path) as file:
            return write(articles, file)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot write {path}: {error.strerror or error}") from error


def write_jsonl(articles: Iterable[StoredArticle], file: TextIO) -> int:
    """One JSON object a line, UTF-8, keys in a fixed order; how many."""
    count = 0
    for article in articles:
        file.write(json.dumps(export_row(article), ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(articles: Iterable[StoredArticle], file: TextIO) -> int:
    """RFC 4180 with a header; a cell that a spreadsheet would compute gets an apostrophe."""
    writer = csv.writer(file)
    writer.writerow(EXPORT_COLUMNS)
    count = 0
    for article in articles:
        writer.writerow([csv_cell(value) for value in export_row(article).values()])
        count += 1
    return count


def export_row(article: StoredArticle) -> dict[str, Value]:
    """The columns of one article, in order; times in UTC as `2026-01-31T12:00:00Z`."""
    return {
        "schema": EXPORT_SCHEMA,
        "id": article.id,
        "url": article.url,
        "site": article.site,
        "source": article.source,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": _time(article.published_at),
        "modified_at": _time(article.modified_at),
        "first_fetched_at": _time(article.first_fetched_at),
        "fetched_at": _time(article.fetched_at),
        "language": article.language,
        "section": article.section,
        "tags": list(article.tags),
        "image_url": article.image_url,
        "site_name": article.site_name,
        "description": article.description,
        "paywalled": article.paywalled,
        "word_count": article.word_count,
        "revision": article.revision,
        "content_hash": article.content_hash.hex(),
        "noindex": article.noindex,
        "noarchive": article.noarchive,
        "noai": article.noai,
        "tdm_reserved": article.tdm_reserved,
        "text": article.text,
        "published_offset_minutes": article.published_offset_minutes,
        "modified_offset_minutes": article.modified_offset_minutes,
    }


EXPORT_COLUMNS = (
    "schema", "id", "url", "site", "source", "title", "authors", "published_at", "modified_at",
    "first_fetched_at", "fetched_at", "language", "section", "tags", "image_url", "site_name",
    "description", "paywalled", "word_count", "revision", "content_hash", "noindex", "noarchive",
    "noai", "tdm_reserved", "text", "published_offset_minutes", "modified_offset_minutes",
)  # fmt: skip


def csv_cell(value: Value) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = LIST_SEPARATOR.join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if not isinstance(value, int) and is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may compute this cell.

    Its first sign decides, also a full-width one, after what programs skip: spaces, byte order
    mark, invisible signs.
    """
    for character in text:
        if character in FORMULA_SIGNS:
            return True
        if character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}:
            continue
        return unicodedata.normalize("NFKC", character)[0] in FORMULA_SIGNS
    return False


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
