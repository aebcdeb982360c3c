"""What names of classes and words say about a line, learned from labelled pages of many sites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf

import numpy as np

from pipelines.model.features import Matrix
from pipelines.model.line_texts import Column
from pipelines.model.outline import Indices, Line, Outline, Spans, outwards

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
_WORDS = re.compile(r"[^\W\d_]+")

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
_SILENT = (_NOTHING, _NOTHING, _NOTHING)
_UNKNOWN = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    """The vocabularies of names as one."""

    odds: Mapping[str, tuple[float, float, float]]
    """By token: as own, near and far one."""


def vocabulary_features(outline: Outline, vocabulary: Vocabulary) -> Matrix:
    """One row of WIDTH numbers for each line, in page order."""
    if not outline.lines:
        return np.zeros((0, WIDTH), dtype=np.float32)
    names = _names(vocabulary)
    boxes = _read_boxes(outline, names)
    name = boxes.name
    spans = outline.spans
    up = _outside(spans, spans.box)
    second = _outside(spans, up)
    third = _outside(spans, second)
    starts = [vocabulary.start.get(start_of(line), 0.0) for line in outline.lines]
    groups = (
        _columns(_both(boxes.own[name[spans.box]], _of_marks(outline.lines, names))),
        _columns(_both(boxes.near[name[up]], boxes.near[name[second]])),
        _columns(_of_all_around(outline, boxes, third)),
        _columns(_of_words(outline.lines, vocabulary.words)),
        np.array(starts)[:, None],
    )
    return np.concatenate(groups, axis=1, dtype=np.float32)


@lru_cache(maxsize=8)  # a worker has one, a training a few
def _names(vocabulary: Vocabulary) -> _Names:
    own, near, far = vocabulary.own, vocabulary.near, vocabulary.far
    tokens = dict.fromkeys((*own, *near, *far))
    return _Names({it: (own.get(it, 0.0), near.get(it, 0.0), far.get(it, 0.0)) for it in tokens})


def _outside(spans: Spans, boxes: Indices) -> Indices:
    """The boxes around these; -1 where there is none."""
    return np.where(boxes >= 0, spans.parent[boxes], -1)


@dataclass(frozen=True, slots=True)
class _Boxes:
    """What the names of boxes say; boxes of one tag and marks say the same."""

    name: Indices
    """Of each box: its row in the others. A last one, that of the box -1, says nothing."""
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
        numbers.setdefault((box.tag, box.marks[:MAX_MARKS]), len(numbers))
        if box.end > box.first
        else -1
        for box in outline.boxes
    ]
    said = np.array([*(_of_name(names, tag, marks) for tag, marks in numbers), _SILENT])
    return _Boxes(np.array([*name, -1]), said[:, 0], said[:, 1], said[:, 2])


@lru_cache(maxsize=8_192)
def _of_name(names: _Names, tag: str, marks: str) -> tuple[_Said, _Said, _Said]:
    """What the name of a box says of its own lines, of those near in it and of those far in it."""
    return _of_tokens(names, (f"<{tag}>", *name_parts(marks)))


@lru_cache(maxsize=4_096)
def _of_inline(names: _Names, marks: tuple[str, ...]) -> _Said:
    """What the names of inline elements around a line say of it."""
    return _of_tokens(names, [part for each in marks for part in name_parts(each)])[0]


def _of_tokens(names: _Names, tokens: Sequence[str]) -> tuple[_Said, _Said, _Said]:
    if not tokens:
        return _SILENT
    own, near, far = zip(*[names.odds.get(token, _UNKNOWN) for token in tokens], strict=True)
    count = len(tokens)
    return (
        (sum(own), count, min(own), max(own)),
        (sum(near), count, min(near), max(near)),
        (sum(far), count, min(far), max(far)),
    )


def _of_marks(lines: Sequence[Line], names: _Names) -> Column:
    """What the names of the inline elements around each line's first words say."""
    return np.array([_of_inline(names, tuple(line.marks)) for line in lines])


