"""The newest articles that a search finds, on PostgreSQL.

PostgreSQL does not know what it costs to fetch the terms of an article from where long values are
kept, and so does not choose well between the words and the time. The newest articles are tried
first: they tell how many would have to be read in the order of time until enough are found. If
these are too many, all hits are found by the index of words and sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from db.models import Article, SearchTerms
from db.search_conditions import condition_of, found_by, wanted_matches
from db.text_lookup import by_index_of_words, has_terms, terms_condition
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
"""Where the words of a phrase are common, it takes long to look at all articles that have them."""
COMMON_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """What the newest articles tell."""

    articles: int
    hits: int
    with_terms: int
    """Articles that have all words of a phrase, side by side or not; of several, the commonest."""

    def articles_to_read(self, limit: int) -> float:
        """How many articles, newest first, are likely to hold so many hits."""
        return TRIED if self.articles < TRIED else TRIED * limit / max(self.hits, 0.5)


def newest_on_postgresql(
    session: Session, node: Node, bounds: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """At most `limit` of the articles that the node finds within the bounds, newest first."""
    one_by_one = condition_of(node, "postgresql", _fits)
    trial = _try(session, node, one_by_one, bounds)
    has_common_phrase = trial.with_terms > COMMON_SHARE * TRIED
    most = MAX_READ_FOR_PHRASES if has_common_phrase else MAX_READ
    if trial.articles_to_read(limit) <= most:
        oldest = time_at(session, bounds, most)
        window = [] if oldest is None else [Article.sort_at >= oldest]
        found = read_in_order(session, [*bounds, *window, one_by_one], limit)
        if oldest is None or len(found) == limit:
            return found
    with by_index_of_words(session):
        return sort_all(session, [*bounds, found_by(node, "postgresql")], limit)


def _fits(words: Node) -> ColumnElement[bool]:
    """Whether an article's own terms fulfil this."""
    return _of_own_terms(terms_condition(words))


def _of_own_terms(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on `search_terms` as a subquery that no planner turns around."""
    own = select(condition).where(SearchTerms.article_id == Article.id)
    return own.correlate(Article).scalar_subquery()


def _try(
    session: Session,
    node: Node,
    condition: ColumnElement[bool],
    bounds: Sequence[ColumnElement[bool]],
) -> _Trial:
    phrases = [match for match in wanted_matches(node) if len(match.terms) > 1]
    tests = [condition, *(_of_own_terms(has_terms(phrase)) for phrase in phrases)]
    columns = [test.label(f"test{number}") for number, test in enumerate(tests)]
    newest = select(*columns).select_from(Article).where(*bounds).order_by(*NEWEST_FIRST)
    tried = newest.limit(TRIED).subquery()
    counts = [func.count().filter(test) for test in tried.c]
    articles, hits, *with_terms = session.execute(
        select(func.count(), *counts).select_from(tried)
    ).one()
    return _Trial(articles=articles, hits=hits, with_terms=max(with_terms, default=0))
