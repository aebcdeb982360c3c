"""The newest articles that a search finds, on SQLite.

SQLite does not choose well between the words and the time, so hits are counted first. Few are
fetched by their words and sorted. Of more, the articles are read in the order of time until enough
are found. FTS5 gives a hit in 40 ns, but a list of all hits to compare with costs twenty times
that: of very many, only those are listed that lie among the numbers of the newest articles. These
are in order by and large, and where they are not (old pages that came in late) there are only more
spans of numbers to look into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import Article
from db.query_nodes import AllOf, AnyOf, Not
from db.search_conditions import (
    condition_of,
    found_by,
    is_textual,
    parts_together,
    wanted_matches,
)
from db.text_lookup import (
    count_found,
    find_numbers,
    index_lookup,
    is_prefix,
    lookup_within,
)
from db.time_order import read_in_order, sort_few, time_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from db.query_nodes import Node
    from db.text_lookup import Span

FEW = 2_000
"""Hits that are fetched and sorted."""
MANY = 10_000
"""Hits of which a list costs more than looking into spans."""
BLOCK = 256
"""Article numbers: scanning so many costs about as much as another look into the index."""
FIRST_WINDOW = 4
"""Articles that are looked through first for each one wanted."""
SPARE = 1.3
"""By how much the next window is larger than what the one before promises."""
MAX_GROWTH = 100
"""Of one window to the next: a promise of a single hit is no promise."""


def newest_on_sqlite(
    session: Session, node: Node, bounds: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """At most `limit` of the articles that the node finds within the bounds, newest first."""
    if is_textual(node):
        return _newest_by_words(session, node, bounds, limit)
    if max(_sizes(session, node), default=0) > MANY:
        return _newest_of_many(session, node, bounds, limit)
    few = sort_few(session, [*bounds, found_by(node, "sqlite")], limit, few=FEW)
    return read_in_order(session, [*bounds, _checked(node)], limit) if few is None else few


def _newest_by_words(
    session: Session, node: Node, bounds: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """Of words only. Looking a phrase up takes longest: it is done once, to count and to list."""
    found = find_numbers(session, node, at_most=MANY + 1)
    if found.articles > MANY:
        return _newest_of_many(session, node, bounds, limit)
    if found.articles > FEW:
        return read_in_order(session, [*bounds, (Article.id + 0).in_(found.listed())], limit)
    return sort_few(session, [*bounds, Article.id.in_(found.listed())], limit, few=FEW) or []


def _newest_of_many(
    session: Session, node: Node, bounds: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """On SQLite, with words that very many articles have."""
    others = [*bounds, *_without_words(node)]
    few = sort_few(session, others, FEW, few=FEW) if others else None
    if few is not None:
        among = [Article.id.in_(few), _checked_within(node, _spans(few))]
        return sort_few(session, among, limit, few=FEW) or []
    size = FIRST_WINDOW * limit
    while (oldest := time_at(session, bounds, size)) is not None:
        window = [*bounds, Article.sort_at >= oldest]
        spans = _spans_of_window(session, window)
        found = read_in_order(session, [*window, _checked_within(node, spans)], limit)
        if len(found) == limit:
            return found
        size *= min(MAX_GROWTH, 1 + int(SPARE * limit / max(len(found), 1)))
    return read_in_order(session, [*bounds, _checked(node)], limit)


def _checked(node: Node) -> ColumnElement[bool]:
    """The node's condition for articles that are read in another order: `+ 0` hides the key."""
    return condition_of(node, "sqlite", lambda it: (Article.id + 0).in_(index_lookup(it, "sqlite")))


def _checked_within(node: Node, spans: Sequence[Span]) -> ColumnElement[bool]:
    """The same for articles with numbers in these spans, on SQLite."""

    def lookup(words: Node) -> ColumnElement[bool]:
        # Each look into the index gathers all words that begin so: one look, then, for a prefix.
        begun = any(map(is_prefix, wanted_matches(words)))
        looked_into = [(spans[0][0], spans[-1][1])] if begun and spans else spans
        return (Article.id + 0).in_(lookup_within(words, looked_into))

    return condition_of(node, "sqlite", lookup)


def _spans_of_window(session: Session, window: Sequence[ColumnElement[bool]]) -> list[Span]:
    block = (Article.id // BLOCK).label("block")
    return _joined(sorted(session.scalars(select(block).where(*window).distinct())))


def _spans(ids: Sequence[int]) -> list[Span]:
    return _joined(sorted({article_id // BLOCK for article_id in ids}))


def _joined(blocks: Sequence[int]) -> list[Span]:
    """The article numbers of the blocks, those with at most one block between them as one span."""
    spans: list[Span] = []
    for block in blocks:
        first, last = block * BLOCK, (block + 1) * BLOCK - 1
        if spans and first - spans[-1][1] <= BLOCK + 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def _sizes(session: Session, node: Node) -> list[int]:
    """How many articles each part of words finds, counted up to one more than MANY."""
    return [count_found(session, part, at_most=MANY + 1) for part in _parts_of_words(node)]


def _parts_of_words(node: Node) -> Iterator[Node]:
    """What is looked up in the search index as one."""
    if is_textual(node):
        yield node
    elif isinstance(node, Not):
        yield from _parts_of_words(node.node)
    elif isinstance(node, AllOf | AnyOf):
        for part in parts_together(node) if isinstance(node, AllOf) else node.nodes:
            yield from _parts_of_words(part)


def _without_words(node: Node) -> list[ColumnElement[bool]]:
    """What must be fulfilled and needs no look into the search index."""
    parts = node.nodes if isinstance(node, AllOf) else ()
    return [found_by(part, "sqlite") for part in parts if not any(_parts_of_words(part))]
