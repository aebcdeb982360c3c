"""Saved searches: queries asked again, each giving what it did not give before.

What was given is kept by article, not by the time or the number of the last one: several crawls
write at once, so what is committed late is in neither order; SQLite uses the number of a forgotten
article again; and a re-clean can make a match of an article that was none.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.errors import NotFound, QueryRefused
from db.models import Article, SavedMatch, SavedSearch
from db.query_nodes import AllOf, AnyOf, Changed, Not
from db.search import search_condition
from db.session import is_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from db.query_nodes import Node
    from db.session import Database

BATCH_MATCHES = 50
"""Given, and remembered, together: of 5 KB an article, a quarter of a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSearch:
    """What a person says about a saved search."""

    name: str
    query: str
    """In the language of searches; empty: all."""
    webhook: str | None = None
    """An http or https URL. None: nothing is posted."""
    feed: str | None = None
    """An absolute path. None: no feed is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSearch:
    """A saved search as it is stored."""

    id: int
    name: str
    query: str
    webhook: str | None
    feed: str | None
    created_at: datetime
    last_run_at: datetime | None
    """When all that was new had been given. None: never yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatches:
    """Articles that a saved search is to give, in the order of storing; 16 bytes each."""

    ids: array[int]
    revisions: array[int]
    """Of each before it was given: one that changes meanwhile has changed for the next run."""


def add_search(session: Session, new: NewSearch, *, now: datetime) -> int:
    """Save a search; its id. All that it finds is new.

    Raises:
        QueryRefused: There is one of this name.
    """
    if _named(session, new.name) is not None:
        raise QueryRefused(
            f"there is a saved search {new.name!r} already: "
            f"give another name, or `winnow saved remove {new.name}` first"
        )
    row = SavedSearch(
        name=new.name, query=new.query, webhook=new.webhook, feed=new.feed, created_at=now
    )
    session.add(row)
    session.flush()
    return row.id


def skip_matches(session: Session, search_id: int, node: Node | None) -> int:
    """All that is found now counts as given; how many."""
    found = select(literal(search_id), Article.id, Article.revision)
    found = found.where(*search_condition(session, node))
    session.execute(insert(SavedMatch).from_select(["search_id", "article_id", "revision"], found))
    given = select(func.count()).where(SavedMatch.search_id == search_id)
    return session.scalar(given) or 0


def list_searches(session: Session) -> list[StoredSearch]:
    """All, by name."""
    return [_stored(row) for row in session.scalars(select(SavedSearch).order_by(SavedSearch.name))]


def get_search(session: Session, name: str) -> StoredSearch:
    """The saved search of this name.

    Raises:
        NotFound: There is none.
    """
    row = _named(session, name)
    if row is None:
        raise NotFound(_no_search(name, list(session.scalars(select(SavedSearch.name)))))
    return _stored(row)


def remove_search(session: Session, name: str) -> None:
    """Forget a saved search and what it gave.

    Raises:
        NotFound: There is none of this name.
    """
    session.execute(delete(SavedSearch).where(SavedSearch.id == get_search(session, name).id))


def new_matches(database: Database, search_id: int, node: Node | None) -> NewMatches:
    """What is found and was not given.

    An article comes once; where the query asks for changes, once more with each new text.
    """
    given = select(SavedMatch.article_id).where(
        SavedMatch.search_id == search_id, SavedMatch.article_id == Article.id, *_is_same(node)
    )
    matches = NewMatches(ids=array("q"), revisions=array("q"))
    with database.read() as session:
        statement = select(Article.id, Article.revision).order_by(Article.id)
        statement = statement.where(*search_condition(session, node), ~given.exists())
        for row in session.execute(statement, execution_options={"yield_per": 10_000}):
            matches.ids.append(row.id)
            matches.revisions.append(row.revision)
    return matches


def batches_of(matches: NewMatches) -> Iterator[NewMatches]:
    """The matches, as many at once as are given together."""
    for start in range(0, len(matches.ids), BATCH_MATCHES):
        part = slice(start, start + BATCH_MATCHES)
        yield NewMatches(ids=matches.ids[part], revisions=matches.revisions[part])


def remember_given(session: Session, search_id: int, matches: NewMatches) -> None:
    """These were given; those that were forgotten meanwhile have no row to refer to."""
    here = set(session.scalars(select(Article.id).where(Article.id.in_(matches.ids))))
    rows = [
        {"search_id": search_id, "article_id": article_id, "revision": revision}
        for article_id, revision in zip(matches.ids, matches.revisions, strict=True)
        if article_id in here
    ]
    if not rows:
        return
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = make(SavedMatch)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["search_id", "article_id"],
            set_={"revision": statement.excluded.revision},
            where=SavedMatch.revision < statement.excluded.revision,
        ),
        rows,
    )


def end_run(session: Session, search_id: int, *, now: datetime) -> None:
    """All that was new has been given."""
    session.execute(update(SavedSearch).where(SavedSearch.id == search_id).values(last_run_at=now))


def _is_same(node: Node | None) -> list[ColumnElement[bool]]:
    """What makes an article one that was given, besides its number."""
    return [SavedMatch.revision >= Article.revision] if _asks_for_changes(node) else []


def _asks_for_changes(node: Node | None) -> bool:
    match node:
        case Changed():
            return True
        case Not(node=inner):
            return _asks_for_changes(inner)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return any(map(_asks_for_changes, nodes))
    return False


def _named(session: Session, name: str) -> SavedSearch | None:
    return session.scalars(select(SavedSearch).where(SavedSearch.name == name)).one_or_none()


def _stored(row: SavedSearch) -> StoredSearch:
    return StoredSearch(**{name: getattr(row, name) for name in StoredSearch.__dataclass_fields__})


def _no_search(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`winnow saved list` shows them"
    return f"no saved search {name!r}; {hint}"
