"""Long lists in parts that one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

ROWS_A_STATEMENT = 500
"""PostgreSQL takes 65,535 parameters in a statement, SQLite 32,766; a page has 12 columns."""


def chunks(things: Sequence[T], size: int = ROWS_A_STATEMENT) -> Iterator[Sequence[T]]:
    """Its parts in order, each of `size` things but the last."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
