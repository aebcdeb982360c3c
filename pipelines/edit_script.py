"""The shortest way from one list of words to another, in bounded time.

Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
difflib's matcher is cubic where two texts share only words that come often: minutes for 100 kB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring places of both lists, old[a:b] and new[c:d]."""

    equal: bool
    """Both hold the same. Otherwise the one stands where the other stood; either may be empty."""
    a: int
    b: int
    c: int
    d: int


def runs(old: Sequence[str], new: Sequence[str], *, max_edits: int) -> Iterator[Run]:
    """Both lists from end to end, equal runs and changed ones in turn, none empty on both sides.

    What takes more than `max_edits` words out and in is one changed run between what both begin
    and end with.
    """
    start = _shared_start(old, new)
    end = _shared_end(old, new, start)
    a, c = len(old) - end, len(new) - end
    if start:
        yield Run(equal=True, a=0, b=start, c=0, d=start)
    yield from _shifted(_between(old[start:a], new[start:c], max_edits), start)
    if end:
        yield Run(equal=True, a=a, b=len(old), c=c, d=len(new))


def _shared_start(old: Sequence[str], new: Sequence[str]) -> int:
    return next(
        (i for i, (left, right) in enumerate(zip(old, new, strict=False)) if left != right),
        min(len(old), len(new)),
    )


def _shared_end(old: Sequence[str], new: Sequence[str], start: int) -> int:
    most = min(len(old), len(new)) - start
    return next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)


def _shifted(found: Iterator[Run], by: int) -> Iterator[Run]:
    for it in found:
        yield Run(equal=it.equal, a=it.a + by, b=it.b + by, c=it.c + by, d=it.d + by)


def _between(old: Sequence[str], new: Sequence[str], max_edits: int) -> Iterator[Run]:
    if not old and not new:
        return
    steps = _steps(old, new, max_edits) if old and new else None
    x = y = 0
    for at, to, length in _equal_runs(old, new, steps) if steps else ():
        if at > x or to > y:
            yield Run(equal=False, a=x, b=at, c=y, d=to)
        yield Run(equal=True, a=at, b=at + length, c=to, d=to + length)
        x, y = at + length, to + length
    if x < len(old) or y < len(new):
        yield Run(equal=False, a=x, b=len(old), c=y, d=len(new))


def _steps(old: Sequence[str], new: Sequence[str], max_edits: int) -> list[dict[int, int]] | None:
    """For each number of edits, how far in `old` each diagonal x - y gets; None: too many."""
    furthest = {1: 0}
    steps = []
    for edits in range(max_edits + 1):
        steps.append(furthest)
        reached: dict[int, int] = {}
        for k in range(-edits, edits + 1, 2):
            x = _next_x(furthest, k, edits)
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x += 1
                y += 1
            reached[k] = x
            if x >= len(old) and y >= len(new):
                return steps
        furthest = reached
    return None


def _next_x(furthest: dict[int, int], k: int, edits: int) -> int:
    """One word put in, or one taken out: whichever gets further."""
    if k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1]):
        return furthest[k + 1]
    return furthest[k - 1] + 1


def _equal_runs(
    old: Sequence[str], new: Sequence[str], steps: list[dict[int, int]]
) -> list[tuple[int, int, int]]:
    """The way back through the steps: place in old, place in new, length; in order."""
    found = []
    x, y = len(old), len(new)
    for edits in range(len(steps) - 1, -1, -1):
        furthest, k = steps[edits], x - y
        begun = _next_x(furthest, k, edits)
        if x > begun:
            found.append((begun, begun - k, x - begun))
        is_insertion = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        x = begun if is_insertion else begun - 1
        y = begun - k - 1 if is_insertion else begun - k
    return found[::-1]
