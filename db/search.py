"""Finding articles: newest first, or the newest hits ranked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import func, select

from db.distinct import newest_of_each_story, one_of_each
from db.errors import QueryRefused
from db.models import Article, Source
from db.newest import newest_ids
from db.query_dates import since_time, until_time
from db.query_language import parse_query
from db.query_nodes import AllOf, Attribute, AttributeName, Match, Node, Since, TextField, Until
from db.ranking import scores
from db.search_conditions import found_by, wanted_matches
from db.snippets import Snippet, highlight, make_snippet
from db.terms import terms_of
from db.time_order import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

MAX_RANKED = 2_000
"""Of more hits, only the newest are ranked."""
MAX_LIMIT = 10_000
"""Hits in one answer; more is an export."""


class SearchOrder(StrEnum):
    """How hits are sorted."""

    NEWEST = "newest"
    RANK = "rank"


class Spread(StrEnum):
    """What a search answers with: every article, or of each story the first one found."""

    ARTICLES = "articles"
    STORIES = "stories"


class Filters(TypedDict, total=False):
    """What can be asked for besides the words; each also has a word in the query language."""

    source: str | None
    """A source's key."""
    site: str | None
    language: str | None
    author: str | None
    """Words that stand side by side in the authors."""
    section: str | None
    tag: str | None
    since: str | datetime | None
    """Aware, or as in the query language: `2026-01-31`, `7d`."""
    until: str | datetime | None
    """Aware and excluded, or as in the query language, where the day is included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that a search found."""

    article_id: int
    url: str
    title: Snippet | None
    """The whole title, with what was looked for. None: the article has none."""
    snippet: Snippet
    authors: tuple[str, ...]
    site: str
    source: str | None
    """The source's key. None: from a list of URLs, or the source was removed."""
    language: str | None
    published_at: datetime | None
    sort_at: datetime
    """published_at, else when it was first fetched."""
    word_count: int
    score: float | None
    """Higher is better; comparable within one answer only. None: sorted by time."""


def search_node(query: str, *, now: datetime, filters: Filters) -> Node | None:
    """What the query and the filters ask for together. None: every article.

    Raises:
        QueryRefused: The query or a filter's value cannot be read.
    """
    nodes = _filter_nodes(filters, now)
    if query.strip():
        nodes.insert(0, parse_query(query, now=now))
    return AllOf(nodes=tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)


def search(
    session: Session,
    node: Node | None,
    *,
    limit: int,
    order: SearchOrder = SearchOrder.NEWEST,
    after: Hit | None = None,
    spread: Spread = Spread.ARTICLES,
) -> list[Hit]:
    """At most `limit` hits; with `after`, those that follow this hit among the newest first.

    Raises:
        QueryRefused: The limit is not between 1 and MAX_LIMIT, or `after` is given with a rank.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryRefused(f"limit {limit} is not between 1 and {MAX_LIMIT:,}; export gives all")
    matches = list(wanted_matches(node))
    if order is SearchOrder.NEWEST or not matches:
        newest = newest_of_each_story if spread is Spread.STORIES else newest_ids
        ids = newest(session, node, limit=limit, after=_place(after))
        return _hits(session, dict.fromkeys(ids), matches)
    if after is not None:
        raise QueryRefused("a ranked search has no next page: ask for a higher limit")
    candidates = newest_ids(session, node, limit=MAX_RANKED)
    scored = scores(session, matches, candidates)
    ranked = sorted(candidates, key=lambda article_id: -scored[article_id])
    if spread is Spread.STORIES:
        ranked = one_of_each(session, ranked)
    return _hits(session, {id_: scored[id_] for id_ in ranked[:limit]}, matches)


def count_hits(session: Session, node: Node | None, *, at_most: int) -> int:
    """How many articles are found, counted up to `at_most`."""
    few = select(Article.id).where(*search_condition(session, node)).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0


def search_condition(session: Session, node: Node | None) -> list[ColumnElement[bool]]:
    """The conditions on `articles` that the node asks for, for other queries of this package."""
    return [] if node is None else [found_by(node, session.get_bind().dialect.name)]


def _place(hit: Hit | None) -> Place | None:
    return None if hit is None else Place(sort_at=hit.sort_at, article_id=hit.article_id)


def _filter_nodes(filters: Filters, now: datetime) -> list[Node]:
    names = {
        "source": AttributeName.SOURCE,
        "site": AttributeName.SITE,
        "language": AttributeName.LANG,
        "section": AttributeName.SECTION,
        "tag": AttributeName.TAG,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    nodes: list[Node] = [
        Attribute(name=attribute, value=_storable(name, str(given[name])))
        for name, attribute in names.items()
        if name in given
    ]
    if "author" in given:
        nodes.append(_author_node(str(given["author"])))
    if filters.get("since") is not None:
        nodes.append(Since(at=_moment("since", filters["since"], now)))
    if filters.get("until") is not None:
        nodes.append(Until(before=_moment("until", filters["until"], now)))
    return nodes


def _storable(name: str, value: str) -> str:
    if not value.strip() or "\0" in value or (not value.isascii() and _has_half_character(value)):
        raise QueryRefused(f"{name}: {value!r} is not a value")
    return value.strip()


def _has_half_character(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _author_node(author: str) -> Node:
    terms = tuple(terms_of(author))
    if not terms:
        raise QueryRefused(f"author: {author!r} holds no word")
    return Match(terms=terms, field=TextField.AUTHOR)


def _moment(name: str, value: str | datetime | None, now: datetime) -> datetime:
    if not isinstance(value, str):
        if value is None or value.tzinfo is None:
            raise QueryRefused(f"{name}: {value!r} has no time zone")
        return value
    try:
        return since_time(value, now) if name == "since" else until_time(value, now)
    except ValueError as error:
        raise QueryRefused(f"{name}: {error}") from error


def _hits(session: Session, scored: dict[int, float | None], matches: Sequence[Match]) -> list[Hit]:
    """The hits with these numbers, in this order."""
    if not scored:
        return []
    columns = select(
        Article.id,
        Article.url,
        Article.title,
        Article.text,
        Article.authors,
        Article.site,
        Source.key,
        Article.language,
        Article.published_at,
        Article.sort_at,
        Article.word_count,
    ).outerjoin(Source, Source.id == Article.source_id)
    rows = session.execute(columns.where(Article.id.in_(scored)))
    body_matches = [match for match in matches if match.field is None]
    hits = {
        row.id: Hit(
            article_id=row.id,
            url=row.url,
            title=None if row.title is None else highlight(row.title, _title_matches(matches)),
            snippet=make_snippet(row.text, body_matches),
            authors=tuple(row.authors),
            site=row.site,
            source=row.key,
            language=row.language,
            published_at=row.published_at,
            sort_at=row.sort_at,
            word_count=row.word_count,
            score=scored[row.id],
        )
        for row in rows
    }
    return [hits[article_id] for article_id in scored if article_id in hits]


def _title_matches(matches: Sequence[Match]) -> list[Match]:
    return [match for match in matches if match.field is not TextField.AUTHOR]
