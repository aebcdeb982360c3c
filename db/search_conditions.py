"""What a parsed search asks for, as conditions on `articles` in either database's SQL.

A part that is words only is one lookup in the search index; db.text_lookup writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from db.models import Article, Page, Revision, Source, StoryMember
from db.query_nodes import (
    AllOf,
    AnyOf,
    Attribute,
    AttributeName,
    Changed,
    ChangedPart,
    Comparison,
    EndedAs,
    Match,
    Node,
    Not,
    OfStory,
    Since,
    Until,
    WordCount,
)
from db.text_lookup import index_lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.selectable import Select

    from db.outcomes import Outcome

Lookup: TypeAlias = "Callable[[Node], ColumnElement[bool]]"
"""The condition that an article's words fulfil a textual node."""


def condition_of(node: Node, dialect: str, lookup: Lookup) -> ColumnElement[bool]:
    """The condition on `articles`; `dialect` is `sqlite` or `postgresql`."""
    if is_textual(node):
        return lookup(node)
    match node:
        case AllOf():
            parts = parts_together(node)
            return and_(*(condition_of(part, dialect, lookup) for part in parts))
        case AnyOf(nodes=nodes):
            return or_(*(condition_of(part, dialect, lookup) for part in nodes))
        case Not(node=negated):
            # An article without language is not in German: NULL counts as no.
            return not_(func.coalesce(condition_of(negated, dialect, lookup), false()))
        case Attribute():
            return _attribute_condition(node, dialect)
        case _:
            return _column_condition(node)


def found_by(node: Node, dialect: str) -> ColumnElement[bool]:
    """The condition for articles that are found by their words first."""
    return condition_of(node, dialect, lambda it: Article.id.in_(index_lookup(it, dialect)))


def parts_together(node: AllOf) -> Iterator[Node]:
    """What must be fulfilled, all parts of words as one, so that one lookup answers them."""
    textual = tuple(part for part in node.nodes if is_textual(part))
    if textual:
        yield textual[0] if len(textual) == 1 else AllOf(nodes=textual)
    yield from (part for part in node.nodes if not is_textual(part))


def is_textual(node: Node) -> bool:
    """Whether the search index alone can answer this."""
    if isinstance(node, AllOf | AnyOf):
        return all(is_textual(part) for part in node.nodes)
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


def _column_condition(node: Node) -> ColumnElement[bool]:
    match node:
        case Since(at=at):
            return Article.sort_at >= at
        case Until(before=before):
            return Article.sort_at < before
        case WordCount(comparison=comparison, words=words):
            has_more = comparison is Comparison.MORE
            return Article.word_count > words if has_more else Article.word_count < words
        case EndedAs(outcome=outcome):
            return Article.id.in_(_articles_of_pages(outcome))
        case Changed(part=part):
            return Article.id.in_(_changed_articles(part))
        case OfStory(story_id=story_id):
            members = select(StoryMember.article_id).where(StoryMember.story_id == story_id)
            return Article.id.in_(members)
    raise TypeError(f"not a part of a query: {node!r}")


def _articles_of_pages(outcome: Outcome) -> Select[int | None]:
    ended_so = select(Page.article_id).where(Page.outcome == outcome)
    return ended_so.where(Page.article_id.is_not(None))


def _changed_articles(part: ChangedPart) -> Select[int]:
    """Where one revision differs from the next, one differs from the current text."""
    current = aliased(Article)
    earlier = select(Revision.article_id).join(current, current.id == Revision.article_id)
    if part is ChangedPart.HEADLINE:
        return earlier.where(Revision.title != current.title)  # none said is no other
    return earlier.where(Revision.content_hash != current.content_hash)


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
