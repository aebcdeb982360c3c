"""What the archive answers with, as plain dicts: rows for pandas, Polars or json."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING

from db.readonly import QueryResult
from db.snippets import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.facets import FacetCount
    from db.reports import ReportLine, RunRecord
    from db.search import Hit
    from db.stored_articles import StoredArticle, StoredCut, StoredRevision
    from db.story_reading import StoredLink, StoredMember, StoredStory

    Answer = (
        Hit
        | FacetCount
        | StoredArticle
        | StoredCut
        | StoredLink
        | StoredMember
        | StoredRevision
        | StoredStory
        | ReportLine
        | RunRecord
    )


def to_records(answers: Iterable[Answer] | QueryResult) -> list[dict[str, object]]:
    """A dict an answer, its fields in their order: text, numbers, aware times, lists, None.

    A snippet is its text, bytes are hex, a record within a record is a dict. Of a query's result a
    dict a row; a column name that comes again has its number (`id:2`).
    """
    if isinstance(answers, QueryResult):
        columns = answers.distinct_columns
        return [dict(zip(columns, map(_plain, row), strict=True)) for row in answers.rows]
    return [_record(answer) for answer in answers]


def _record(answer: Answer) -> dict[str, object]:
    return {it.name: _plain(getattr(answer, it.name)) for it in dataclasses.fields(answer)}


def _plain(value: object) -> object:
    if isinstance(value, Snippet):
        return value.text
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {it.name: _plain(getattr(value, it.name)) for it in dataclasses.fields(value)}
    return value
