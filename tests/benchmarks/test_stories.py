"""The figures of benchmarks/stories on a small set of one seed: floors that no change may miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.stories.archive import story_by_number
from benchmarks.stories.corpus import Corpus, Size
from benchmarks.stories.scoring import Score, add_score

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Size(events=14, copies=5, instances=5, briefs=6, brief_sites=1, versions=4)


def test_copies_are_found_and_nothing_else_is_merged(tmp_path: Path) -> None:
    articles = Corpus(601, SMALL).articles()
    score = Score()
    add_score(score, articles, story_by_number(f"sqlite:///{tmp_path / 'stories.db'}", articles))
    assert score.all_due > 100
    assert score.wrong.total() == 0
    assert score.recall >= 0.93
