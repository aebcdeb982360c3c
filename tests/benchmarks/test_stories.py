"""The figures of benchmarks/stories on a small set of one seed: floors that no change may miss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from benchmarks.stories.archive import story_by_number
from benchmarks.stories.cheap_texts import CheapTexts
from benchmarks.stories.corpus import Corpus, Size
from benchmarks.stories.cost import measure_cost, store
from benchmarks.stories.filling import Filler
from benchmarks.stories.scoring import Score, add_score
from db import migrate
from db.models import StoryMember
from db.session import Database

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


@pytest.fixture(scope="module")
def texts() -> CheapTexts:
    size = Size(events=4, copies=3, instances=2, briefs=2, brief_sites=1, versions=1)
    return CheapTexts(seeds=1, size=size)


def test_a_copied_round_is_the_one_that_assigning_makes(tmp_path: Path, texts: CheapTexts) -> None:
    assigned, copied = (
        _stories_of_two_rounds(f"sqlite:///{tmp_path / name}", texts, is_copied=is_copied)
        for name, is_copied in (("assigned.db", False), ("copied.db", True))
    )
    assert copied == assigned
    assert len(set(assigned.values())) < len(assigned)


def test_the_cost_is_measured_at_whole_rounds(
    tmp_path: Path, texts: CheapTexts, capsys: pytest.CaptureFixture[str]
) -> None:
    size = len(texts.numbers(0))
    measure_cost([2 * size + 1, 1, size], f"sqlite:///{tmp_path / 'cost.db'}", texts)
    printed = capsys.readouterr().out
    sizes = [int(each) for each in re.findall(r"(\d+) articles: ", printed)]
    assert sizes == [size, 3 * size]
    assert printed.count("bytes an article") == printed.count("look-up p50") == 2


def _stories_of_two_rounds(url: str, texts: CheapTexts, *, is_copied: bool) -> dict[int, int]:
    with Database(url) as database:
        migrate.upgrade(database)
        store(database, texts, texts.numbers(0))
        if is_copied:
            Filler(database, texts).add_round(1)
        else:
            store(database, texts, texts.numbers(1))
        with database.read() as session:
            rows = session.execute(select(StoryMember.article_id, StoryMember.story_id))
            return {row.article_id: row.story_id for row in rows}
