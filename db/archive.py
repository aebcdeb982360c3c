"""What is stored, for whoever asks: `from db import Archive`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from db import (
    export_files,
    facets,
    migrate,
    readonly,
    reports,
    search,
    stored_articles,
    story_reading,
)
from db.errors import DatabaseUnavailable, NotFound
from db.export_files import ExportPlan, untold
from db.export_formats import export_columns, export_format
from db.folder_export import plain_markdown
from db.search import SearchOrder, Spread
from db.search_conditions import named_sources
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO, Unpack

    from sqlalchemy.orm import Session

    from db.export_files import Written
    from db.export_formats import ExportFormat
    from db.facets import Facets
    from db.folder_export import Render
    from db.query_nodes import Node
    from db.readonly import QueryResult
    from db.reports import ReportLine, RunRecord, Status
    from db.search import Filters, Hit
    from db.stored_articles import StoredArticle, StoredCut, StoredRevision
    from db.story_reading import StoredLink, StoredMember, StoredStory

COUNT_LIMIT = search.MAX_RANKED + 1
"""`count` says this when there are as many hits or more."""
NUMBER_OUT_OF_RANGE = "22003"
"""What PostgreSQL says of a number that no column holds."""


def no_url_keys(_: str) -> Sequence[bytes]:
    """An address is looked up by its text alone."""
    return ()


class Archive:
    """An opened database of articles. Close it, or use it as a context manager.

    Every method raises QueryRefused for what cannot be read, NotFound for what is not there, and
    DatabaseUnavailable when the database does not answer.
    """

    def __init__(
        self,
        url_or_path: str | Path | Database,
        *,
        url_keys: Callable[[str], Sequence[bytes]] = no_url_keys,
        render: Render = plain_markdown,
        on_written: Written = untold,
    ) -> None:
        """Open a database whose tables are those of this Winnow.

        Args:
            url_or_path: A file, `sqlite:///…`, `postgresql://…`, or what is opened already.
            url_keys: The keys that pages and articles of a URL are stored under, so that `get`
                finds every spelling of it: 16-byte hashes as pipelines.urls makes them.
            render: How `export` writes Markdown.
            on_written: Told while `export` works how many articles are written, of how many.

        Raises:
            SchemaOutdated: Its tables are older or newer, or there are none.
        """
        self._closes = not isinstance(url_or_path, Database)
        self.database = (
            url_or_path if isinstance(url_or_path, Database) else Database(str(url_or_path))
        )
        self._url_keys = url_keys
        self._render = render
        self._on_written = on_written
        try:
            migrate.check(self.database)
        except BaseException:
            self.close()
            raise

    def search(
        self,
        query: str = "",
        *,
        limit: int = 20,
        order: SearchOrder = SearchOrder.NEWEST,
        after: Hit | None = None,
        spread: Spread = Spread.ARTICLES,
        **filters: Unpack[Filters],
    ) -> list[Hit]:
        """Articles that the query and all filters find; docs/search.md has the language.

        An empty query finds all. With `after`, the hits that follow that one, newest first. With
        `spread=Spread.STORIES`, of each story the first one only.
        """
        node = self._node(query, filters)
        with self.session() as session:
            return search.search(
                session, node, limit=limit, order=order, after=after, spread=spread
            )

    def count(self, query: str = "", **filters: Unpack[Filters]) -> int:
        """How many articles are found, counted up to COUNT_LIMIT."""
        node = self._node(query, filters)
        with self.session() as session:
            return search.count_hits(session, node, at_most=COUNT_LIMIT)

    def facets(self, query: str = "", **filters: Unpack[Filters]) -> Facets:
        """All that is found, counted by day, by source and by language."""
        node = self._node(query, filters)
        with self.session() as session:
            return facets.count_facets(session, node)

    def named_sources(self, query: str = "", **filters: Unpack[Filters]) -> list[str]:
        """The keys of sources that the query and the filters name, known or not."""
        return list(named_sources(self._node(query, filters)))

    def get(self, id_or_url: int | str) -> StoredArticle:
        """One article by its number, its URL, or another address of it."""
        with self.session() as session:
            return stored_articles.get_article(session, id_or_url, self._url_keys)

    def iter(self, query: str = "", **filters: Unpack[Filters]) -> Iterator[StoredArticle]:
        """Every article that is found, by number, in flat memory."""
        node = self._node(query, filters)
        with self._translated():
            ids = stored_articles.article_ids(self.database, node)
            yield from stored_articles.iter_articles(self.database, ids)

    def story(self, story_id: int) -> StoredStory:
        """One story by its number."""
        with self.session() as session:
            return story_reading.get_story(session, story_id)

    def stories(
        self, *, min_members: int = 2, since: datetime | None = None, limit: int = 50
    ) -> list[StoredStory]:
        """Stories with so many members, those seen last first."""
        with self.session() as session:
            return story_reading.list_stories(
                session, min_members=min_members, since=since, limit=limit
            )

    def members(self, story_id: int) -> list[StoredMember]:
        """The articles of a story, earliest first."""
        with self.session() as session:
            return story_reading.members_of(session, story_id)

    def links(self, story_id: int) -> list[StoredLink]:
        """The stories that share much of a story's text, those that share most first."""
        with self.session() as session:
            return story_reading.links_of(session, story_id)

    def revisions(self, article_id: int) -> list[StoredRevision]:
        """Every text that the article had, first to current."""
        with self.session() as session:
            return stored_articles.revisions_of(session, article_id)

    def cuts(self, article_id: int) -> list[StoredCut]:
        """What cleaning took out of the current text, with rule and reason, in page order."""
        with self.session() as session:
            return stored_articles.cuts_of(session, article_id)

    def raw(self, article_id: int) -> bytes:
        """The response body that the current text was made of, as received."""
        with self.session() as session:
            return stored_articles.raw_body_of(session, article_id)

    def export(
        self,
        path: str | Path,
        query: str = "",
        *,
        format: ExportFormat | None = None,  # noqa: A002 - as on the command line
        fields: str | Sequence[str] | None = None,
        since_last: str | None = None,
        spread: Spread = Spread.ARTICLES,
        **filters: Unpack[Filters],
    ) -> int:
        """Write what is found to a file, complete or not at all; how many articles or pages.

        A folder of Markdown files holds whole files; a feed the newest 100 articles.

        Args:
            path: Its end says which format, unless one is given.
            query: As in `search`; an empty one finds all.
            format: One of docs/data-model.md's.
            fields: Columns of a table: `url,title,text`, a list of names, or `+blocks` for more.
            since_last: Only what is new, or has a new text or headline, since the last export of
                this name.
            spread: `Spread.STORIES`: of each story one article.
            **filters: As in `search`.
        """
        target = Path(path)
        plan = self._export_plan(format or export_format(target), fields, query, filters)
        plan = replace(plan, since_last=since_last, spread=spread)
        with self._translated():
            return export_files.export(self.database, plan, target)

    def write(
        self,
        file: BinaryIO,
        query: str = "",
        *,
        format: ExportFormat,  # noqa: A002 - as above
        fields: str | Sequence[str] | None = None,
        since_last: str | None = None,
        spread: Spread = Spread.ARTICLES,
        **filters: Unpack[Filters],
    ) -> int:
        """The same into an opened file."""
        plan = self._export_plan(format, fields, query, filters)
        plan = replace(plan, since_last=since_last, spread=spread)
        with self._translated():
            return export_files.write(self.database, plan, file)

    def query(
        self, sql: str, *, timeout_seconds: float = 30.0, max_rows: int = 1_000
    ) -> QueryResult:
        """The rows of one SQL query; the database refuses all but reading."""
        return readonly.run_query(
            self.database, sql, timeout_seconds=timeout_seconds, max_rows=max_rows
        )

    def status(self) -> Status:
        """How the database stands: articles, pages, hosts that wait, the last runs."""
        with self.session() as session:
            return reports.read_status(self.database, session, now=datetime.now(UTC))

    def runs(self, *, limit: int = 50) -> list[RunRecord]:
        """The latest crawl runs, latest first."""
        with self.session() as session:
            return reports.list_runs(session, limit=limit)

    def run(self, run_id: int) -> RunRecord:
        """One crawl run."""
        with self.session() as session:
            return reports.get_run(session, run_id)

    def report(self, run_id: int) -> Iterator[ReportLine]:
        """Every URL asked for in a run and how it ended there, in a stable order."""
        with self.session() as session:
            yield from reports.iter_report(session, run_id)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A SQLAlchemy session for reading with db.models."""
        with self._translated(), self.database.read() as session:
            yield session

    def close(self) -> None:
        """Close the connections, if this opened them."""
        if self._closes:
            self.database.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _node(self, query: str, filters: Filters) -> Node | None:
        return search.search_node(query, now=datetime.now(UTC), filters=filters)

    def _export_plan(
        self, kind: ExportFormat, fields: str | Sequence[str] | None, query: str, filters: Filters
    ) -> ExportPlan:
        columns = export_columns(kind, fields)
        return ExportPlan(
            format=kind,
            node=self._node(query, filters),
            columns=columns,
            title=f"Winnow: {query}" if query else "Winnow",
            render=self._render,
            on_written=self._on_written,
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OverflowError as error:  # of SQLite's driver
            raise NotFound(f"no row has such a number: {error}") from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == NUMBER_OUT_OF_RANGE:
                raise NotFound(f"no row has such a number: {error.orig}") from error
            raise DatabaseUnavailable(f"{self.database.display_url}: {error.orig}") from error
