"""What the text of each line says by itself, and what it shares with the page's head."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from pipelines.letters import spaced_words
from pipelines.model.head import Head
from pipelines.model.outline import LOOKED_AT, Line, Outline

Column = NDArray[np.float64]

MAX_KEY = 400
"""Characters of a line that are compared with the head as a whole."""

MAX_WORDS_WITH_CAPITALS = 50
"""That so many characters can hold."""

MIN_DESCRIPTION = 20
"""Letters of a line, or of a description, for one to be found in the other."""

_SMALL_LETTERS = frozenset(map(chr, (*range(0x61, 0x7B), *range(0xDF, 0xF7), *range(0xF8, 0x100))))
_IN_WORD, _DIGIT, _SMALL = 1, 2, 4  # what a character is; all that apply
_BASIC_PLANE = 0x10000
_ENDS = re.compile(
    "[.!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4\u061f]"
    "['\"\u201d\u2019\u00bb\u203a)\\]\u300d\u300f]*$"
)
_QUOTES = frozenset("\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u300c\u2014\u2013-")
_COLONS = frozenset(":\uff1a")
_END_CHARACTERS = frozenset(
    ".!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4\u061f'\"\u201d\u2019\u00bb\u203a)]\u300d\u300f"
)
_CRIES = frozenset("?\uff1f!")
_ARROWS = frozenset("\u00bb\u203a>\u2192")
_COUNTS = attrgetter(
    "characters",
    "link_characters",
    "own_link_characters",
    "links",
    "control_characters",
    "bold_characters",
)


def of_text(lines: Sequence[Line]) -> Column:
    """A row for each line; none of them is empty."""
    texts = [line.text for line in lines]
    starts = [text[:LOOKED_AT] for text in texts]
    digits, capitals = _digits_and_capitals(starts)
    first, last = [text[0] for text in texts], [text[-1] for text in texts]
    counts = np.array([_COUNTS(line) for line in lines], dtype=np.float64).T
    characters = counts[0]
    words = _numbers([text.count(" ") + 1 for text in texts])
    columns = [
        characters,
        counts[1] / characters,
        counts[2] / characters,
        counts[3],
        counts[4] / characters,
        _numbers([_ends_sentence(text) for text in texts]),
        words,
        characters / words,
        _numbers([text.count(",") + text.count("\u3001") + text.count("\uff0c") for text in texts]),
        _numbers([text.count(". ") + text.count("\u3002") for text in texts]),
        digits / _numbers([len(start) for start in starts]),
        capitals / np.minimum(words, MAX_WORDS_WITH_CAPITALS),
        _numbers([character.islower() for character in first]),
        _numbers([character in _COLONS for character in last]),
        _numbers([character in _CRIES for character in last]),
        _numbers([character in _QUOTES for character in first]),
        _numbers(["|" in text or text[-1] in _ARROWS for text in texts]),
        counts[5] / characters,
        _numbers([text.isupper() for text in texts]),
    ]
    return np.stack(columns, axis=1)


def of_head(outline: Outline, head: Head) -> Column:
    """A row for each line: what it shares with titles, the h1 and the description."""
    lines, boxes = outline.lines, outline.boxes
    headings = [line.text for line in lines if boxes[line.box].tag == "h1"][:3]
    titles = {_key(title) for title in (*head.titles, *headings)}
    topic = {word for title in (*head.titles, *headings) for word in spaced_words(title)}
    description = set(spaced_words(head.description))
    words = [line.words for line in lines]
    keys = [
        "".join(line.words) if len(line.text) <= LOOKED_AT else _key(line.text[:MAX_KEY])
        for line in lines
    ]
    size = _numbers([len(found) or 1 for found in words])
    is_title = _numbers([key in titles for key in keys])
    columns = [
        is_title,
        _shared(words, topic) / size,
        _shared(words, description) / size,
        _numbers(_overlaps(keys, _key(head.description))),
        np.maximum.accumulate(is_title),  # after a line that says the headline
    ]
    return np.stack(columns, axis=1)


def _numbers(values: Sequence[float]) -> Column:
    return np.array(values, dtype=np.float64)


def _ends_sentence(text: str) -> bool:
    return text[-1] in _END_CHARACTERS and _ENDS.search(text[-6:]) is not None


def _digits_and_capitals(texts: Sequence[str]) -> tuple[Column, Column]:
    """How many characters of each text are digits, and how many words begin with a capital.

    A capital is any letter that is not a small Latin one.
    """
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = _kinds_of(codes)
    follows_word = np.concatenate([[False], (kinds[:-1] & _IN_WORD) > 0])
    lengths = np.array([len(text) + 1 for text in texts])
    starts = np.cumsum(lengths) - lengths
    digits = np.add.reduceat((kinds & _DIGIT) > 0, starts, dtype=np.float64)
    capitals = np.add.reduceat((kinds == _IN_WORD) & ~follows_word, starts, dtype=np.float64)
    return digits, capitals


def _kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    kinds = _basic_kinds()[np.minimum(codes, _BASIC_PLANE - 1)]
    for code in np.unique(codes[codes >= _BASIC_PLANE]).tolist():
        kinds[codes == code] = _kind_of(chr(code))
    return kinds


@lru_cache(maxsize=1)
def _basic_kinds() -> NDArray[np.uint8]:
    return np.array([_kind_of(chr(code)) for code in range(_BASIC_PLANE)], dtype=np.uint8)


def _kind_of(character: str) -> int:
    if character == "_":
        return _IN_WORD | _SMALL
    if not character.isalnum():
        return 0
    if character.isdecimal():
        return _IN_WORD | _DIGIT
    return _IN_WORD | _SMALL if character in _SMALL_LETTERS else _IN_WORD


def _shared(words: Sequence[Sequence[str]], known: set[str]) -> Column:
    is_known: Callable[[str], bool] = known.__contains__
    return _numbers([sum(map(is_known, found)) for found in words])


def _overlaps(keys: Sequence[str], description: str) -> list[bool]:
    is_long = len(description) > MIN_DESCRIPTION
    return [
        len(key) > MIN_DESCRIPTION and (key in description or (is_long and description in key))
        for key in keys
    ]


def _key(text: str) -> str:
    return "".join(spaced_words(text))
