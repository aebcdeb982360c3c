"""Teasers that change from article to article: learned by the label above them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pipelines.sites.hashes import block_hash
from pipelines.sites.records import SightedArticle
from pipelines.sites.recurrence import find_recurrence
from pipelines.urls import key_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OLDER, NEWER = "Older story", "Newer story"
SCORES = "Scores"


def article(n: int, texts: Sequence[str]) -> SightedArticle:
    return SightedArticle(
        article_id=n,
        sample_key=key_hash(str(n)),
        period=2026 * 4,
        day=None,
        hashes=tuple(dict.fromkeys(map(block_hash, texts))),
    )


def own(n: int, part: int = 0) -> str:
    return f"Paragraph {part} of article number {n} says at some length what nobody else has said."


def teaser(n: int) -> str:
    return f"How village {n} bought its own mountain"


def followers(label: str, articles: Sequence[SightedArticle]) -> int:
    [block] = [it for it in find_recurrence(articles).blocks if it.hash == block_hash(label)]
    return block.followers


def test_a_line_with_another_teaser_below_it_each_time_is_a_label() -> None:
    articles = [article(n, [own(n), own(n, 1), OLDER, NEWER, teaser(n)]) for n in range(5)]
    assert followers(NEWER, articles) == 5
    assert followers(OLDER, articles) == 0


def test_two_teasers_have_a_label_each() -> None:
    articles = [article(n, [own(n), OLDER, teaser(n), NEWER, teaser(n + 100)]) for n in range(1, 6)]
    assert followers(OLDER, articles) == followers(NEWER, articles) == 5


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(lambda n: [own(n), SCORES, teaser(n), own(n, 1)], id="the text goes on"),
        pytest.param(lambda n: [SCORES, teaser(n), own(n)], id="the text has not begun"),
        pytest.param(lambda n: [SCORES, teaser(n)], id="there is no text"),
        pytest.param(lambda n: [own(n), SCORES, *(f"{n}-{i}" for i in range(4))], id="a table"),
        pytest.param(lambda n: [own(n), SCORES, own(n, 1), own(n, 2)], id="two paragraphs"),
        pytest.param(lambda n: [own(n), SCORES, teaser(n // 3)], id="often the same line"),
        pytest.param(lambda n: [own(n), SCORES, *[teaser(n)][n % 3 :]], id="rarely a line"),
    ],
)
def test_what_follows_a_line_otherwise_makes_no_label(texts: Callable[[int], list[str]]) -> None:
    assert followers(SCORES, [article(n, texts(n)) for n in range(6)]) == 0


def test_the_order_of_the_articles_does_not_matter() -> None:
    articles = [article(n, [own(n), OLDER, teaser(n % 7), NEWER, teaser(n)]) for n in range(20)]
    shuffled = random.Random(5).sample(articles, len(articles))
    assert find_recurrence(articles) == find_recurrence(shuffled)
