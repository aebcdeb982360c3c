"""What a parsed search asks for, as conditions on `articles` in either database's SQL.

A part that is words only is one lookup in the search index: an FTS5 MATCH, or a condition on the
tsvector. Phrases are looked up side by side in the stored terms on PostgreSQL: a tsvector keeps 255
places of a word and none beyond the 16,383rd, so `<->` would miss them in long articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    and_,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.types import Text

from db.models import Article, SearchTerms, Source
from db.query_language import (
    AllOf,
    AnyOf,
    Attribute,
    AttributeName,
    Comparison,
    Match,
    Node,
    Not,
    Since,
    TextField,
    Until,
    WordCount,
)
from db.terms import is_gram, quote_lexeme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.selectable import Select

SEARCH_INDEX = table("search_index", column("rowid"), column("search_index"))
TERMS: ColumnElement[object] = literal_column("search_terms.terms", TSVECTOR)
FTS5_COLUMNS = {TextField.TITLE: "title", TextField.AUTHOR: "authors"}
TSQUERY_WEIGHTS = {None: "", TextField.TITLE: "A", TextField.AUTHOR: "B"}
"""As db.terms.tsvector_text writes them."""


def condition_of(node: Node, dialect: str) -> ColumnElement[bool]:
    """The condition on `articles`; `dialect` is `sqlite` or `postgresql`."""
    if is_textual(node):
        return Article.id.in_(_index_lookup(node, dialect))
    match node:
        case AllOf(nodes=nodes):
            return and_(*(condition_of(part, dialect) for part in _textual_together(nodes)))
        case AnyOf(nodes=nodes):
            return or_(*(condition_of(part, dialect) for part in nodes))
        case Not(node=negated):
            # An article without language is not in German: NULL counts as no.
            return not_(func.coalesce(condition_of(negated, dialect), false()))
        case _:
            return _column_condition(node, dialect)


def is_textual(node: Node) -> bool:
    """Whether the search index alone can answer this."""
    if isinstance(node, AllOf | AnyOf):
        return all(is_textual(part) for part in node.nodes)
    return isinstance(node, Match)


def asks_for_words(node: Node) -> bool:
    """Whether any part of this is looked up in the search index."""
    if isinstance(node, Not):
        return asks_for_words(node.node)
    if isinstance(node, AllOf | AnyOf):
        return any(asks_for_words(part) for part in node.nodes)
    return isinstance(node, Match)


def wanted_matches(node: Node | None) -> Iterator[Match]:
    """The words and phrases that a hit may hold: those not under a NOT."""
    if isinstance(node, Match):
        yield node
    elif isinstance(node, AllOf | AnyOf):
        for part in node.nodes:
            yield from wanted_matches(part)


def named_sources(node: Node | None) -> Iterator[str]:
    """The keys of sources that are asked for, also under a NOT."""
    if isinstance(node, Attribute) and node.name is AttributeName.SOURCE:
        yield node.value
    elif isinstance(node, Not):
        yield from named_sources(node.node)
    elif isinstance(node, AllOf | AnyOf):
        for part in node.nodes:
            yield from named_sources(part)


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


def _textual_together(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """The same parts with all those of words as one, so that one lookup answers them."""
    textual = tuple(node for node in nodes if is_textual(node))
    if textual:
        yield textual[0] if len(textual) == 1 else AllOf(nodes=textual)
    yield from (node for node in nodes if not is_textual(node))


def _index_lookup(node: Node, dialect: str) -> Select[int]:
    if dialect == "sqlite":
        matches = SEARCH_INDEX.c.search_index.op("MATCH")(fts5_query(node))
        return select(SEARCH_INDEX.c.rowid).where(matches)
    return select(SearchTerms.article_id).where(_terms_condition(node))


def _terms_condition(node: Node) -> ColumnElement[bool]:
    match node:
        case AllOf(nodes=nodes):
            return and_(*map(_terms_condition, nodes))
        case AnyOf(nodes=nodes):
            return or_(*map(_terms_condition, nodes))
        case Match(terms=terms):
            found = TERMS.bool_op("@@")(as_tsquery(tsquery_text(node)))
            return found if len(terms) == 1 else and_(found, _side_by_side(node))
    raise TypeError(f"not words: {node!r}")


def _side_by_side(match: Match) -> ColumnElement[bool]:
    """Terms hold no % or _, and a space stands before and after each."""
    pattern = f"% {' '.join(match.terms)}" + ("%" if is_prefix(match) else " %")
    columns = {
        None: (SearchTerms.title, SearchTerms.authors, SearchTerms.body),
        TextField.TITLE: (SearchTerms.title,),
        TextField.AUTHOR: (SearchTerms.authors,),
    }[match.field]
    return or_(*((" " + terms + " ").like(pattern) for terms in columns))


def _column_condition(node: Node, dialect: str) -> ColumnElement[bool]:
    match node:
        case Since(at=at):
            return Article.sort_at >= at
        case Until(before=before):
            return Article.sort_at < before
        case WordCount(comparison=Comparison.MORE, words=words):
            return Article.word_count > words
        case WordCount(words=words):
            return Article.word_count < words
        case Attribute():
            return _attribute_condition(node, dialect)
    raise TypeError(f"not a part of a query: {node!r}")


def _attribute_condition(attribute: Attribute, dialect: str) -> ColumnElement[bool]:
    value = attribute.value
    match attribute.name:
        case AttributeName.SOURCE:
            keys = select(Source.id).where(Source.key == value)
            return Article.source_id.in_(keys)
        case AttributeName.SITE:
            return Article.site == value.lower().removeprefix("www.")
        case AttributeName.LANG:
            return Article.language == value.lower().split("-")[0]
        case AttributeName.SECTION:
            return Article.section.in_(_spellings(value))
        case AttributeName.TAG:
            return _has_tag(_spellings(value), dialect)


def _spellings(value: str) -> list[str]:
    """A value in the cases it is written in: the databases' own lower() knows ASCII, or more."""
    return sorted({value, value.lower(), value.upper(), value.capitalize(), value.title()})


def _has_tag(spellings: list[str], dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        tags = func.json_each(Article.tags).table_valued("value", name="tag")
    else:
        tags = func.jsonb_array_elements_text(Article.tags).table_valued("value", name="tag")
        tags = tags.render_derived()
    return exists(select(tags.c.value).where(tags.c.value.in_(spellings)))
