"""The rows that the two stages of the classifier judge: a line, and what stands around it."""

import numpy as np
from numpy.typing import NDArray

from pipelines.model.features import LEVELS, Matrix
from pipelines.model.outline import Outline

BASE_WIDTH = 109
"""Columns of `line_features`; then those of the vocabulary."""

NEIGHBOUR_COLUMNS = (0, 1, 4, 5, 6, 22, 96, BASE_WIDTH, BASE_WIDTH + 3, BASE_WIDTH + 9)
"""Told of neighbours: characters, links, controls, sentence end, words, heading level, the count
of the path, and what the vocabulary says of the names of both boxes and of the words."""

NEIGHBOURS = 2
FIRST_NEIGHBOURS = 4
"""How far the second stage sees what the first one said."""

HEARD_NEIGHBOURS = 2
FAR = 99
EVEN_ODDS = 0.5


def first_rows(features: Matrix, vocabulary: Matrix) -> Matrix:
    """What the first stage judges."""
    own = np.concatenate([features.T, vocabulary.T])  # they are kept by column
    return np.concatenate([own, _neighbours(own.take(NEIGHBOUR_COLUMNS, axis=0), NEIGHBOURS)]).T


def second_rows(first: Matrix, said: Matrix, heard: Matrix, outline: Outline) -> Matrix:
    """What the second stage judges.

    Args:
        first: The rows of the first stage.
        said: Its probabilities.
        heard: 1.0 for each line that trafilatura keeps, else 0.0.
        outline: The page.
    """
    parts: list[NDArray[np.floating]] = [
        first.T,
        said[None],
        _neighbours(said[None], FIRST_NEIGHBOURS),
        heard[None],
        _neighbours(heard[None], HEARD_NEIGHBOURS),
        _kept_around(first[:, 0], said, outline),
        _kept_around(first[:, 0], heard, outline),
    ]
    return np.concatenate(parts, dtype=np.float32).T


def _neighbours(columns: Matrix, reach: int) -> Matrix:
    """The same rows, of a number a line, for the lines before and after; -1 beyond the page."""
    width, count = columns.shape
    padded = np.full((width, count + 2 * reach), -1, dtype=columns.dtype)
    padded[:, reach : reach + count] = columns
    steps = [step for step in range(2 * reach + 1) if step != reach]
    return np.concatenate([padded[:, step : step + count] for step in steps])


def _kept_around(characters: Matrix, kept: Matrix, outline: Outline) -> NDArray[np.float64]:
    """How much of the boxes around each line is kept, and how far the nearest kept line is."""
    spans = outline.spans
    sums = np.zeros((2, len(kept) + 1))
    np.cumsum([kept * characters, characters], axis=1, out=sums[:, 1:])
    held, mass = sums.take(spans.end, axis=1) - sums.take(spans.first, axis=1)
    total = max(sums[0, -1], 1.0)
    shares = np.array([held / np.maximum(mass, 1), held / total])
    columns: list[NDArray[np.float64]] = []
    level = spans.box
    for _ in range(LEVELS):
        columns += [*shares.take(level, axis=1)]
        level = np.maximum(spans.parent[level], 0)
    count = len(kept)
    columns += [sums[0, :-1] / total, *_to_kept(kept > EVEN_ODDS)]
    columns += [np.full(count, total / max(sums[1, -1], 1.0)), np.full(count, np.log1p(total))]
    return np.array(columns)


def _to_kept(is_kept: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lines since the last kept one before each, and to the next after it."""
    count = len(is_kept)
    position = np.arange(count)
    last = np.maximum.accumulate(np.where(is_kept, position, -FAR))
    following = np.minimum.accumulate(np.where(is_kept, position, count + FAR)[::-1])[::-1]
    before = position - np.concatenate([[-FAR], last[:-1]])
    after = np.concatenate([following[1:], [count + FAR]]) - position
    return np.minimum(before, FAR).astype(np.float64), np.minimum(after, FAR).astype(np.float64)
