"""Scores by word multiset: laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scoring import score_text

TEXTS = st.text(max_size=60)


@given(found=TEXTS, labelled=TEXTS)
def test_a_score_lies_between_0_and_1_and_turns_over_with_its_texts(
    found: str, labelled: str
) -> None:
    one, other = score_text(found, labelled), score_text(labelled, found)
    assert min(one.precision, one.recall, one.f1) >= 0
    assert max(one.precision, one.recall, one.f1) <= 1
    assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)
    assert score_text(found, found).f1 == 1


@pytest.mark.parametrize(
    ("found", "labelled", "precision", "recall"),
    [
        ("the pier the pier", "the pier", 0.5, 1.0),
        ("Pier", "the pier is shut", 1.0, 0.25),
        ("港が開く", "港が", 0.5, 1.0),
        ("", "the pier", 0.0, 0.0),
    ],
)
def test_words_count_as_often_as_they_stand_there(
    found: str, labelled: str, precision: float, recall: float
) -> None:
    score = score_text(found, labelled)
    assert (score.precision, score.recall) == (precision, recall)
