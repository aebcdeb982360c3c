"""A seed's body to its links, whatever its kind. Runs in a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.discovery.feeds import parse_feed
from crawler.discovery.sections import section_links
from crawler.discovery.sitemaps import parse_sitemap

if TYPE_CHECKING:
    from pipelines.records import Link

FEED = "feed"
SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedLinks:
    """What a seed lists."""

    links: tuple[Link, ...]
    children: tuple[Link, ...] = ()
    """Sitemaps that a sitemap index names."""


def read_seed(body: bytes, url: str, kind: str, content_type: str | None) -> SeedLinks:
    """The links of a feed, sitemap or section page; `kind` is a value of SeedKind.

    Raises:
        FeedParseError: It is not what its kind says.
    """
    if kind == FEED:
        return SeedLinks(links=parse_feed(body, url=url, content_type=content_type).links)
    if kind == SECTION:
        return SeedLinks(links=section_links(body, url=url, content_type=content_type))
    sitemap = parse_sitemap(body, url=url)
    return SeedLinks(links=sitemap.links, children=sitemap.children)
