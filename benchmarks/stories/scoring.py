"""Pairs of articles: which are in one story, and which should be."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from benchmarks.stories.corpus import ORIGINAL
from benchmarks.stories.edits import LINKED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.stories.corpus import Told


@dataclass(slots=True)
class Score:
    """Counts of pairs, added up over seeds."""

    merged: int = 0
    """In one story."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Of those, pairs of different events, by their kinds."""
    due: Counter[str] = field(default_factory=Counter)
    """Pairs that should be in one story, by the kind of either."""
    found: Counter[str] = field(default_factory=Counter)
    all_due: int = 0
    all_found: int = 0
    languages_due: Counter[str] = field(default_factory=Counter)
    languages_found: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return 1 - self.wrong.total() / max(self.merged, 1)

    @property
    def recall(self) -> float:
        return self.all_found / max(self.all_due, 1)


def add_score(score: Score, articles: Sequence[Told], stories: Mapping[int, int]) -> None:
    """Count the pairs of one seed's articles."""
    by_story, by_event = defaultdict(list), defaultdict(list)
    for told in articles:
        by_story[stories[told.number]].append(told)
        by_event[told.event].append(told)
    for members in by_story.values():
        for one, other in combinations(members, 2):
            score.merged += 1
            if one.event != other.event:
                score.wrong[" / ".join(sorted((one.kind, other.kind)))] += 1
    for members in by_event.values():
        for one, other in combinations(members, 2):
            _count_due(score, one, other, stories[one.number] == stories[other.number])


def _count_due(score: Score, one: Told, other: Told, is_found: bool) -> None:  # noqa: FBT001
    kinds = {one.kind, other.kind}
    if len(kinds & LINKED.keys()) < 2:
        for kind in kinds - {ORIGINAL} if len(kinds) > 1 else kinds:
            score.due[kind] += 1
            score.found[kind] += is_found
    if not kinds & LINKED.keys():
        score.all_due += 1
        score.all_found += is_found
        score.languages_due[one.language] += 1
        score.languages_found[one.language] += is_found
