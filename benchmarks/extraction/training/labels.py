"""Which lines of a labelled page are its article: the gold text, aligned with the page."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.model.outline import Line

NGRAM = 4
MIN_LONG_TOKENS = 6
"""A line of so many tokens is found by its n-grams; a shorter one between such lines."""

MIN_FOUND_SHARE = 0.5
MAX_GAP = 400
"""Tokens of gold text between two long lines in which short lines are looked for."""

MAX_EDGE_GAP = 40
SLACK = 3
NEAR_TOKENS = 200

# A character of Han or kana is a token, as a word is in other scripts.
_TOKEN = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
Span = tuple[int, int]


def tokens_of(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def label_by_snippets(
    lines: list[Line], *, wanted: list[str], unwanted: list[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each line is of the article, and whether that is known."""
    keep = np.array([any(_squeeze(s) in line.text for s in wanted) for line in lines], dtype=bool)
    drop = np.array([any(_squeeze(s) in line.text for s in unwanted) for line in lines], dtype=bool)
    return keep, keep | drop


def label_by_text(lines: list[Line], gold: list[str]) -> NDArray[np.bool_]:
    """Whether each line is of the article; each part of the gold text is found once."""
    alignment = _Alignment([tokens_of(text) for text in gold], [tokens_of(x.text) for x in lines])
    alignment.find_long_lines()
    alignment.drop_second_copies()
    alignment.find_short_lines()
    return np.array([span is not None for span in alignment.spans], dtype=bool)


def _squeeze(text: str) -> str:
    return " ".join(text.split())


@dataclass
class _Alignment:
    gold_lines: list[list[str]]
    lines: list[list[str]]
    gold: list[str] = field(init=False)
    spans: list[Span | None] = field(init=False)
    """Where in the gold text each line was found."""

    def __post_init__(self) -> None:
        self.gold = [token for line in self.gold_lines for token in line]
        self.spans = [None] * len(self.lines)

    def find_long_lines(self) -> None:
        places = defaultdict(list)
        for at in range(len(self.gold) - NGRAM + 1):
            places[tuple(self.gold[at : at + NGRAM])].append(at)
        for number, line in enumerate(self.lines):
            if len(line) >= MIN_LONG_TOKENS:
                self.spans[number] = self._long_span(line, places)

    def drop_second_copies(self) -> None:
        """Of lines found at one place keep the one whose neighbours stand beside it there too."""
        copies = Counter(tuple(line) for line in self.gold_lines)
        owners = defaultdict(list)
        for number, span in enumerate(self.spans):
            if span is not None:
                owners[span[0]].append(number)
        found = [number for number, span in enumerate(self.spans) if span is not None]
        for same in owners.values():
            allowed = max(1, copies[tuple(self.lines[same[0]])])
            ranked = sorted(same, key=lambda number: self._fit(number, found), reverse=True)
            for number in ranked[allowed:]:
                self.spans[number] = None

    def find_short_lines(self) -> None:
        taken = np.zeros(len(self.gold), dtype=bool)
        for span in self.spans:
            if span is not None:
                taken[slice(*span)] = True
        following = self._following()
        last: int | None = None
        for number, line in enumerate(self.lines):
            if (span := self.spans[number]) is not None:
                last = span[1]
            elif 0 < len(line) < MIN_LONG_TOKENS:
                span = self._short_span(line, self._gap(last, following[number]), taken)
                if span is not None:
                    self.spans[number] = span
                    taken[slice(*span)] = True
                    last = span[1]

    def _long_span(self, line: list[str], places: dict[tuple[str, ...], list[int]]) -> Span | None:
        covered = np.zeros(len(line), dtype=bool)
        votes: Counter[int] = Counter()
        for at in range(len(line) - NGRAM + 1):
            hits = places.get(tuple(line[at : at + NGRAM]), ())
            votes.update(hit - at for hit in hits)
            if hits:
                covered[at : at + NGRAM] = True
        if covered.mean() < MIN_FOUND_SHARE:
            return None
        start = votes.most_common(1)[0][0]
        return max(start, 0), min(start + len(line), len(self.gold))

    def _fit(self, number: int, found: list[int]) -> int:
        """Tokens of the lines around that stand around it in the gold text as well."""
        start, end = self.spans[number] or (0, 0)
        at = found.index(number)
        total = 0
        for other in found[max(0, at - 3) : at]:
            span = self.spans[other]
            if span is not None and span[0] < start < span[1] + NEAR_TOKENS:
                total += len(self.lines[other])
        for other in found[at + 1 : at + 4]:
            span = self.spans[other]
            if span is not None and start < span[0] < end + NEAR_TOKENS:
                total += len(self.lines[other])
        return total

    def _following(self) -> list[int | None]:
        following: list[int | None] = []
        start: int | None = None
        for span in reversed(self.spans):
            following.append(start)
            start = span[0] if span is not None else start
        return following[::-1]

    def _gap(self, last: int | None, following: int | None) -> Span:
        if last is None and following is None:
            return 0, 0
        low = max(0, following - MAX_EDGE_GAP) if last is None else last - SLACK
        high = last + MAX_EDGE_GAP if following is None else following + SLACK
        return max(low, 0), min(high, low + MAX_GAP, len(self.gold))

    def _short_span(self, line: list[str], gap: Span, taken: NDArray[np.bool_]) -> Span | None:
        for start in range(gap[0], gap[1] - len(line) + 1):
            end = start + len(line)
            if self.gold[start:end] == line and not taken[start:end].any():
                return start, end
        return None
