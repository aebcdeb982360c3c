"""What two texts share, and what follows: laws first, then the cases that the rules are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.stories.records import Sketch, Verdict
from pipelines.stories.rule import compare, failed_rules, verdict
from pipelines.stories.sketch import (
    make_sketch,
    pack_sketch,
    paragraph_hashes,
    sample_of,
    unpack_sketch,
    without,
)
from pipelines.stories.traits import sample_without, story_traits
from tests.storing import words

if TYPE_CHECKING:
    import random

WORDS = ["storm", "Harbour", "ferry", "12", "3.5", "the", "a", "Ann", "東京", "大雨", "ß", "—"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join), max_size=6
).map("\n".join)


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_the_figures_are_symmetric(left: str, right: str) -> None:
    one, other = make_sketch(left), make_sketch(right)
    assert compare(one, other, ()) == compare(other, one, ())


@settings(max_examples=30)
@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_paragraphs_changes_no_sample(text: str, chance: random.Random) -> None:
    lines = text.split("\n")
    chance.shuffle(lines)
    assert sample_of(pack_sketch("\n".join(lines)), ()) == sample_of(pack_sketch(text), ())


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=40))
def test_the_order_of_words_matters(letters: list[str]) -> None:
    there, back = (pack_sketch(" ".join(it)) for it in (letters, letters[::-1]))
    assert (paragraph_hashes(there) == paragraph_hashes(back)) or there != back


@settings(max_examples=30)
@given(TEXTS)
def test_spacing_case_and_punctuation_change_no_shingle(text: str) -> None:
    changed = text.upper().replace(" ", "  ").replace("ß", "SS")
    assert sample_of(pack_sketch(changed), ()) == sample_of(pack_sketch(text), ())


@settings(max_examples=30)
@given(TEXTS)
def test_stopping_every_paragraph_leaves_nothing(text: str) -> None:
    sketch = make_sketch(text)
    assert compare(sketch, sketch, paragraph_hashes(pack_sketch(text))).shared == 0


@settings(max_examples=30)
@given(TEXTS, st.randoms(use_true_random=False))
def test_a_text_without_a_paragraph_is_the_text_that_never_had_it(
    text: str, chance: random.Random
) -> None:
    lines = [each for each in text.split("\n") if pack_sketch(each).paragraphs]
    stopped = set(make_sketch(chance.choice(lines)).hashes) if lines else set()
    left = [each for each in lines if stopped.isdisjoint(make_sketch(each).hashes)]
    expected = pack_sketch("\n".join(left))
    assert without(make_sketch("\n".join(lines)), stopped) == unpack_sketch(expected)
    traits = story_traits("\n".join(lines))
    assert [*sample_without(traits, stopped)] == sample_of(expected, ())


def test_of_a_very_long_text_the_beginning_stands_for_it() -> None:
    lines = paragraphs(3, 60)
    assert pack_sketch("\n".join(lines)) == pack_sketch("\n".join(lines[:40]))


def test_every_share_is_between_nothing_and_all() -> None:
    empty, full = Sketch(), make_sketch(words(1))
    for one, other in ((empty, empty), (empty, full), (full, full)):
        figures = compare(one, other, ())
        assert 0 <= figures.jaccard <= figures.containment <= 1
    assert verdict(compare(empty, full, ())) is Verdict.OTHER


def paragraphs(seed: int, count: int) -> list[str]:
    return [words(seed * 100 + number, 30) for number in range(count)]


def told(lines: list[str], others: list[str]) -> Verdict:
    return verdict(compare(make_sketch("\n".join(lines)), make_sketch("\n".join(others)), ()))


def test_a_copy_without_its_lead_and_with_a_sites_own_lines_is_the_same_story() -> None:
    text = paragraphs(1, 8)
    assert told(text, [*text[1:], words(900, 30)]) is Verdict.SAME


def test_the_first_third_is_an_excerpt_and_no_merge() -> None:
    text = paragraphs(1, 10)
    assert told(text, text[:2]) is Verdict.EXCERPT


def test_two_texts_that_quote_one_speech_are_related() -> None:
    speech = paragraphs(5, 4)
    assert told(paragraphs(1, 5) + speech, speech + paragraphs(2, 5)) is Verdict.RELATED


def test_briefs_with_one_long_boilerplate_are_not_the_same() -> None:
    tail = paragraphs(7, 5)
    left, right = [words(1, 45), *tail], [words(2, 45), *tail]
    figures = compare(make_sketch("\n".join(left)), make_sketch("\n".join(right)), ())
    assert figures.jaccard > 0.5
    assert failed_rules(figures) == ["rest_share"]


FORM = (
    "The weather in {place} stays mild with highs of {n} degrees and lows of {m} degrees at night. "
    "The wind blows from the west at {k} kilometres an hour, the chance of rain is {p} percent."
)


@pytest.mark.parametrize("language_form", [FORM, FORM.replace("weather", "Wetter")])
def test_a_form_with_other_figures_is_another_story(language_form: str) -> None:
    one = make_sketch(language_form.format(place="Corvale", n=12, m=3, k=20, p=45))
    other = make_sketch(language_form.format(place="Hartby", n=17, m=9, k=35, p=80))
    figures = compare(one, other, ())
    assert figures.containment > 0.4
    assert "number_overlap" in failed_rules(figures)


def test_the_stop_list_takes_no_number_from_what_tells_two_forms_apart() -> None:
    forms = [
        make_sketch(
            f"The weather in {town} stays mild with highs of {high} degrees in the whole valley.\n"
            f"The wind blows from the west at {wind} miles an hour, with gusts of {wind + 9} miles."
            f"\nOn the following day {high + 2} degrees are expected, and rain in the evening."
        )
        for town, high, wind in (("Corvale", 12, 20), ("Hartby", 17, 35))
    ]
    figures = compare(*forms, {each.hashes[1] for each in forms})
    assert failed_rules(figures) == ["number_overlap"]


NO_DIGITS = str.maketrans("0123456789", "abcdefghij")


def test_an_update_whose_names_all_agree_is_the_same_story() -> None:
    named = "they heard Ann Corvale of Hartby tell Ben Marlow and Cora Felton in Denby that "
    text = [named + words(1, 30), *paragraphs(2, 3), words(5, 20)]
    told_so = "\n".join(text).translate(NO_DIGITS)
    counts = ("12 boats, 20 crews, 31 nets and 44 men", "15 boats, 20 crews, 35 nets and 47 men")
    figures = compare(*(make_sketch(f"{told_so} with {each}") for each in counts), ())
    assert (figures.number_overlap, figures.salient_overlap) == (0.25, 1)
    assert verdict(figures) is Verdict.SAME


def test_scripts_without_spaces_are_compared_by_their_signs() -> None:
    text = "東京都は大雨に警戒を呼びかけた。川の水位が上がり、住民は避難を始めている。" * 2
    changed = text.replace("住民は避難を始めている", "市は避難所を開いた")
    assert told([text], [changed]) is Verdict.SAME
    assert (
        told([text], ["北京市では今日も晴れて、気温は三十度を超える見込みだという。" * 2])
        is Verdict.OTHER
    )
