"""What two texts differ in, as words."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.edit_script import runs
from pipelines.word_diff import PieceKind, diff_pieces, word_diff

EQUAL, REMOVED, ADDED = PieceKind.EQUAL, PieceKind.REMOVED, PieceKind.ADDED
WORDS = st.lists(st.sampled_from("abcd"), max_size=30)
TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet="ab \n.é\u0301東ก", max_size=60))


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(str(piece.kind), piece.text) for piece in diff_pieces(old, new)]


@given(TEXTS, TEXTS)
@example("", "")
@example("a\n", "a")
@example("a b", "b a")
def test_without_what_was_added_stands_the_old_text_and_without_what_went_the_new(
    old: str, new: str
) -> None:
    pieces = diff_pieces(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind is not ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not REMOVED) == new
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    neighbours = set(pairwise(kinds))
    assert neighbours <= {(EQUAL, REMOVED), (EQUAL, ADDED), (REMOVED, ADDED), (REMOVED, EQUAL),
                          (ADDED, EQUAL)}  # fmt: skip


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {piece.kind for piece in diff_pieces(text, text)} <= {EQUAL}
    assert not word_diff(text, text)


@given(WORDS, WORDS)
def test_no_way_from_list_to_list_has_fewer_edits(old: list[str], new: list[str]) -> None:
    changed = [run for run in runs(old, new, max_edits=60) if not run.equal]
    edits = sum(run.b - run.a + run.d - run.c for run in changed)
    assert edits == len(old) + len(new) - 2 * longest_shared(old, new)


def longest_shared(old: list[str], new: list[str]) -> int:
    """The longest common subsequence, by the table of the textbook."""
    row = [0] * (len(new) + 1)
    for word in old:
        above, row = row, [0]
        for column, other in enumerate(new):
            shared = above[column] + 1 if word == other else max(above[column + 1], row[column])
            row.append(shared)
    return row[-1]


def test_what_takes_too_many_edits_is_one_change_between_what_is_shared() -> None:
    found = [
        (run.equal, run.b - run.a, run.d - run.c) for run in runs("xabcy", "xdefgy", max_edits=3)
    ]
    assert found == [(True, 1, 1), (False, 3, 4), (True, 1, 1)]


def test_changes_are_told_in_whole_words() -> None:
    assert told("The storm cost 3.5 million.", "The storm cost 4.2 million.") == [
        ("equal", "The storm cost "), ("removed", "3.5"), ("added", "4.2"),
        ("equal", " million."),
    ]  # fmt: skip
    assert told("The end.", "The end. Not yet.") == [("equal", "The end."), ("added", " Not yet.")]


def test_a_word_that_two_other_sentences_happen_to_share_is_no_island() -> None:
    assert told("Rain fell on a town", "Nobody saw a comet") == [
        ("removed", "Rain fell on a town"),
        ("added", "Nobody saw a comet"),
    ]


def test_where_no_space_stands_between_words_characters_are_compared() -> None:
    assert told("東京都は大雨に警戒", "東京都は大雪に警戒") == [
        ("equal", "東京都は大"), ("removed", "雨"), ("added", "雪"), ("equal", "に警戒"),
    ]  # fmt: skip


def test_long_texts_that_share_only_a_word_that_comes_often_are_told_too() -> None:
    old, new = (" ".join(f"the {mark}{n}" for n in range(12_000)) for mark in "xy")
    assert [kind for kind, _ in told(old, new)] == ["equal", "removed", "added"]


def test_the_short_form_shows_changed_passages_with_a_few_words_around() -> None:
    old = "Stays.\nOne two three four five six seven eight nine ten old."
    new = "Stays.\nOne two three four five six seven eight nine ten new.\nMore."
    assert word_diff(old, new) == (
        "One two three four five … seven eight nine ten [-old-]{+new.\nMore+}."
    )
