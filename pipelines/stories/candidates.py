"""Which stories a text may belong to, by the shingles it shares; and which it adds to the index."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from pipelines.stories.rule import MIN_SHARED

MAX_STORIES_A_SHINGLE = 5
"""A shingle that more stories have is a phrase; its list ends there: that is the stop-list."""
WINDOW_DAYS = 30
MAX_KIN_A_SHINGLE = 3
"""Of them such as hold the same text, shorter or with other numbers: they must not fill the list
by themselves, or their text would be found no more."""
MAX_CANDIDATES = 8
"""Stories that a text is compared with: those that share most."""


ShingleRow = tuple[int, int, int]
"""hash, story, day: a story has a shingle, since the day of its text. A text meets hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChange:
    """What a new text of a story does to the index."""

    added: tuple[int, ...]
    """Its shingles that are to name the story."""
    removed: tuple[ShingleRow, ...]
    """Out of the window, and in the way of new ones."""


def find_candidates(rows: Iterable[ShingleRow], *, day: int) -> list[int]:
    """The stories to compare with, those that share most first."""
    near: dict[int, list[int]] = {}
    for hashed, story_id, since in rows:
        if abs(since - day) <= WINDOW_DAYS:
            near.setdefault(hashed, []).append(story_id)
    telling = (found for found in near.values() if len(found) <= MAX_STORIES_A_SHINGLE)
    shared = Counter(chain.from_iterable(telling))
    likely = [(-count, story_id) for story_id, count in shared.items() if count >= MIN_SHARED]
    return [story_id for _, story_id in sorted(likely)[:MAX_CANDIDATES]]


def index_change(
    sample: Sequence[int],
    rows: Iterable[ShingleRow],
    *,
    day: int,
    kin: Set[int] = frozenset(),
) -> IndexChange:
    """How a text of this day enters the index, given the rows of its shingles there.

    Args:
        sample: Its shingles.
        rows: Of them.
        day: Of the text.
        kin: Stories that hold the same text, shorter or with other numbers.
    """
    known = _by_shingle(rows)
    added: list[int] = []
    removed: list[ShingleRow] = []
    for each in sample:
        found = known.get(each, [])
        if kin and sum(story_id in kin for _, story_id, _ in found) >= MAX_KIN_A_SHINGLE:
            continue
        if len(found) <= MAX_STORIES_A_SHINGLE:
            added.append(each)
            continue
        far = [row for row in found if abs(row[2] - day) > WINDOW_DAYS]
        if far:
            removed.append(min(far, key=lambda row: (row[2], row[1])))
            added.append(each)
    return IndexChange(added=tuple(added), removed=tuple(removed))


def _by_shingle(rows: Iterable[ShingleRow]) -> dict[int, list[ShingleRow]]:
    found: dict[int, list[ShingleRow]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
