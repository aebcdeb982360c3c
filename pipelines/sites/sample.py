"""Which articles of a site its profile is counted from: a function of the set, in any order."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

SAMPLE_SIZE = 200
"""Articles of a site, whatever their age, with the lowest keys."""
PERIOD_SAMPLE_SIZE = 100
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


def _lowest_of_period(ordered: Sequence[S], period: int) -> list[bytes]:
    keys = [article.sample_key for article in ordered if article.period == period]
    return keys[:PERIOD_SAMPLE_SIZE]
