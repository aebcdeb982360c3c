"""What the text of each line says by itself, and what it shares with the page's head."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from pipelines.letters import spaced_words
from pipelines.model.head import Head
from pipelines.model.outline import LOOKED_AT, Indices, Line

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

MAX_KEY = 400
"""Characters of a line that are compared with the head as a whole."""

MAX_WORDS_WITH_CAPITALS = 50
"""That so many characters can hold."""

MAX_H1 = 3
"""Lines of first headings that are looked at."""

MIN_DESCRIPTION = 20
"""Letters of a line, or of a description, for one to be found in the other."""

_SMALL_LETTERS = frozenset(map(chr, (*range(0x61, 0x7B), *range(0xDF, 0xF7), *range(0xF8, 0x100))))
_IN_WORD, _DIGIT, _SMALL = 1, 2, 4  # what a character is; all that apply
_BASIC_PLANE = 0x10000
_STOPS = frozenset(".!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4\u061f")
_CLOSERS = "'\"\u201d\u2019\u00bb\u203a)]\u300d\u300f"
"""May follow the stop that ends a sentence."""
_END_CHARACTERS = _STOPS | set(_CLOSERS)
_QUOTES = frozenset("\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u300c\u2014\u2013-")
_COLONS = frozenset(":\uff1a")
_CRIES = frozenset("?\uff1f!")
_ARROWS = frozenset("\u00bb\u203a>\u2192")


def of_text(lines: Sequence[Line]) -> Column:
    """A column for each line, of 19 rows; none of the lines is empty."""
    texts = [line.text for line in lines]
    starts = [text[:LOOKED_AT] for text in texts]
    characters, links, own_links, link_count, controls, bold, words, commas, stops, looked_at = (
        _counts(lines, texts, starts)
    )
    digits, capitals = _digits_and_capitals(starts, looked_at)
    ends_sentence, is_small, is_colon, is_cry, is_quote, is_pointing, is_upper = _flags(texts)
    return as_rows(
        [
            characters,
            links / characters,
            own_links / characters,
            link_count,
            controls / characters,
            ends_sentence,
            words,
            characters / words,
            commas,
            stops,
            digits / looked_at,
            capitals / np.minimum(words, MAX_WORDS_WITH_CAPITALS),
            is_small,
            is_colon,
            is_cry,
            is_quote,
            is_pointing,
            bold / characters,
            is_upper,
        ],
        len(lines),
    )


def as_rows(columns: Sequence[Column | Indices | Flags | float], lines: int) -> Column:
    """One row for each of the columns, of an entry a line; a number fills its row."""
    rows = np.empty((len(columns), lines))
    for row, column in enumerate(columns):
        rows[row] = column
    return rows


def _counts(lines: Sequence[Line], texts: Sequence[str], starts: Sequence[str]) -> Indices:
    """What is counted in each line, one row for each count."""
    counts = [
        [line.characters for line in lines],
        [line.link_characters for line in lines],
        [line.own_link_characters for line in lines],
        [line.links for line in lines],
        [line.control_characters for line in lines],
        [line.bold_characters for line in lines],
        [text.count(" ") + 1 for text in texts],
        [text.count(",") + text.count("\u3001") + text.count("\uff0c") for text in texts],
        [text.count(". ") + text.count("\u3002") for text in texts],
        [len(start) for start in starts],
    ]
    size = len(counts) * len(lines)
    return np.fromiter(chain.from_iterable(counts), np.int64, size).reshape(len(counts), -1)


def _flags(texts: Sequence[str]) -> Flags:
    """What each line is or is not, one row for each question."""
    first, last = [text[0] for text in texts], [text[-1] for text in texts]
    flags = [
        [
            end in _END_CHARACTERS and text[-6:].rstrip(_CLOSERS)[-1:] in _STOPS
            for text, end in zip(texts, last, strict=True)
        ],
        map(str.islower, first),
        map(_COLONS.__contains__, last),
        map(_CRIES.__contains__, last),
        map(_QUOTES.__contains__, first),
        ["|" in text or end in _ARROWS for text, end in zip(texts, last, strict=True)],
        map(str.isupper, texts),
    ]
    # As bytes: a third of the time that an array of numbers takes.
    return np.frombuffer(b"".join(map(bytes, flags)), dtype=bool).reshape(len(flags), -1)


def of_head(lines: Sequence[Line], head: Head, *, h1: Sequence[str]) -> Column:
    """A column for each line, of 5 rows: what it shares with the titles and the description.

    Args:
        lines: Of the page.
        head: Of the page.
        h1: Its lines in a first heading, which say as much as a title.
    """
    all_titles = (*head.titles, *h1[:MAX_H1])
    titles = {_key(title) for title in all_titles}
    keys = [_key_of(line) for line in lines]
    is_title = np.array([key in titles for key in keys])
    of_topic, of_description = _shared(
        [line.words for line in lines],
        {word for title in all_titles for word in spaced_words(title)},
        set(spaced_words(head.description)),
    )
    return as_rows(
        [
            is_title,
            of_topic,
            of_description,
            np.array(_overlaps(keys, _key(head.description))),
            np.maximum.accumulate(is_title),  # after a line that says the headline
        ],
        len(lines),
    )


def _digits_and_capitals(texts: Sequence[str], sizes: Indices) -> tuple[Column, Column]:
    """How many characters of each text are digits, and how many words begin with a capital.

    A capital is any letter that is not a small Latin one.

    Args:
        texts: Of the lines.
        sizes: How many characters each has.
    """
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = _kinds_of(codes)
    is_capital = kinds == _IN_WORD
    is_capital[1:] &= (kinds[:-1] & _IN_WORD) == 0
    starts = (sizes + 1).cumsum() - (sizes + 1)
    digits = np.add.reduceat((kinds & _DIGIT) > 0, starts, dtype=np.float64)
    capitals = np.add.reduceat(is_capital, starts, dtype=np.float64)
    return digits, capitals


def _kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    kinds = _basic_kinds().take(codes, mode="clip")
    if codes.max() < _BASIC_PLANE:
        return kinds
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


def _shared(
    words: Sequence[Sequence[str]], topic: set[str], description: set[str]
) -> tuple[Column, Column]:
    """Of each line's words the share that the topic has, and that the description has."""
    known = {word: (word in topic) + 2 * (word in description) for word in topic | description}
    found = bytes(map(known.get, chain.from_iterable(words), repeat(0)))
    bits = np.frombuffer(found, dtype=np.uint8)
    before = np.zeros((2, len(found) + 1), dtype=np.int64)
    np.cumsum([bits & 1, bits >> 1], axis=1, out=before[:, 1:])
    sizes = np.array([len(own) for own in words])
    ends = sizes.cumsum()
    of_topic, of_description = before.take(ends, axis=1) - before.take(ends - sizes, axis=1)
    some = np.maximum(sizes, 1)
    return of_topic / some, of_description / some


def _overlaps(keys: Sequence[str], description: str) -> list[bool]:
    is_long = len(description) > MIN_DESCRIPTION
    return [
        len(key) > MIN_DESCRIPTION and (key in description or (is_long and description in key))
        for key in keys
    ]


def _key_of(line: Line) -> str:
    """The key of its first MAX_KEY characters."""
    key = "".join(line.words)
    return key + _key(line.text[LOOKED_AT:MAX_KEY]) if len(line.text) > LOOKED_AT else key


def _key(text: str) -> str:
    return "".join(spaced_words(text))
