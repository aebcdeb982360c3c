"""The layouts that the sampled articles of a site showed, to the layout of the site. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.sites.layout import SIGHTED_PLACE, Role
from pipelines.sites.records import SiteLayout, SitePlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

MIN_FURNITURE_ARTICLES = 5
MIN_FURNITURE_SHARE = 0.05
"""Of the articles that show a layout: below it a place is too rare to know what it may hold."""
MIN_TEXT_ARTICLES = 2
MAX_FURNITURE = 384
MAX_TEXTS = 96
MAX_NAMED = 8
"""Places of one other role. 500 places are some 30 KB in the database, 5 KB with each page."""

VALUES = 2**16
"""More than any number of SIGHTED_PLACE but the place itself: it and a value make one number."""

NAMED_ROLES = (Role.CONTAINER, Role.HEADLINE, Role.BYLINE, Role.CAPTION)


def count_layout(
    sighted: Iterable[bytes], *, min_articles: int = MIN_FURNITURE_ARTICLES
) -> SiteLayout:
    """What stands where on a site. The order of the pages changes nothing.

    Args:
        sighted: Of each distinct article, as `sight_layout` gives it; empty ones show nothing.
        min_articles: In which a place has to be furniture.
    """
    pages = [each for each in sighted if each]
    if not pages:
        return SiteLayout()
    seen = np.frombuffer(b"".join(pages), dtype=SIGHTED_PLACE)
    counts = _Counts(seen, least=min(min_articles, MIN_TEXT_ARTICLES))
    return SiteLayout(
        articles=len(pages),
        furniture=_furniture(counts, max(min_articles, MIN_FURNITURE_SHARE * len(pages))),
        texts=counts.chosen(Role.TEXT, counts.of(Role.TEXT) >= MIN_TEXT_ARTICLES, MAX_TEXTS),
        named=tuple(_named(counts)),
    )


def with_given(own: SiteLayout, given: SiteLayout) -> SiteLayout:
    """A site's layout with what was learned of it elsewhere; what was seen here wins."""
    seen = {it.place for it in (*own.furniture, *own.texts, *own.named) if it.kept_in}
    new = {it.place: it for it in given.furniture if it.place not in seen}
    furniture = new | {it.place: it for it in own.furniture}
    texts = {it.place: it for it in (*given.texts, *own.texts) if it.place not in furniture}
    return SiteLayout(
        articles=own.articles,
        furniture=tuple(furniture.values()),
        texts=tuple(texts.values()),
        named=own.named or given.named,
    )


def _furniture(counts: _Counts, need: float) -> tuple[SitePlace, ...]:
    """Places that are never anything else, and often."""
    furniture = counts.of(Role.FURNITURE)
    is_chosen = (counts.of(Role.HOLDS) == 0) & (furniture >= need)
    return counts.chosen(Role.FURNITURE, is_chosen, MAX_FURNITURE)


def _named(counts: _Counts) -> Iterator[SitePlace]:
    for role in NAMED_ROLES:
        yield from counts.chosen(role, counts.of(role) >= MIN_TEXT_ARTICLES, MAX_NAMED)


class _Counts:
    """What the pages show at each place that so many of them have: an entry a place."""

    def __init__(self, seen: NDArray[np.void], *, least: int) -> None:
        places, of_place, shown = np.unique(seen["place"], return_inverse=True, return_counts=True)
        is_frequent = shown >= least  # most places are those of one article
        is_of_frequent = is_frequent[of_place]
        self._places, shown = places[is_frequent], shown[is_frequent]
        self._of_place = (np.cumsum(is_frequent) - 1)[of_place[is_of_frequent]]
        seen = seen[is_of_frequent]
        self._roles = seen["roles"]
        self._kept_in = self.of(Role.HOLDS)
        self._texts = self._distinct(seen["text"])
        self._lines = self._medians(seen["lines"], shown)
        self._linked = self._medians(seen["linked"], shown)

    def of(self, role: Role) -> NDArray[np.int64]:
        """In how many articles each place has this role."""
        has_role = (self._roles & int(role)) != 0
        return np.bincount(self._of_place[has_role], minlength=len(self._places))

    def chosen(self, role: Role, is_chosen: NDArray[np.bool_], limit: int) -> tuple[SitePlace, ...]:
        """The places, those of most articles first, equals by number."""
        articles = self.of(role)
        indices = np.flatnonzero(is_chosen)
        order = np.lexsort((self._places[indices], -articles[indices]))
        best = indices[order][:limit]
        columns = (self._places, articles, self._kept_in, self._texts, self._lines, self._linked)
        rows = zip(*(column[best].tolist() for column in columns), strict=True)
        return tuple(
            SitePlace(
                place=place,
                role=role.name or "",
                articles=articles_with,
                kept_in=kept_in,
                texts=texts,
                lines=lines,
                linked=linked,
            )
            for place, articles_with, kept_in, texts, lines, linked in rows
        )

    def _distinct(self, values: NDArray[np.uint16]) -> NDArray[np.int64]:
        """How many different ones each place shows."""
        pairs = np.unique(self._of_place * VALUES + values)
        return np.bincount(pairs // VALUES, minlength=len(self._places))

    def _medians(self, values: NDArray[np.uint8], shown: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of what each place shows, rounded down; `shown` is how many that are."""
        ordered = np.sort(self._of_place * VALUES + values) % VALUES
        first = np.cumsum(shown) - shown
        medians: NDArray[np.int64] = (
            ordered[first + (shown - 1) // 2] + ordered[first + shown // 2]
        ) // 2
        return medians
