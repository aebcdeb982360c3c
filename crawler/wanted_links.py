"""Which of a seed's links a source wants: recent, of an article, matching its patterns. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.discovery.article_urls import is_trap_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.link_patterns import LinkPatterns
    from pipelines.records import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLinks:
    """A source's wishes."""

    oldest: datetime
    """Links dated before this are not followed."""
    patterns: LinkPatterns

    def pick(self, links: Iterable[Link]) -> list[Link]:
        """The links wanted, newest first; undated ones last, in the order they stood."""
        wanted = [link for link in links if self._wants(link)]
        dated = [link for link in wanted if _dated(link) is not None]
        undated = [link for link in wanted if _dated(link) is None]
        return sorted(dated, key=lambda link: _dated(link) or self.oldest, reverse=True) + undated

    def _wants(self, link: Link) -> bool:
        at = _dated(link)
        if at is not None and at < self.oldest:
            return False
        return not is_trap_url(link.url) and self.patterns.wants(link.url)


def wanted_children(children: Iterable[Link], *, oldest: datetime) -> list[Link]:
    """Child sitemaps that may list recent articles, last changed first.

    One that says nothing of its last change may; a sitemap index of twenty years dates them.
    """
    wanted = [it for it in children if it.modified_at is None or it.modified_at >= oldest]
    return sorted(wanted, key=lambda it: it.modified_at or oldest, reverse=True)


def _dated(link: Link) -> datetime | None:
    """When it was published or last changed, whichever its seed says, the later."""
    dates = [at for at in (link.published_at, link.modified_at) if at is not None]
    return max(dates, default=None)