def _of_all_around(outline: Outline, boxes: _Boxes, inner: Indices) -> Column:
    """What each of these boxes and all around it say together."""
    rows: list[_Said] = boxes.far.tolist()
    name, parent = boxes.name.tolist(), outline.spans.parent.tolist()
    known: dict[int, _Said] = {-1: _NOTHING}

    def said_by(box: int) -> _Said:
        said = known.get(box)
        if said is None:
            total, count, low, high = said_by(parent[box])
            more, others, lower, higher = rows[name[box]]
            said = known[box] = (
                total + more,
                count + others,
                lower if lower < low else low,
                higher if higher > high else high,
            )
        return said

    places, inverse = np.unique(inner, return_inverse=True)
    return np.array([said_by(box) for box in places.tolist()])[inverse]


def _of_words(lines: Sequence[Line], odds: LogOdds) -> Column:
    words = [words_of(line) for line in lines]
    said = np.array([odds.get(word, 0.0) for found in words for word in found])
    return _said(said, [len(found) for found in words])


def _said(odds: Column, sizes: Sequence[int]) -> Column:
    """A row of `_Said` for each thing.

    Args:
        odds: Of the tokens of all things, one after the other.
        sizes: How many of them each has.
    """
    counts = np.array(sizes, dtype=np.int64)
    said = np.tile(np.array(_NOTHING), (len(counts), 1))
    some = np.flatnonzero(counts)
    if len(some):
        starts = (np.cumsum(counts) - counts)[some]
        said[some, 0] = np.add.reduceat(odds, starts)
        said[some, 1] = counts[some]
        said[some, 2] = np.minimum.reduceat(odds, starts)
        said[some, 3] = np.maximum.reduceat(odds, starts)
    return said


def _both(left: Column, right: Column) -> Column:
    said = left + right
    said[:, 2] = np.minimum(left[:, 2], right[:, 2])
    said[:, 3] = np.maximum(left[:, 3], right[:, 3])
    return said


def _columns(said: Column) -> Column:
    """Mean, lowest and highest; 0.0 of what has no tokens."""
    count = said[:, 1]
    mean = said[:, 0] / np.maximum(count, 1)
    low, high = (np.where(count > 0, said[:, column], 0.0) for column in (2, 3))
    return np.stack([mean, low, high], axis=1)


def box_names(outline: Outline) -> list[tuple[str, ...]]:
    """For each box its tag and the parts of its classes and id."""
    return [(f"<{box.tag}>", *name_parts(box.marks)) for box in outline.boxes]


def name_parts(marks: str) -> tuple[str, ...]:
    """The words of class names, lower case, distinct: `article-bodyText` holds three.

    Single letters are none.
    """
    parts = map(str.lower, _NAME_PARTS.findall(marks[:MAX_MARKS]))
    return tuple(dict.fromkeys(parts))


def words_of(line: Line) -> list[str]:
    """The words of letters of a line that is short enough to be judged by them, caseless."""
    if len(line.text) <= MAX_LOOKED_AT:
        words = _letters_in(line.words)
    else:
        words = _WORDS.findall(line.text[:MAX_LOOKED_AT].casefold())
    return words if len(words) <= MAX_WORDS else []


def start_of(line: Line) -> str:
    """The first two words of letters of a line; empty if it has none."""
    if len(line.text) <= MAX_START:
        return " ".join(_letters_in(line.words)[:2])
    found = _WORDS.finditer(line.text[:MAX_START].casefold())
    return " ".join(match.group() for match in islice(found, 2))


def _letters_in(words: list[str]) -> list[str]:
    if "".join(words).isalpha():
        return words
    return [
        part for word in words for part in ((word,) if word.isalpha() else _WORDS.findall(word))
    ]


def line_tokens(outline: Outline) -> Iterator[tuple[Line, dict[str, list[str]]]]:
    """Each line with its tokens by group, to count them."""
    names = box_names(outline)
    for line in outline.lines:
        around = list(outwards(outline, line.box))
        own = list(names[line.box])
        for marks in line.marks:
            own += name_parts(marks)
        tokens = {
            "own": own,
            "near": [token for box in around[1:3] for token in names[box]],
            "far": [token for box in around[3:] for token in names[box]],
            "words": words_of(line),
            "start": [start_of(line)],
        }
        yield line, tokens
