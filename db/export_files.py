"""What is found in the archive as files, complete or not there at all."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from db.distinct import first_of_each_story
from db.errors import DatabaseUnavailable, QueryRefused
from db.export import write_csv, write_jsonl
from db.export_formats import FEEDS, ExportFormat
from db.export_marks import pending, remember
from db.exported_pages import iter_pages
from db.feed_export import FEED_ENTRIES, write_atom, write_json_feed
from db.folder_export import write_folder
from db.parquet_export import write_parquet
from db.search import Spread, search
from db.stored_articles import article_ids, iter_articles
from db.warc_export import write_plain_warc, write_warc
from db.whole_files import replacing_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO, TextIO

    from db.exported_pages import PageToExport
    from db.folder_export import Render
    from db.query_nodes import Node
    from db.session import Database
    from db.stored_articles import StoredArticle

T = TypeVar("T")
Written: TypeAlias = "Callable[[int, int], None]"
"""Told now and then how many articles are written, and of how many."""
TOLD_EVERY = 500


def untold(written: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """Which articles are written, and how."""

    format: ExportFormat
    node: Node | None = None
    """Which articles. None: all."""
    columns: tuple[str, ...] | None = None
    """Of a table. None: the usual ones."""
    title: str = "Winnow"
    """Of a feed."""
    entries: int = FEED_ENTRIES
    """At most so many in a feed."""
    spread: Spread = Spread.ARTICLES
    """All, or of each story the first article found, by number; in a feed the newest."""
    since_last: str | None = None
    """Only what was not given under this name with its text of now. None: all."""
    render: Render
    """An article as Markdown."""
    ids: Sequence[int] | None = None
    """The articles. None: those that `node` finds."""
    on_written: Written = untold


def export(database: Database, plan: ExportPlan, path: Path) -> int:
    """Write a file, replacing it when all is written, or a folder; how many articles or pages.

    Raises:
        DatabaseUnavailable: It cannot be written; a file of that name is as it was.
    """
    with _going_on(database, plan) as chosen:
        try:
            return _export(database, chosen, path)
        except OSError as error:
            raise DatabaseUnavailable(f"cannot write {path}: {error.strerror or error}") from error


def write(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    """Write into an opened file; how many articles or pages.

    Raises:
        QueryRefused: The format is a folder.
    """
    if plan.format is ExportFormat.MARKDOWN:
        raise QueryRefused("Markdown is a folder of files, not a stream: give its name")
    with _going_on(database, plan) as chosen:
        return _WRITERS[plan.format](database, chosen, file)


@contextmanager
def _going_on(database: Database, plan: ExportPlan) -> Iterator[ExportPlan]:
    """The plan with what was not given under its name yet, remembered once it is written."""
    if plan.since_last is None:
        yield plan
        return
    if not plan.since_last.strip():
        raise QueryRefused("the exports that go on from each other have no name: say which")
    if plan.format in FEEDS:
        raise QueryRefused("a feed holds the newest articles: leave --since-last out")
    if plan.spread is Spread.STORIES:
        raise QueryRefused("--distinct looks at all that is found: leave --since-last out")
    given = pending(database, plan.since_last, plan.node)
    yield replace(plan, ids=given.ids)
    remember(database, plan.since_last, given, now=datetime.now(UTC))


def _export(database: Database, plan: ExportPlan, path: Path) -> int:
    if plan.format is ExportFormat.MARKDOWN:
        path.mkdir(exist_ok=True)
        return write_folder(_articles(database, plan), path, plan.render)
    with replacing_bytes(path) as file:
        return _WRITERS[plan.format](database, plan, file)


def _ids(database: Database, plan: ExportPlan) -> Sequence[int]:
    if plan.ids is not None:
        return plan.ids
    if plan.spread is Spread.ARTICLES:
        return article_ids(database, plan.node)
    with database.read() as session:
        return first_of_each_story(session, plan.node)


def _articles(database: Database, plan: ExportPlan) -> Iterator[StoredArticle]:
    ids = _ids(database, plan)
    return _counted(iter_articles(database, ids), len(ids), plan)


def _pages(database: Database, plan: ExportPlan) -> Iterator[PageToExport]:
    ids = _ids(database, plan)
    return _counted(iter_pages(database, ids), len(ids), plan)


def _counted(things: Iterable[T], total: int, plan: ExportPlan) -> Iterator[T]:
    for written, thing in enumerate(things):
        if written % TOLD_EVERY == 0:
            plan.on_written(min(written, total), total)  # an article may have several pages
        yield thing


def _newest(database: Database, plan: ExportPlan) -> list[StoredArticle]:
    with database.read() as session:
        hits = search(session, plan.node, limit=plan.entries, spread=plan.spread)
    ids = [hit.article_id for hit in hits]
    found = {article.id: article for article in iter_articles(database, ids)}
    return [found[article_id] for article_id in ids if article_id in found]


def _jsonl(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    with _as_text(file) as text:
        return write_jsonl(_articles(database, plan), text, plan.columns)


def _csv(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    with _as_text(file) as text:
        return write_csv(_articles(database, plan), text, plan.columns)


def _parquet(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    return write_parquet(_articles(database, plan), file, plan.columns)


def _warc(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    return write_warc(_pages(database, plan), file)


def _plain_warc(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    return write_plain_warc(_pages(database, plan), file)


def _atom(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    return write_atom(_newest(database, plan), file, title=plan.title)


def _json_feed(database: Database, plan: ExportPlan, file: BinaryIO) -> int:
    return write_json_feed(_newest(database, plan), file, title=plan.title)


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[TextIO]:
    """The file for text; it stays open, since it is not ours."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()


_WRITERS: dict[ExportFormat, Callable[[Database, ExportPlan, BinaryIO], int]] = {
    ExportFormat.JSONL: _jsonl,
    ExportFormat.CSV: _csv,
    ExportFormat.PARQUET: _parquet,
    ExportFormat.WARC: _warc,
    ExportFormat.PLAIN_WARC: _plain_warc,
    ExportFormat.ATOM: _atom,
    ExportFormat.JSON_FEED: _json_feed,
}
