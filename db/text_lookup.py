"""Words in the search index of either database: an FTS5 MATCH, or a condition on the tsvector.

Phrases are looked up side by side in the stored terms on PostgreSQL: a tsvector keeps 255 places of
a word and none beyond the 16,383rd, so `<->` would miss them in long articles.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.types import Text

from db.models import SearchTerms
from db.query_nodes import AllOf, AnyOf, Match, TextField
from db.terms import is_gram, quote_lexeme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, TextualSelect
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.selectable import Select

    from db.query_nodes import Node

SEARCH_INDEX = table("search_index", column("rowid"), column("search_index"))
TERMS: ColumnElement[object] = literal_column("search_terms.terms", TSVECTOR)
FTS5_COLUMNS = {TextField.TITLE: "title", TextField.AUTHOR: "authors"}
TSQUERY_WEIGHTS = {None: "", TextField.TITLE: "A", TextField.AUTHOR: "B"}
"""As db.terms.tsvector_text writes them."""
# CROSS JOIN fixes the order: one look into the index for each span.
WITHIN = """
    SELECT search_index.rowid FROM json_each(:spans) AS span CROSS JOIN search_index
    WHERE search_index MATCH :words AND search_index.rowid
    BETWEEN json_extract(span.value, '$[0]') AND json_extract(span.value, '$[1]')
"""

Span = tuple[int, int]
"""First and last article number."""


def index_lookup(node: Node, dialect: str) -> Select[int]:
    """The articles whose words fulfil a textual node."""
    if dialect == "sqlite":
        matches = SEARCH_INDEX.c.search_index.op("MATCH")(fts5_query(node))
        return select(SEARCH_INDEX.c.rowid).where(matches)
    return select(SearchTerms.article_id).where(terms_condition(node))


def lookup_within(node: Node, spans: Sequence[Span]) -> TextualSelect:
    """The same among the articles of these spans only, on SQLite."""
    return (
        text(WITHIN)
        .bindparams(
            bindparam("spans", json.dumps(spans), unique=True),
            bindparam("words", fts5_query(node), unique=True),
        )
        .columns(SEARCH_INDEX.c.rowid)
    )


class Found(NamedTuple):
    """Articles that a textual node finds on SQLite, as JSON: it goes back into the next query."""

    articles: int
    """How many."""
    numbers: str

    def listed(self) -> Select[int]:
        """For `in_`."""
        return select(func.json_each(self.numbers).table_valued(column("value", Integer)).c.value)


def find_numbers(session: Session, node: Node, *, at_most: int) -> Found:
    """Up to `at_most` of the articles that a textual node finds, in no order; on SQLite."""
    found = index_lookup(node, "sqlite").limit(at_most).subquery()
    counted = select(func.count(), func.json_group_array(found.c.rowid)).select_from(found)
    return Found(*session.execute(counted).one())


def count_found(session: Session, node: Node, *, at_most: int) -> int:
    """How many articles a textual node finds, counted up to `at_most`."""
    dialect = session.get_bind().dialect.name
    found = index_lookup(node, dialect).limit(at_most).subquery()
    counted = select(func.count()).select_from(found)
    if dialect == "sqlite":
        return session.scalar(counted) or 0
    with by_index_of_words(session):
        return session.scalar(counted) or 0


@contextmanager
def by_index_of_words(session: Session) -> Iterator[None]:
    """PostgreSQL finds words by their index alone.

    It takes reading the terms of every article to be cheap, and does so for common words.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))


def terms_condition(node: Node) -> ColumnElement[bool]:
    """The condition on `search_terms` of PostgreSQL."""
    match node:
        case AllOf(nodes=nodes):
            return and_(*map(terms_condition, nodes))
        case AnyOf(nodes=nodes):
            return or_(*map(terms_condition, nodes))
        case Match(terms=terms):
            found = has_terms(node)
            return found if len(terms) == 1 else and_(found, _side_by_side(node))
    raise TypeError(f"not words: {node!r}")


def has_terms(match: Match) -> ColumnElement[bool]:
    """Whether all terms stand anywhere in their field, which the index tells; on PostgreSQL."""
    return TERMS.bool_op("@@")(as_tsquery(tsquery_text(match)))


def _side_by_side(match: Match) -> ColumnElement[bool]:
    """A space stands before and after each term."""
    wanted = f" {' '.join(match.terms)}" + ("" if is_prefix(match) else " ")
    columns = {
        None: (SearchTerms.title, SearchTerms.authors, SearchTerms.body),
        TextField.TITLE: (SearchTerms.title,),
        TextField.AUTHOR: (SearchTerms.authors,),
    }[match.field]
    return or_(*(func.strpos(" " + terms + " ", wanted) > 0 for terms in columns))


def is_prefix(match: Match) -> bool:
    """Whether the last term stands for all that begin so; a lone sign of a gram always does."""
    last = match.terms[-1]
    return match.prefix or (len(last) == 1 and is_gram(last))


def fts5_query(node: Node) -> str:
    """A textual node as FTS5 reads it: every term quoted, so nothing in it is an operator."""
    match node:
        case Match(terms=terms, field=field):
            phrase = f'"{" ".join(terms)}"' + (" *" if is_prefix(node) else "")
            return phrase if field is None else f"({FTS5_COLUMNS[field]} : {phrase})"
        case AllOf(nodes=nodes):
            return "(" + " AND ".join(map(fts5_query, nodes)) + ")"
        case AnyOf(nodes=nodes):
            return "(" + " OR ".join(map(fts5_query, nodes)) + ")"
    raise TypeError(f"not words: {node!r}")


def tsquery_text(match: Match) -> str:
    """The terms of a word or phrase, all of them anywhere in its field, as a tsquery."""
    weight = TSQUERY_WEIGHTS[match.field]
    suffixes = [weight] * len(match.terms)
    if is_prefix(match):
        suffixes[-1] = "*" + weight
    lexemes = (
        quote_lexeme(term) + (f":{suffix}" if suffix else "")
        for term, suffix in zip(match.terms, suffixes, strict=True)
    )
    return " & ".join(lexemes)


def as_tsquery(text: str) -> ColumnElement[str]:
    """A tsquery from its text, never through PostgreSQL's parser of words."""
    return cast(bindparam(None, text, Text), TSQUERY)
