"""The language of a search, from text to records; db/search.py compiles them to either database.

    storm warning           both words            "storm warning"     side by side
    -storm                  not this word         storm OR flood      one of them
    (storm OR flood) coast  groups                storm*              words that begin so
    title: author:          words or a "phrase" in the title, in the authors
    source: site: lang:     equal to this         section: tag:       equal, whatever the case
    outcome:gone            a page of it ended so
    story:17                a member of this story
    changed:headline        an earlier revision had another; changed:text
    since: until:           2026-01-31, 2026-01, 2026, today, yesterday, 12h, 7d, 4w, 1y (UTC)
    words:>300 words:<100   how long the text is

What looks like nothing of this is text: `O'Brien`, `a-b`, `http://x` are phrases of their terms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db.errors import QueryRefused
from db.query_fields import FIELDS, field_node, match_of, text_field_node
from db.query_nodes import AllOf, AnyOf, Not, TextField

if TYPE_CHECKING:
    from datetime import datetime

    from db.query_nodes import Node

MAX_QUERY_CHARACTERS = 2_000
MAX_LEAVES = 100
"""Words, phrases and filters of one query."""
MAX_DEPTH = 30
"""Groups within groups: far below what Python's and SQLite's own limits refuse."""


def parse_query(query: str, *, now: datetime) -> Node:
    """What a search asks for; `now` is what `7d` and `today` count from.

    Raises:
        QueryRefused: It cannot be read, or nothing in it can be looked for; the message has a line
            with a caret under the place.
    """
    if len(query) > MAX_QUERY_CHARACTERS:
        raise QueryRefused(
            f"the query has {len(query)} characters; at most {MAX_QUERY_CHARACTERS} are read"
        )
    return _Parser("".join(map(_readable, query)), now).parse()


def _readable(character: str) -> str:
    """The character, or a space for a control character or half of one: no database takes those."""
    return " " if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} else character


class _Kind(StrEnum):
    OPEN = "("
    CLOSE = ")"
    OR = "OR"
    AND = "AND"
    NOT = "NOT"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    kind: _Kind
    start: int
    """Index of its first character in the query."""
    text: str = ""
    quoted: bool = False
    prefix: bool = False
    field: str | None = None


QUOTES = '"“”„'
_FIELDS = "|".join(FIELDS)
_TOKEN = re.compile(
    rf"""
    (?P<open>\() | (?P<close>\)) | (?P<not>-(?=[^\s)]))
    | (?P<field>(?:{_FIELDS}):)?
      (?: [{QUOTES}](?P<phrase>[^{QUOTES}]*)(?P<end>[{QUOTES}]?) | (?P<word>[^\s(){QUOTES}]*) )
      (?P<star>\*?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPACE = re.compile(r"\s*")
_OPERATORS = {"OR": _Kind.OR, "AND": _Kind.AND, "NOT": _Kind.NOT}


class _Parser:
    """Recursive descent: any := all (OR all)*; all := (AND? one)*; one := -one | (any) | text."""

    def __init__(self, query: str, now: datetime) -> None:
        self.query = query
        self.now = now
        self.tokens = self._tokens()
        self.position = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self._any_of()
        if self._peek() is not None:
            raise self._refused("this bracket closes nothing", self.tokens[self.position].start)
        if node is None:
            raise QueryRefused(
                f'nothing to look for in {self.query.strip()!r}: give a word, a "phrase" '
                "or a filter such as lang:de"
            )
        return node

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = self._skip_space(0)
        while position < len(self.query):
            match = _TOKEN.match(self.query, position)
            if match is None or match.end() == position:
                raise self._refused("this cannot be read", position)
            tokens.append(self._token(match))
            position = self._skip_space(match.end())
        if sum(token.kind is _Kind.TEXT for token in tokens) > MAX_LEAVES:
            raise QueryRefused(f"the query has more than {MAX_LEAVES} words and filters")
        return tokens

    def _skip_space(self, position: int) -> int:
        match = _SPACE.match(self.query, position)
        return match.end() if match else position

    def _token(self, match: re.Match[str]) -> _Token:
        start = match.start()
        for group, kind in (("open", _Kind.OPEN), ("close", _Kind.CLOSE), ("not", _Kind.NOT)):
            if match[group]:
                return _Token(kind=kind, start=start)
        if match["phrase"] is not None and not match["end"]:
            raise self._refused("this quote is never closed", match.start("phrase") - 1)
        word = match["word"] or ""
        if word in _OPERATORS and not match["field"]:
            return _Token(kind=_OPERATORS[word], start=start)
        return _Token(
            kind=_Kind.TEXT,
            start=start,
            text=word if match["phrase"] is None else match["phrase"],
            quoted=match["phrase"] is not None,
            prefix=bool(match["star"]) or word.endswith("*"),
            field=match["field"][:-1].lower() if match["field"] else None,
        )

    def _peek(self) -> _Kind | None:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else None

    def _any_of(self) -> Node | None:
        nodes = [self._all_of()]
        while self._peek() is _Kind.OR:
            operator = self._next()
            follows = self._peek()
            if self.position == 1 or follows in {None, _Kind.OR, _Kind.CLOSE}:
                raise self._refused("OR needs something on both sides", operator.start)
            nodes.append(self._all_of())
        found = tuple(node for node in nodes if node is not None)
        return AnyOf(nodes=found) if len(found) > 1 else next(iter(found), None)

    def _all_of(self) -> Node | None:
        found: list[Node] = []
        while self._peek() not in {None, _Kind.OR, _Kind.CLOSE}:
            if self._peek() is _Kind.AND:
                self._next()
                continue
            node = self._one()
            if node is not None:
                found.append(node)
        return AllOf(nodes=tuple(found)) if len(found) > 1 else next(iter(found), None)

    def _one(self) -> Node | None:
        token = self._next()
        if token.kind is _Kind.OPEN:
            return self._group(token)
        if token.kind is _Kind.NOT:
            return self._negated(token)
        return self._leaf(token)

    def _group(self, opening: _Token) -> Node | None:
        self._descend(opening)
        node = self._any_of()
        if self._peek() is not _Kind.CLOSE:
            raise self._refused("this bracket is never closed", opening.start)
        self._next()
        self.depth -= 1
        return node

    def _negated(self, operator: _Token) -> Node | None:
        if self._peek() in {None, _Kind.OR, _Kind.AND, _Kind.CLOSE}:
            raise self._refused("nothing follows this NOT", operator.start)
        self._descend(operator)
        node = self._one()
        self.depth -= 1
        return None if node is None else Not(node=node)

    def _descend(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._refused(f"more than {MAX_DEPTH} groups within groups", token.start)

    def _leaf(self, token: _Token) -> Node | None:
        name = token.field
        if name is None:
            return match_of(token.text, is_prefix=token.prefix)
        try:
            if name in set(TextField):
                return text_field_node(name, token.text, is_prefix=token.prefix)
            return field_node(name, token.text, self.now)
        except ValueError as error:
            raise self._refused(str(error), token.start) from error

    def _next(self) -> _Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def _refused(self, what: str, position: int) -> QueryRefused:
        indent = " " * _cells(self.query[:position])
        return QueryRefused(f"{what}:\n  {self.query}\n  {indent}^")


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes: Han two a sign, an accent none."""
    return sum(
        0 if unicodedata.combining(it) else 1 + (unicodedata.east_asian_width(it) in {"W", "F"})
        for it in text
    )
