"""Articles as rows of files: the columns, and JSON lines and CSV of them, streamed.

The columns are the same in every table and listed in docs/data-model.md; `schema` goes up whenever
one changes its meaning or goes away. New columns may be added at the end.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from db.errors import QueryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TextIO

    from db.stored_articles import StoredArticle

EXPORT_SCHEMA = 1
FORMULA_SIGNS = frozenset("=+-@\t\r")
"""A spreadsheet computes a cell that begins so (OWASP, CSV injection)."""
LIST_SEPARATOR = "; "
"""Between authors or tags in one CSV cell."""

JsonValue = str | int | bool | None | list[str] | list[dict[str, object]]
Value = JsonValue | datetime


def write_jsonl(
    articles: Iterable[StoredArticle], file: TextIO, columns: Sequence[str] | None = None
) -> int:
    """One JSON object a line, UTF-8, keys in a fixed order; how many."""
    count = 0
    for article in articles:
        file.write(json.dumps(export_row(article, columns), ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(
    articles: Iterable[StoredArticle], file: TextIO, columns: Sequence[str] | None = None
) -> int:
    """RFC 4180 with a header; a cell that a spreadsheet would compute gets an apostrophe."""
    writer = csv.writer(file)
    writer.writerow(columns or EXPORT_COLUMNS)
    count = 0
    for article in articles:
        writer.writerow([csv_cell(value) for value in export_row(article, columns).values()])
        count += 1
    return count


def export_row(
    article: StoredArticle, columns: Sequence[str] | None = None
) -> dict[str, JsonValue]:
    """The columns of one article, in order; times in UTC as `2026-01-31T12:00:00Z`."""
    return {name: _plain(value) for name, value in export_values(article, columns).items()}


def export_values(article: StoredArticle, columns: Sequence[str] | None = None) -> dict[str, Value]:
    """The same with times as they are. None: EXPORT_COLUMNS."""
    return {name: _COLUMNS[name](article) for name in columns or EXPORT_COLUMNS}


def chosen_columns(fields: str | Sequence[str]) -> tuple[str, ...]:
    """The columns that `url,title,text` names, in that order; `+blocks` adds to the usual ones.

    Several texts are the names themselves.

    Raises:
        QueryRefused: There is no such column.
    """
    listed = fields if isinstance(fields, str) else ",".join(fields)
    names = [name.strip() for name in listed.removeprefix("+").split(",")]
    for name in names:
        if name not in _COLUMNS:
            raise QueryRefused(f"no column {name!r}: there are {', '.join(_COLUMNS)}")
    usual = EXPORT_COLUMNS if listed.startswith("+") else ()
    return tuple(dict.fromkeys([*usual, *names]))


def _blocks(article: StoredArticle) -> list[dict[str, object]]:
    return [
        {
            "kind": block.kind,
            "text": block.text,
            "level": block.level,
            "links": [{"start": it.start, "end": it.end, "url": it.url} for it in block.links],
        }
        for block in article.blocks
    ]


_COLUMNS: Mapping[str, Callable[[StoredArticle], Value]] = {
    "schema": lambda _: EXPORT_SCHEMA,
    "id": lambda it: it.id,
    "url": lambda it: it.url,
    "site": lambda it: it.site,
    "source": lambda it: it.source,
    "title": lambda it: it.title,
    "authors": lambda it: list(it.authors),
    "published_at": lambda it: it.published_at,
    "modified_at": lambda it: it.modified_at,
    "first_fetched_at": lambda it: it.first_fetched_at,
    "fetched_at": lambda it: it.fetched_at,
    "language": lambda it: it.language,
    "section": lambda it: it.section,
    "tags": lambda it: list(it.tags),
    "image_url": lambda it: it.image_url,
    "site_name": lambda it: it.site_name,
    "description": lambda it: it.description,
    "paywalled": lambda it: it.paywalled,
    "word_count": lambda it: it.word_count,
    "revision": lambda it: it.revision,
    "content_hash": lambda it: it.content_hash.hex(),
    "noindex": lambda it: it.noindex,
    "noarchive": lambda it: it.noarchive,
    "noai": lambda it: it.noai,
    "tdm_reserved": lambda it: it.tdm_reserved,
    "text": lambda it: it.text,
    "published_offset_minutes": lambda it: it.published_offset_minutes,
    "modified_offset_minutes": lambda it: it.modified_offset_minutes,
    "image_caption": lambda it: it.image_caption,
    "blocks": _blocks,
}
ONLY_BY_NAME = frozenset({"blocks"})
"""Columns that only who asks for them gets."""
EXPORT_COLUMNS = tuple(name for name in _COLUMNS if name not in ONLY_BY_NAME)


def csv_cell(value: JsonValue) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _cell_of_list(value) if isinstance(value, list) else str(value)
    return f"'{text}" if not isinstance(value, int) and is_formula(text) else text


def _cell_of_list(values: list[str] | list[dict[str, object]]) -> str:
    if all(isinstance(value, str) for value in values):
        return LIST_SEPARATOR.join(map(str, values))
    return json.dumps(values, ensure_ascii=False)


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


def _plain(value: Value) -> JsonValue:
    """What JSON and CSV hold."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
