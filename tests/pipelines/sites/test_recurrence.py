"""What is learned from a sample of articles, and what never is."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sites.hashes import block_hash, is_prose, pack, unpack
from pipelines.sites.records import SightedArticle
from pipelines.sites.recurrence import find_recurrence
from pipelines.sites.sample import choose_sample
from pipelines.urls import key_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

PERIOD = 2026 * 4
PROMPT = "Sign up for our newsletter"
SUBHEAD = "What happens next"
BACKGROUND = "The dispute over the harbour began nine years ago when the ferry line was sold."


def article(n: int, texts: Sequence[str], *, period: int = PERIOD) -> SightedArticle:
    return SightedArticle(
        article_id=n,
        sample_key=key_hash(str(n)),
        period=period,
        day=f"2026-01-{n % 28 + 1:02}",
        hashes=tuple(dict.fromkeys(map(block_hash, texts))),
    )


def own(n: int, part: int = 0) -> str:
    return f"Paragraph {part} of article number {n} says at some length what nobody else has said."


def learned(articles: Sequence[SightedArticle]) -> set[int]:
    return {block.hash for block in find_recurrence(articles).blocks}


@pytest.mark.parametrize(("count", "expected"), [(1, False), (2, False), (3, True)])
def test_a_line_at_the_edge_is_learned_from_three_articles(count: int, expected: bool) -> None:
    articles = [article(n, [own(n), own(n, 1), PROMPT]) for n in range(count)]
    assert (block_hash(PROMPT) in learned(articles)) is expected


def test_the_evidence_names_articles_days_and_samples() -> None:
    articles = [article(n, [own(n), own(n, 1), *([PROMPT] if n < 41 else [])]) for n in range(57)]
    [block] = find_recurrence(articles).blocks
    assert (block.articles, block.of_articles, block.inside) == (41, 57, 0)
    assert (block.first_day, block.last_day) == ("2026-01-01", "2026-01-28")
    assert len(block.article_ids) == 3


def test_a_subhead_between_paragraphs_needs_a_larger_share() -> None:
    def site(share: float) -> list[SightedArticle]:
        texts = [[own(n), *([SUBHEAD] if n < share * 20 else []), own(n, 1)] for n in range(20)]
        return [article(n, it) for n, it in enumerate(texts)]

    assert block_hash(SUBHEAD) not in learned(site(0.2))
    assert block_hash(SUBHEAD) in learned(site(0.4))


def test_a_background_paragraph_of_three_articles_stays() -> None:
    articles = [article(n, [own(n), BACKGROUND, own(n, 1)]) for n in range(3)]
    assert not learned(articles)


def test_a_paragraph_that_stands_twice_on_a_page_is_one_sighting() -> None:
    assert not learned([article(n, [PROMPT, own(n), PROMPT]) for n in range(2)])


def test_a_changed_layout_is_noticed_and_learned_beside_the_old() -> None:
    new_prompt = "Get the morning letter"
    old = [article(n, [own(n), own(n, 1), PROMPT]) for n in range(100)]
    new = [article(n, [own(n), own(n, 1), new_prompt], period=PERIOD + 1) for n in range(100, 121)]
    assert not find_recurrence(old).layout_changed
    found = find_recurrence([*old, *new])
    assert found.layout_changed
    assert {block.hash for block in found.blocks} == {block_hash(PROMPT), block_hash(new_prompt)}


@given(seed=st.integers(), size=st.integers(0, 60))
def test_the_order_of_the_sample_does_not_matter(seed: int, size: int) -> None:
    chance = random.Random(seed)
    pool = [PROMPT, SUBHEAD, BACKGROUND, *(own(0, n) for n in range(5))]
    articles = [
        article(n, chance.sample(pool, 4), period=PERIOD + chance.randrange(4)) for n in range(size)
    ]
    shuffled = chance.sample(articles, len(articles))
    assert find_recurrence(articles) == find_recurrence(shuffled)


@given(seed=st.integers(), size=st.integers(0, 900), parts=st.integers(1, 6))
def test_dropping_what_is_outside_the_sample_early_changes_nothing(
    seed: int, size: int, parts: int
) -> None:
    chance = random.Random(seed)
    articles = [article(n, [], period=PERIOD + chance.randrange(5)) for n in range(size)]
    chance.shuffle(articles)
    kept: list[SightedArticle] = []
    for part in range(parts):
        kept = choose_sample([*kept, *articles[part::parts]])
    assert kept == choose_sample(articles)


@given(st.lists(st.text(max_size=80)))
def test_hashes_are_packed_and_read_back(texts: list[str]) -> None:
    hashes = tuple(map(block_hash, texts))
    assert unpack(pack(hashes)) == hashes
    assert all(0 <= each < 2**63 for each in hashes)


def test_a_hash_knows_whether_its_text_is_prose() -> None:
    assert is_prose(block_hash(BACKGROUND))
    assert not is_prose(block_hash(PROMPT))
