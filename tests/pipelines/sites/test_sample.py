"""Which articles teach: told before a page is read, and never too few."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sites import sample
from pipelines.sites.sample import bounds_of, choose_sample, may_enter
from pipelines.urls import key_hash


@dataclass(frozen=True, slots=True)
class Known:
    sample_key: bytes
    period: int


def site(numbers: list[tuple[int, int]]) -> list[Known]:
    return [Known(key_hash(str(n)), period) for n, period in numbers]


numbered = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 4)),
    max_size=300,
    unique_by=lambda it: it[0],
)


@given(numbered, st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_what_the_bounds_of_some_articles_keep_out_is_outside_the_sample_of_more(
    numbers: list[tuple[int, int]], some: int
) -> None:
    articles = site(numbers)
    bounds = bounds_of(choose_sample(articles[:some]))
    assert all(may_enter(bounds, it.sample_key, it.period) for it in choose_sample(articles))


def test_a_site_with_a_full_sample_hardly_reads_more_pages_as_a_whole() -> None:
    articles = site([(n, 1) for n in range(1_000)])
    bounds = bounds_of(choose_sample(articles))
    let_in = [it for it in articles if may_enter(bounds, it.sample_key, it.period)]
    assert len(let_in) == sample.SAMPLE_SIZE


def test_an_article_of_a_newer_quarter_is_let_in() -> None:
    bounds = bounds_of(choose_sample(site([(n, 1 + n % 2) for n in range(1_000)])))
    assert may_enter(bounds, b"\xff" * 16, 3)
    assert not may_enter(bounds, b"\xff" * 16, 0)
