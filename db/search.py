"""Finding articles: newest first, or the newest hits ranked.

Ranking and sorting cost time linear in the hits, so hits are counted first, up to a limit: few are
fetched by the search index and sorted here; of many, the newest are read in the order of their
index. Neither database chooses well between the two by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.types import Float

from db.errors import QueryRefused
from db.models import Article, SearchTerms, Source
from db.query_dates import since_time, until_time
from db.query_language import (
    AllOf,
    AnyOf,
    Attribute,
    AttributeName,
    Match,
    Node,
    Since,
    TextField,
    Until,
    parse_query,
)
from db.search_conditions import (
    TERMS,
    as_tsquery,
    condition_of,
    fts5_query,
    tsquery_text,
    wanted_matches,
)
from db.snippets import Snippet, highlight, make_snippet
from db.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

MAX_RANKED = 2_000
"""Of more hits, only the newest are ranked; STORING.md: 365 -> 12 ms at a million articles."""
MAX_LIMIT = 10_000
"""Hits in one answer; more is an export."""
# Weights of title, authors and body. The plus before rowid keeps SQLite from asking the index once
# for every row of the list.
BM25 = text(
    "SELECT rowid AS article_id, -bm25(search_index, 10.0, 5.0, 1.0) AS score FROM search_index "
    "WHERE search_index MATCH :query AND +rowid IN (SELECT value FROM json_each(:ids))"
)
TS_RANK_WEIGHTS = "{0.1, 0.1, 0.5, 1.0}"
"""D (body), C (unused), B (authors), A (title)."""


class SearchOrder(StrEnum):
    """How hits are sorted."""

    NEWEST = "newest"
    RANK = "rank"


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
) -> list[Hit]:
    """At most `limit` hits; with `after`, those that follow this hit among the newest first.

    Raises:
        QueryRefused: The limit is not between 1 and MAX_LIMIT, or `after` is given with a rank.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryRefused(f"limit {limit} is not between 1 and {MAX_LIMIT:,}; export gives all")
    matches = list(wanted_matches(node))
    if order is SearchOrder.NEWEST or not matches:
        ids = _newest_ids(session, _conditions(session, node, after), limit)
        return _hits(session, dict.fromkeys(ids), matches)
    if after is not None:
        raise QueryRefused("a ranked search has no next page: ask for a higher limit")
    candidates = _newest_ids(session, _conditions(session, node, None), MAX_RANKED)
    scores = _scores(session, matches, candidates)
    ranked = sorted(candidates, key=lambda article_id: -scores[article_id])
    return _hits(session, {id_: scores[id_] for id_ in ranked[:limit]}, matches)


def count_hits(session: Session, node: Node | None, *, at_most: int) -> int:
    """How many articles are found, counted up to `at_most`."""
    conditions = _conditions(session, node, None)
    few = select(Article.id).where(*conditions).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0


def search_condition(session: Session, node: Node | None) -> list[ColumnElement[bool]]:
    """The conditions on `articles` that the node asks for, for other queries of this package."""
    return _conditions(session, node, None)


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


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _conditions(
    session: Session, node: Node | None, after: Hit | None
) -> list[ColumnElement[bool]]:
    conditions = [] if node is None else [condition_of(node, _dialect(session))]
    if after is not None:
        at_once = and_(Article.sort_at == after.sort_at, Article.id < after.article_id)
        conditions.append(Article.sort_at <= after.sort_at)
        conditions.append(or_(Article.sort_at < after.sort_at, at_once))
    return conditions


def _newest_ids(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """The newest articles that fulfil the conditions."""
    keys = select(Article.sort_at, Article.id).where(*conditions)
    if conditions:
        few = list(session.execute(keys.limit(MAX_RANKED + 1)))
        if len(few) <= MAX_RANKED:
            few.sort(reverse=True)
            return [row.id for row in few[:limit]]
    ordered = keys.order_by(Article.sort_at.desc(), Article.id.desc()).limit(limit)
    return [row.id for row in session.execute(ordered)]


def _scores(session: Session, matches: Sequence[Match], ids: Sequence[int]) -> dict[int, float]:
    """How well each article fits the words; 0 for one found by other means."""
    scores = dict.fromkeys(ids, 0.0)
    found = (_bm25 if _dialect(session) == "sqlite" else _ts_rank)(session, matches, ids)
    return scores | found


def _bm25(session: Session, matches: Sequence[Match], ids: Sequence[int]) -> dict[int, float]:
    query = fts5_query(AnyOf(nodes=tuple(matches)))
    rows = session.execute(BM25, {"query": query, "ids": json.dumps(list(ids))})
    return {row.article_id: row.score for row in rows}


def _ts_rank(session: Session, matches: Sequence[Match], ids: Sequence[int]) -> dict[int, float]:
    query = as_tsquery(" | ".join(f"({tsquery_text(match)})" for match in matches))
    score = func.ts_rank(text(f"'{TS_RANK_WEIGHTS}'"), TERMS, query, 1, type_=Float).label("score")
    rows = session.execute(
        select(SearchTerms.article_id, score).where(SearchTerms.article_id.in_(ids))
    )
    return {row.article_id: row.score for row in rows}


def _hits(session: Session, scores: dict[int, float | None], matches: Sequence[Match]) -> list[Hit]:
    """The hits with these numbers, in this order."""
    if not scores:
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
    rows = session.execute(columns.where(Article.id.in_(scores)))
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
            score=scores[row.id],
        )
        for row in rows
    }
    return [hits[article_id] for article_id in scores if article_id in hits]


def _title_matches(matches: Sequence[Match]) -> list[Match]:
    return [match for match in matches if match.field is not TextField.AUTHOR]
