"""The newest articles that a search finds, on PostgreSQL.

PostgreSQL does not know what it costs to fetch the terms of an article from where long values are
kept, and so does not choose well between the words and the time. The newest articles are tried
first: they tell how many would have to be read in the order of time until enough are found. If
these are too many, all hits are found by the index of words and sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from db.models import Article, SearchTerms
from db.search_conditions import condition_of, found_by, wanted_matches
from db.text_lookup import by_index_of_words, terms_condition
from db.time_order import NEWEST_FIRST, read_in_order, sort_all, time_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from db.query_nodes import Node

TRIED = 200
"""Articles that are tried: about 2 ms."""
MAX_READ = 4_000
"""Articles that are read in the order of time: about 8 us each."""
MAX_READ_FOR_PHRASES = 8_000
"""For phrases it may take as long: their index finds articles that have the words anywhere."""


def newest_on_postgresql(
    session: Session, node: Node, bounds: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """At most `limit` of the articles that the node finds within the bounds, newest first."""
    one_by_one = condition_of(node, "postgresql", _fits)
    has_phrase = any(len(match.terms) > 1 for match in wanted_matches(node))
    most = MAX_READ_FOR_PHRASES if has_phrase else MAX_READ
    if _articles_to_read(session, one_by_one, bounds, limit) <= most:
        oldest = time_at(session, bounds, most)
        window = [] if oldest is None else [Article.sort_at >= oldest]
        found = read_in_order(session, [*bounds, *window, one_by_one], limit)
        if oldest is None or len(found) == limit:
            return found
    with by_index_of_words(session):
        return sort_all(session, [*bounds, found_by(node, "postgresql")], limit)


def _fits(words: Node) -> ColumnElement[bool]:
    """Whether an article's own terms fulfil this: a subquery that no planner turns around."""
    own = select(terms_condition(words)).where(SearchTerms.article_id == Article.id)
    return own.correlate(Article).scalar_subquery()


def _articles_to_read(
    session: Session,
    condition: ColumnElement[bool],
    bounds: Sequence[ColumnElement[bool]],
    limit: int,
) -> float:
    """How many articles, newest first, are likely to hold so many hits."""
    fits = condition.label("fits")
    newest = select(fits).select_from(Article).where(*bounds).order_by(*NEWEST_FIRST)
    tried = newest.limit(TRIED).subquery()
    counts = select(func.count(), func.count().filter(tried.c.fits)).select_from(tried)
    articles, hits = session.execute(counts).one()
    return TRIED if articles < TRIED else TRIED * limit / max(hits, 0.5)
