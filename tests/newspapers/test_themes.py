"""Invented sites that nothing was tuned on: what their themes put around a text goes."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.themes.__main__ import MIN_FIRST_PERFECT
from benchmarks.themes.furniture import PAGERS, PROMPTS
from benchmarks.themes.scoring import SiteScore, score_site
from benchmarks.themes.sites import LANGUAGES, SITES, WORDS_HELD_OUT, pages, themes

SEED = 13


@cache
def scores() -> tuple[SiteScore, ...]:
    return tuple(score_site(it, pages(it, WORDS_HELD_OUT)) for it in themes(SEED))


def test_the_themes_are_many_in_eight_languages() -> None:
    drawn = themes(SEED)
    assert len(drawn) == SITES >= 20
    assert {theme.language for theme in drawn} == set(LANGUAGES)
    assert {theme.prompt for theme in drawn} == set(PROMPTS)
    assert {theme.pager for theme in drawn} == set(PAGERS)
    assert pages(drawn[0], WORDS_HELD_OUT) == pages(themes(SEED)[0], WORDS_HELD_OUT)


@pytest.mark.parametrize("number", range(SITES))
def test_pages_that_teach_each_other_keep_their_text_and_nothing_else(number: int) -> None:
    score = scores()[number]
    assert [(page.left, page.lost) for page in score.whole if not page.is_perfect] == []


def test_the_first_page_of_an_unknown_site_is_nearly_always_perfect() -> None:
    first = [score.first for score in scores()]
    assert [page.lost for page in first if page.lost] == []
    assert sum(page.is_perfect for page in first) >= MIN_FIRST_PERFECT * len(first)
