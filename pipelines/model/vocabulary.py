"""What names of classes and words say about a line, learned from labelled pages of many sites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import inf
from string import ascii_lowercase

import numpy as np

from pipelines.letters import spaced_words
from pipelines.model.features import Matrix
from pipelines.model.line_texts import Column
from pipelines.model.outline import Indices, Line, Outline, outwards

MAX_WORDS = 25
"""A longer line is judged by its shape alone."""

MAX_LOOKED_AT = 200
"""Characters in which words are looked for."""

MAX_START = 60
"""Characters in which the first two words are looked for."""

GROUPS = ("own", "near", "far", "words", "start")
"""Of tokens: the line's own box, the two around it, those farther out, words, the first two."""

MAX_MARKS = 1_000
"""Characters of a class attribute in which names are looked for."""

WIDTH = 13
_NAME_PARTS = re.compile(r"[A-Z]+[a-z]+|[A-Z]{2,}|[a-z]{2,}")
_SMALL_PARTS = re.compile(r"[a-z]{2,}")
"""The same where no letter is a capital."""

_WORDS = re.compile(r"[^\W\d_]+")
_TWO_WORDS = re.compile(r"[\W\d_]*([^\W\d_]+)[\W\d_]*([^\W\d_]*)")
_LETTERS = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
"""By byte of caseless ASCII: itself, or a space for what is no letter."""

LogOdds = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """Log-odds of being part of an article, by token; a token it does not know says nothing."""

    own: LogOdds
    near: LogOdds
    far: LogOdds
    words: LogOdds
    start: LogOdds


_Said = tuple[float, float, float, float]
"""What some tokens say together: the sum, how many they are, the lowest and the highest."""

_NOTHING: _Said = (0.0, 0.0, inf, -inf)


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    """The vocabularies of names as one."""

    rows: Mapping[str, int]
    """By token: where its odds stand."""
    odds: Column
    """A row for each token: as own, near and far one. The first, of any other token, is 0.0."""


def vocabulary_features(outline: Outline, vocabulary: Vocabulary) -> Matrix:
    """One row of WIDTH numbers for each line, in page order."""
    if not outline.lines:
        return np.zeros((0, WIDTH), dtype=np.float32)
    boxes = _read_boxes(outline, _names(vocabulary))
    name, outer = boxes.name, boxes.outer
    own = outline.spans.box
    up = outer[own]
    second = outer[up]
    letters = [letters_of(line) for line in outline.lines]
    groups = (
        _both(boxes.own.take(name[own], axis=0), _of_marks(outline.lines, vocabulary)),
        _both(boxes.near.take(name[up], axis=0), boxes.near.take(name[second], axis=0)),
        _of_all_around(boxes).take(outer[second], axis=0),
        _of_words(letters, vocabulary.words),
    )
    starts = [
        vocabulary.start.get(start_of(line, found), 0.0)
        for line, found in zip(outline.lines, letters, strict=True)
    ]
    return _columns(np.array(groups), starts)


@lru_cache(maxsize=8)  # a worker has one, a training a few
def _names(vocabulary: Vocabulary) -> _Names:
    own, near, far = vocabulary.own, vocabulary.near, vocabulary.far
    tokens = dict.fromkeys((*own, *near, *far))
    odds = [(own.get(it, 0.0), near.get(it, 0.0), far.get(it, 0.0)) for it in tokens]
    return _Names(
        rows={token: row for row, token in enumerate(tokens, start=1)},
        odds=np.array([(0.0, 0.0, 0.0), *odds]),
    )


@dataclass(frozen=True, slots=True)
class _Boxes:
    """What the names of boxes say; boxes of one tag and marks say the same."""

    name: Indices
    """Of each box: its row in the others. A last one, that of the box -1, says nothing."""
    outer: Indices
    """The box around each; -1 around none, and around the box -1."""
    own: Column
    """A row of `_Said` for each name: of a box's own lines."""
    near: Column
    """Of lines in the boxes one or two farther in."""
    far: Column
    """Of lines farther in than that."""


def _read_boxes(outline: Outline, names: _Names) -> _Boxes:
    numbers: dict[tuple[str, str], int] = {}
    name = [
        # Nobody asks about a box without lines.
        numbers.setdefault((box.tag, box.marks), len(numbers)) if box.end > box.first else -1
        for box in outline.boxes
    ]
    tokens = [_rows_of(names, tag, marks[:MAX_MARKS]) for tag, marks in numbers]
    odds = names.odds.take(list(chain.from_iterable(tokens)), axis=0)
    own, near, far = _said(odds.T, [*map(len, tokens), 0])  # the last is the box -1
    outer = np.concatenate([outline.spans.parent, [-1]])
    return _Boxes(name=np.array([*name, -1]), outer=outer, own=own, near=near, far=far)


@lru_cache(maxsize=8_192)
def _rows_of(names: _Names, tag: str, marks: str) -> tuple[int, ...]:
    """Where the odds of the tokens of a box's name stand."""
    return tuple([names.rows.get(token, 0) for token in (f"<{tag}>", *name_parts(marks))])


