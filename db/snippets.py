"""What a search shows of a hit: a piece of its text, and where the words stand in it.

Made from the original text, not from the index; places are numbers, so that a terminal and a page
can each draw them in their own way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.terms import located_terms
from db.text_lookup import is_prefix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.query_nodes import Match
    from db.terms import LocatedTerm

SNIPPET_CHARACTERS = 240
LEAD_CHARACTERS = 60
"""How much of the text stands before the first word found."""

_SPACE = re.compile(r"\s+")
Span = tuple[int, int]
"""First character, and the one after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of text on one line, and what in it was looked for."""

    text: str
    """Begins or ends with `…` where the original goes on."""
    spans: tuple[Span, ...] = ()
    """In order, without overlap; indexes of `text`."""

    def marked(self, opening: str, closing: str) -> str:
        """The text with a mark before and after each span."""
        parts: list[str] = []
        position = 0
        for start, end in self.spans:
            parts += [self.text[position:start], opening, self.text[start:end], closing]
            position = end
        return "".join([*parts, self.text[position:]])


def make_snippet(text: str, matches: Sequence[Match]) -> Snippet:
    """The piece of the text that holds most of what was looked for; else its beginning."""
    spans = find_spans(text, matches)
    start, end = _window(text, spans)
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(before) - start
    return Snippet(
        text=before + text[start:end].replace("\n", " ") + after,
        spans=tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end),
    )


def highlight(text: str, matches: Sequence[Match]) -> Snippet:
    """The whole text, e.g. a title, with what was looked for."""
    return Snippet(text=text, spans=find_spans(text, matches))


def find_spans(text: str, matches: Sequence[Match]) -> tuple[Span, ...]:
    """Where the words and phrases stand in the text: in order, overlaps joined."""
    if not matches:
        return ()
    terms = list(located_terms(text))
    found = {span for match in matches for span in _spans_of(match, terms)}
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _spans_of(match: Match, terms: Sequence[LocatedTerm]) -> list[Span]:
    first, *rest = match.terms
    size = len(match.terms)
    begins = first if size == 1 and is_prefix(match) else None
    return [
        (located.start, terms[index + size - 1].end)
        for index, located in enumerate(terms[: len(terms) - size + 1])
        if (located.term == first or (begins is not None and located.term.startswith(begins)))
        and (not rest or _continues(match, terms[index : index + size]))
    ]


def _continues(match: Match, terms: Sequence[LocatedTerm]) -> bool:
    """Whether these are the terms of the match, the last one perhaps only begun."""
    *middle, last = (located.term for located in terms)
    wanted = match.terms
    ends = last.startswith(wanted[-1]) if is_prefix(match) else last == wanted[-1]
    return ends and tuple(middle) == wanted[:-1]


def _window(text: str, spans: Sequence[Span]) -> Span:
    """Where the snippet begins and ends: whole words where there are spaces."""
    if len(text) <= SNIPPET_CHARACTERS:
        return 0, len(text)
    best = _densest(spans)
    start = _after_space(text, max(0, best[0] - LEAD_CHARACTERS), best[0])
    end = min(len(text), max(start + SNIPPET_CHARACTERS, best[1]))
    return start, _before_space(text, end, max(best[1], end - LEAD_CHARACTERS))


def _densest(spans: Sequence[Span]) -> Span:
    """The span with the most others behind it in one snippet; the first such."""
    ends = [end for _, end in spans]
    reach = SNIPPET_CHARACTERS - LEAD_CHARACTERS
    weights = [bisect_right(ends, start + reach) - i for i, (start, _) in enumerate(spans)]
    return spans[weights.index(max(weights))] if spans else (0, 0)


def _after_space(text: str, start: int, latest: int) -> int:
    """The next beginning of a word, not after `latest`."""
    if start == 0:
        return 0
    space = _SPACE.search(text, start, latest)
    return space.end() if space else start


def _before_space(text: str, end: int, earliest: int) -> int:
    """The last end of a word, not before `earliest`."""
    if end == len(text):
        return end
    space = max(text.rfind(" ", earliest, end + 1), text.rfind("\n", earliest, end + 1))
    return end if space < 0 else space
