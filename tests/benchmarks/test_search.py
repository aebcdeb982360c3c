"""The archive that searches are measured on is what it says it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks.search.archive import build
from benchmarks.search.questions import questions
from benchmarks.search.words import VOCABULARY, Words, sentences, spelling
from db import Archive

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = 40


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(seed=1)


def test_no_two_words_are_spelled_alike(words: Words) -> None:
    assert len(set(words.spellings)) == VOCABULARY
    assert all(map(str.isalpha, words.spellings))


def test_words_are_as_common_as_words_are(words: Words) -> None:
    drawn = Counter(words.draw(100_000))
    half = sum(count for _, count in drawn.most_common(130))
    assert 40_000 < half < 60_000
    assert drawn[spelling(0)] > 1.2 * drawn[spelling(3)] > 2 * drawn[spelling(30)]


def test_a_text_holds_its_words_in_order() -> None:
    written = [spelling(rank) for rank in range(100)]
    text = sentences(written)
    assert text.lower().replace(".", "").split() == written
    assert len(text.split("\n")) == 3


def test_every_question_can_be_asked(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "winnow.db"
    path.write_bytes(sqlite_template.read_bytes())
    with Archive(path) as archive:
        build(archive.database, ARTICLES // 2, seed=1)
        build(archive.database, ARTICLES, seed=1)
        assert archive.count("") == ARTICLES
        for question in questions():
            assert len(archive.search(question.query, order=question.order)) <= ARTICLES
