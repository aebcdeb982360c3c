"""What a search asks for, as records: the tree that db.query_language makes of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from db.outcomes import Outcome


class TextField(StrEnum):
    """A part of an article whose words can be searched on their own."""

    TITLE = "title"
    AUTHOR = "author"


class AttributeName(StrEnum):
    """A value of an article that can be compared."""

    SOURCE = "source"
    SITE = "site"
    LANG = "lang"
    SECTION = "section"
    TAG = "tag"


class ChangedPart(StrEnum):
    """A part of an article of which an earlier revision can differ."""

    HEADLINE = "headline"
    TEXT = "text"


class Comparison(StrEnum):
    """How a number is compared."""

    MORE = ">"
    LESS = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Terms that stand side by side: a word, a phrase, or what a word is made of."""

    terms: tuple[str, ...]
    """At least one."""
    prefix: bool = False
    """The last term is the beginning of one."""
    field: TextField | None = None
    """None: anywhere in title, authors or text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute equal to a value."""

    name: AttributeName
    value: str
    """Not empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Published (else first fetched) at this time or later."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """Published (else first fetched) before this time."""

    before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """More or fewer words than this."""

    comparison: Comparison
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAs:
    """A page of the article ended so when it was last asked for."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An earlier revision had another headline, or another text."""

    part: ChangedPart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStory:
    """A member of a story."""

    story_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """What does not fulfil this."""

    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """What fulfils all of these; at least two."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """What fulfils at least one of these; at least two."""

    nodes: tuple[Node, ...]


Node = (
    Match
    | Attribute
    | Since
    | Until
    | WordCount
    | EndedAs
    | Changed
    | OfStory
    | Not
    | AllOf
    | AnyOf
)
