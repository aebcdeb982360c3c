"""What names of classes and words say about a line, learned from labelled pages of many sites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.model.features import Matrix
from pipelines.model.outline import Line, Outline

MAX_WORDS = 25
"""A longer line is judged by its shape alone."""

MAX_START = 60
"""Characters in which the first two words are looked for."""

GROUPS = ("own", "near", "far", "words", "start")
"""Of tokens: the line's own box, the two around it, those farther out, words, the first two."""

WIDTH = 13
_BETWEEN_NAMES = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")
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


_Said = tuple[float, int, float, float]
"""What some tokens say together: the sum, how many they are, the lowest and the highest."""

_NOTHING: _Said = (0.0, 0, 0.0, 0.0)


def vocabulary_features(outline: Outline, vocabulary: Vocabulary) -> Matrix:
    """One row of WIDTH numbers for each line, in page order."""
    own, near, far = _of_boxes(outline, vocabulary)
    around: dict[int, tuple[float, ...]] = {}
    rows = []
    for line in outline.lines:
        box = line.box
        if box not in around:
            around[box] = _around(outline, box, near, far)
        said = _with_marks(line, own[box], vocabulary) if line.marks else own[box]
        rows.append((*_row(said), *around[box], *_of_words(line.text, vocabulary)))
    return np.array(rows, dtype=np.float32).reshape(len(rows), WIDTH)


def _of_boxes(
    outline: Outline, vocabulary: Vocabulary
) -> tuple[list[_Said], list[_Said], list[_Said]]:
    """What each box says of its own lines, of those one or two boxes in, and of all farther in."""
    own, near, far = [], [], []
    for box in outline.boxes:
        if box.first == box.end:  # no line asks
            own.append(_NOTHING)
            near.append(_NOTHING)
            far.append(_NOTHING)
            continue
        for_own, for_near, for_far = _of_names(vocabulary, box.tag, box.marks)
        own.append(for_own)
        near.append(for_near)
        far.append(_both(far[box.parent], for_far) if box.parent >= 0 else for_far)
    return own, near, far


@lru_cache(maxsize=8_192)  # the pages of a site share their classes
def _of_names(vocabulary: Vocabulary, tag: str, marks: str) -> tuple[_Said, _Said, _Said]:
    tokens = (f"<{tag}>", *name_parts(marks))
    return (
        _said(tokens, vocabulary.own),
        _said(tokens, vocabulary.near),
        _said(tokens, vocabulary.far),
    )


def box_names(outline: Outline) -> list[tuple[str, ...]]:
    """For each box its tag and the parts of its classes and id."""
    return [(f"<{box.tag}>", *name_parts(box.marks)) for box in outline.boxes]


@lru_cache(maxsize=4_096)
def name_parts(marks: str) -> tuple[str, ...]:
    """The words of class names, lower case, distinct: `article-bodyText` holds three."""
    parts = (part.lower() for part in _BETWEEN_NAMES.split(marks[:1000]) if len(part) > 1)
    return tuple(dict.fromkeys(parts))


def words_of(text: str) -> list[str]:
    """The words of a line that is short enough to be judged by them, caseless."""
    words = _WORDS.findall(text[:200].casefold())
    return words if len(words) <= MAX_WORDS else []


def start_of(text: str) -> str:
    """The first two words of a line; empty if it has none."""
    return " ".join(_WORDS.findall(text[:MAX_START].casefold())[:2])


def line_tokens(outline: Outline) -> Iterator[tuple[Line, dict[str, list[str]]]]:
    """Each line with its tokens by group, to count them."""
    names = box_names(outline)
    for line in outline.lines:
        outwards = list(_outwards(outline, line.box))
        own = list(names[line.box])
        for marks in line.marks:
            own += name_parts(marks)
        tokens = {
            "own": own,
            "near": [token for box in outwards[1:3] for token in names[box]],
            "far": [token for box in outwards[3:] for token in names[box]],
            "words": words_of(line.text),
            "start": [start_of(line.text)],
        }
        yield line, tokens


def _outwards(outline: Outline, box: int) -> Iterator[int]:
    while box >= 0:
        yield box
        box = outline.boxes[box].parent


def _said(tokens: Sequence[str], odds: LogOdds) -> _Said:
    if not tokens:
        return _NOTHING
    values = [odds.get(token, 0.0) for token in tokens]
    return sum(values), len(values), min(values), max(values)


def _both(left: _Said, right: _Said) -> _Said:
    return (
        left[0] + right[0],
        left[1] + right[1],
        left[2] if left[2] < right[2] else right[2],
        left[3] if left[3] > right[3] else right[3],
    )


def _row(said: _Said) -> tuple[float, float, float]:
    return said[0] / (said[1] or 1), said[2], said[3]


def _around(outline: Outline, index: int, near: list[_Said], far: list[_Said]) -> tuple[float, ...]:
    up = outline.boxes[index].parent
    if up < 0:
        return (*_row(_NOTHING), *_row(_NOTHING))
    second = outline.boxes[up].parent
    if second < 0:
        return (*_row(near[up]), *_row(_NOTHING))
    third = outline.boxes[second].parent
    outer = far[third] if third >= 0 else _NOTHING
    return (*_row(_both(near[up], near[second])), *_row(outer))


def _with_marks(line: Line, own: _Said, vocabulary: Vocabulary) -> _Said:
    parts = [part for marks in line.marks for part in name_parts(marks)]
    return _both(own, _said(parts, vocabulary.own)) if parts else own


def _of_words(text: str, vocabulary: Vocabulary) -> tuple[float, ...]:
    if len(text) <= MAX_START:  # one look is enough
        found = _WORDS.findall(text.casefold())
        words, start = found if len(found) <= MAX_WORDS else [], " ".join(found[:2])
    else:
        words, start = words_of(text), start_of(text)
    return (*_row(_said(words, vocabulary.words)), vocabulary.start.get(start, 0.0))
