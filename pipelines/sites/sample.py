"""Which articles of a site its profile is counted from: a function of the set, in any order."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from pipelines.sites.records import SampleBounds

SAMPLE_SIZE = 60
"""Articles of a site, whatever their age, with the lowest keys.

A block of one article in ten is in six of them. Each costs a pass over its whole page.
"""
PERIOD_SAMPLE_SIZE = 40
"""Articles of each of the newest quarters besides, so that what is new is noticed."""
NEWEST_PERIODS = 2


class Sampled(Protocol):
    """What the choice is made by."""

    @property
    def sample_key(self) -> bytes:
        """Distinct among the articles of a site."""

    @property
    def period(self) -> int:
        """Quarter of the article's date."""


S = TypeVar("S", bound=Sampled)


def choose_sample(articles: Iterable[S]) -> list[S]:
    """The sample, by key.

    What is outside the sample of a set is outside that of any larger one, so dropping it early
    changes nothing: the choice from what was left is the choice from all.
    """
    ordered = sorted(articles, key=lambda article: article.sample_key)
    chosen = {article.sample_key for article in ordered[:SAMPLE_SIZE]}
    for period in sorted({article.period for article in ordered}, reverse=True)[:NEWEST_PERIODS]:
        chosen.update(_lowest_of_period(ordered, period))
    return [article for article in ordered if article.sample_key in chosen]


def bounds_of(chosen: Iterable[S]) -> SampleBounds:
    """What a sample lets in."""
    ordered = sorted(chosen, key=lambda article: article.sample_key)
    newest = sorted({article.period for article in ordered}, reverse=True)[:NEWEST_PERIODS]
    return SampleBounds(
        highest=_last([it.sample_key for it in ordered], SAMPLE_SIZE),
        periods=tuple(
            (period, _last(_lowest_of_period(ordered, period), PERIOD_SAMPLE_SIZE))
            for period in newest
        ),
    )


def may_enter(bounds: SampleBounds, key: bytes, period: int) -> bool:
    """Whether an article may be of the sample.

    What these bounds keep out, those of any larger set keep out too: a page that was not sighted
    will never be missed, and old bounds let in too much, never too little.
    """
    if bounds.highest is None or key <= bounds.highest:
        return True
    limits = dict(bounds.periods)
    if period not in limits:
        return len(limits) < NEWEST_PERIODS or period > min(limits)
    limit = limits[period]
    return limit is None or key <= limit


def _last(keys: Sequence[bytes], size: int) -> bytes | None:
    return keys[size - 1] if len(keys) >= size else None


def _lowest_of_period(ordered: Sequence[S], period: int) -> list[bytes]:
    keys = [article.sample_key for article in ordered if article.period == period]
    return keys[:PERIOD_SAMPLE_SIZE]
