"""`field:value` of a search: which fields there are, and what their values may be."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from db.outcomes import Outcome
from db.query_dates import since_time, until_time
from db.query_nodes import (
    Attribute,
    AttributeName,
    Changed,
    ChangedPart,
    Comparison,
    EndedAs,
    Match,
    OfStory,
    Since,
    TextField,
    Until,
    WordCount,
)
from db.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from db.query_nodes import Node


def match_of(text: str, *, is_prefix: bool) -> Match | None:
    """The terms of a text, side by side. None: it holds nothing that can be looked up."""
    terms = tuple(terms_of(text))
    return Match(terms=terms, prefix=is_prefix) if terms else None


def text_field_node(name: str, text: str, *, is_prefix: bool) -> Match:
    """`title:storm*`.

    Raises:
        ValueError: It holds nothing that can be looked up; in words for a person.
    """
    match = match_of(text, is_prefix=is_prefix)
    if match is None:
        raise ValueError(f'{name}: needs a word or a "phrase"')
    return replace(match, field=TextField(name))


def field_node(name: str, value: str, now: datetime) -> Node:
    """The node of any other `name:value`, spaces around the value left out.

    Raises:
        ValueError: The value is not one of this field; in words for a person.
    """
    if not value.strip():
        raise ValueError(f"{name}: needs a value")
    return VALUE_FIELDS[name](value.strip(), now)


def _attribute(name: AttributeName) -> Callable[[str, datetime], Node]:
    return lambda value, _: Attribute(name=name, value=value)


def _since(value: str, now: datetime) -> Node:
    return Since(at=since_time(value, now))


def _until(value: str, now: datetime) -> Node:
    return Until(before=until_time(value, now))


_WORD_COUNT = re.compile(r"([<>])([0-9]{1,9})")


def _words(value: str, _: datetime) -> Node:
    match = _WORD_COUNT.fullmatch(value)
    if match is None:
        raise ValueError("words: needs > or < and a number, as in words:>300")
    return WordCount(comparison=Comparison(match[1]), words=int(match[2]))


def _outcome(value: str, _: datetime) -> Node:
    name = value.lower()
    if name in set(Outcome):
        return EndedAs(outcome=Outcome(name))
    close = get_close_matches(name, list(Outcome), n=1)
    hint = f"did you mean {close[0]}?" if close else "give one such as saved, updated or gone"
    raise ValueError(f"{value!r} is no outcome; {hint}")


_NUMBER = re.compile(r"[0-9]{1,9}")


def _story(value: str, _: datetime) -> Node:
    if not _NUMBER.fullmatch(value):
        raise ValueError("story: needs a number, as in story:17; `winnow stories list` shows them")
    return OfStory(story_id=int(value))


def _changed(value: str, _: datetime) -> Node:
    name = value.lower()
    if name not in set(ChangedPart):
        raise ValueError(f"changed: needs headline or text, not {value!r}")
    return Changed(part=ChangedPart(name))


VALUE_FIELDS: dict[str, Callable[[str, datetime], Node]] = {
    **{name.value: _attribute(name) for name in AttributeName},
    "outcome": _outcome,
    "changed": _changed,
    "story": _story,
    "since": _since,
    "until": _until,
    "words": _words,
}
FIELDS = (*TextField, *VALUE_FIELDS)
"""Every word that may stand before a colon."""

_LIKE_A_FIELD = re.compile(r"(?<![^\s(-])([^\W\d_]{3,12}):(?=[^\s/])")


def misspelt_field(query: str) -> tuple[str, str] | None:
    """What looks like a field in a query and is text, and the field it may be meant for."""
    for name in _LIKE_A_FIELD.findall(query):
        close = get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.75)
        if close and name.lower() not in FIELDS:
            return name, close[0]
    return None
