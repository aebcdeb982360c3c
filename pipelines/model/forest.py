"""Symmetric decision trees: every level of a tree asks one question of all its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.model.features import Matrix

MAX_ROWS = 192
"""Evaluated at once: the answers of more would not stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Trees of one depth; what they say of a row is the sigmoid of the sum of their leaves."""

    columns: NDArray[np.int64]
    """Level by level, of all trees: which column is asked. Shape (depth, trees), depth up to 8."""
    borders: NDArray[np.float32]
    """The question is whether the column is greater. Shape (depth, trees)."""
    leaves: NDArray[np.float32]
    """Shape (trees, 2 ** depth); the answer of the first level is the lowest bit."""
    bias: float

    def probabilities(self, rows: Matrix) -> Matrix:
        """One for each row, from 0 to 1."""
        parts = [self._sums(rows[at : at + MAX_ROWS]) for at in range(0, len(rows), MAX_ROWS)]
        sums = np.concatenate([*parts, np.zeros(0, dtype=np.float32)]) + np.float32(self.bias)
        return (1 / (1 + np.exp(-sums))).astype(np.float32)

    def _sums(self, rows: Matrix) -> Matrix:
        by_column = np.ascontiguousarray(rows.T)
        depth, trees = self.columns.shape
        answers = np.zeros((trees, len(rows)), dtype=np.uint8)  # of all levels, a bit for each
        for level in reversed(range(depth)):
            is_greater = by_column.take(self.columns[level], axis=0) > self.borders[level][:, None]
            answers += answers
            answers += is_greater.view(np.uint8)
        leaf = answers.astype(np.intp) + (np.arange(trees, dtype=np.intp) << depth)[:, None]
        found: Matrix = self.leaves.ravel().take(leaf).sum(axis=0)
        return found

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """The forest as named arrays, for a model file."""
        return {
            f"{prefix}_columns": self.columns.astype(np.int16),
            f"{prefix}_borders": self.borders,
            f"{prefix}_leaves": self.leaves.astype(np.float16),
            f"{prefix}_bias": np.array(self.bias),
        }


def read_forest(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Forest:
    """The forest that `arrays()` named so."""
    return Forest(
        columns=arrays[f"{prefix}_columns"].astype(np.int64),
        borders=arrays[f"{prefix}_borders"].astype(np.float32),
        leaves=arrays[f"{prefix}_leaves"].astype(np.float32),
        bias=float(arrays[f"{prefix}_bias"]),
    )
