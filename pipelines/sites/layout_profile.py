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

NAMED_ROLES = (Role.CONTAINER, Role.HEADLINE, Role.BYLINE, Role.CAPTION)


def count_layout(
    sighted: Iterable[bytes], *, min_articles: int = MIN_FURNITURE_ARTICLES
) -> SiteLayout:
    """What stands where on a site. The order of the pages changes nothing.

    Args:
        sighted: Of each distinct article, as `sight_layout` gives it; empty ones show nothing.
        min_articles: In which a place has to be furniture.
    """
    pages = [np.frombuffer(each, dtype=SIGHTED_PLACE) for each in sighted if each]
    if not pages:
        return SiteLayout()
    seen = np.concatenate(pages)
    places, of_place = np.unique(seen["place"], return_inverse=True)
    counts = _Counts(places, of_place, seen)
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
    def __init__(
        self, places: NDArray[np.int64], of_place: NDArray[np.int64], seen: NDArray[np.void]
    ) -> None:
        self._places = places
        self._seen = seen
        self._of_place = of_place

    def of(self, role: Role) -> NDArray[np.int64]:
        """In how many articles each place has this role."""
        has_role = (self._seen["roles"] & role) != 0
        return np.bincount(self._of_place[has_role], minlength=len(self._places))

    def chosen(self, role: Role, is_chosen: NDArray[np.bool_], limit: int) -> tuple[SitePlace, ...]:
        """The places, those of most articles first, equals by number."""
        articles = self.of(role)
        indices = np.flatnonzero(is_chosen)
        order = np.lexsort((self._places[indices], -articles[indices]))
        return tuple(self._place(role, i, articles) for i in indices[order][:limit].tolist())

    def _place(self, role: Role, index: int, articles: NDArray[np.int64]) -> SitePlace:
        seen = self._seen[self._of_place == index]
        return SitePlace(
            place=int(self._places[index]),
            role=role.name or "",
            articles=int(articles[index]),
            kept_in=int(((seen["roles"] & Role.HOLDS) != 0).sum()),
            texts=len(np.unique(seen["text"])),
            lines=int(np.median(seen["lines"])),
            linked=int(np.median(seen["linked"])),
        )