def _of_marks(lines: Sequence[Line], vocabulary: Vocabulary) -> Column:
    """What the names of the inline elements around each line's first words say."""
    numbers: dict[tuple[str, ...], int] = {(): 0}
    number = [
        numbers.setdefault(tuple(line.marks), len(numbers)) if line.marks else 0 for line in lines
    ]
    return np.array([_of_inline(vocabulary, marks) for marks in numbers])[number]


@lru_cache(maxsize=4_096)
def _of_inline(vocabulary: Vocabulary, marks: tuple[str, ...]) -> _Said:
    odds = [vocabulary.own.get(part, 0.0) for each in marks for part in name_parts(each)]
    return (sum(odds), len(odds), min(odds), max(odds)) if odds else _NOTHING


def _of_all_around(boxes: _Boxes) -> Column:
    """What each box and all around it say together."""
    said, outer = boxes.far.take(boxes.name, axis=0), boxes.outer
    while outer.max() >= 0:  # each time it holds what twice as many boxes say
        said = _both(said, said.take(outer, axis=0))
        outer = outer[outer]
    return said


def _of_words(letters: Sequence[list[str]], odds: LogOdds) -> Column:
    words = [few_words(found) for found in letters]
    found = np.array([[odds.get(word, 0.0) for own in words for word in own]])
    said: Column = _said(found, [len(own) for own in words])[0]
    return said


def _said(odds: Column, sizes: Sequence[int]) -> Column:
    """A row of `_Said` for each thing, by each vocabulary.

    Args:
        odds: A row for each vocabulary: of the tokens of all things, one after the other.
        sizes: How many of them each thing has.
    """
    counts = np.array(sizes, dtype=np.int64)
    said = np.empty((len(odds), len(counts), 4))
    said[:] = _NOTHING
    some = np.flatnonzero(counts)
    if len(some):
        starts = (np.cumsum(counts) - counts)[some]
        said[:, some, 0] = np.add.reduceat(odds, starts, axis=1)
        said[:, some, 1] = counts[some]
        said[:, some, 2] = np.minimum.reduceat(odds, starts, axis=1)
        said[:, some, 3] = np.maximum.reduceat(odds, starts, axis=1)
    return said


def _both(left: Column, right: Column) -> Column:
    said = left + right
    np.minimum(left[:, 2], right[:, 2], out=said[:, 2])
    np.maximum(left[:, 3], right[:, 3], out=said[:, 3])
    return said


def _columns(said: Column, starts: Sequence[float]) -> Matrix:
    """Mean, lowest and highest of each group of tokens, 0.0 of what has none; then the starts.

    Args:
        said: Rows of `_Said`, one for each line; of each group.
        starts: A number for each line.
    """
    total, count, low, high = np.moveaxis(said, 2, 0)
    columns = np.empty((WIDTH, len(starts)), dtype=np.float32)
    columns[0:-1:3] = total / np.maximum(count, 1)
    columns[1:-1:3] = np.where(count > 0, low, 0.0)
    columns[2:-1:3] = np.where(count > 0, high, 0.0)
    columns[-1] = starts
    return columns.T


def box_names(outline: Outline) -> list[tuple[str, ...]]:
    """For each box its tag and the parts of its classes and id."""
    return [(f"<{box.tag}>", *name_parts(box.marks)) for box in outline.boxes]


def name_parts(marks: str) -> tuple[str, ...]:
    """The words of class names, lower case, distinct: `article-bodyText` holds three.

    Single letters are none.
    """
    start = marks[:MAX_MARKS]
    if start.islower():  # as most are: half the time
        return tuple(dict.fromkeys(_SMALL_PARTS.findall(start)))
    return tuple(dict.fromkeys(map(str.lower, _NAME_PARTS.findall(start))))


def letters_of(line: Line) -> list[str]:
    """The words of letters in its first MAX_LOOKED_AT characters, caseless."""
    is_short = len(line.text) <= MAX_LOOKED_AT
    words = line.words if is_short else spaced_words(line.text[:MAX_LOOKED_AT])
    if "".join(words).isalpha():
        return words
    spaced = " ".join(words)
    if spaced.isascii():
        return spaced.encode("ascii").translate(_LETTERS).decode("ascii").split()
    return _WORDS.findall(spaced)


def few_words(letters: list[str]) -> list[str]:
    """The words of a line that is short enough to be judged by them."""
    return letters if len(letters) <= MAX_WORDS else []


def start_of(line: Line, letters: list[str]) -> str:
    """The first two words of letters in its first MAX_START characters; empty if it has none."""
    if len(line.text) <= MAX_START:
        return " ".join(letters[:2])
    found = _TWO_WORDS.match(line.text[:MAX_START].casefold())
    return " ".join(found.groups()).rstrip() if found else ""


def line_tokens(outline: Outline) -> Iterator[tuple[Line, dict[str, list[str]]]]:
    """Each line with its tokens by group, to count them."""
    names = box_names(outline)
    for line in outline.lines:
        around = list(outwards(outline, line.box))
        own = list(names[line.box])
        for marks in line.marks:
            own += name_parts(marks)
        letters = letters_of(line)
        tokens = {
            "own": own,
            "near": [token for box in around[1:3] for token in names[box]],
            "far": [token for box in around[3:] for token in names[box]],
            "words": few_words(letters),
            "start": [start_of(line, letters)],
        }
        yield line, tokens
