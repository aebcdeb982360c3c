"""What discovery finds in a document."""

from dataclasses import dataclass
from enum import StrEnum

from pipelines.records import Link


class Kind(StrEnum):
    """What a document is to a crawl. The values are those of the seeds table."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    NEWS_SITEMAP = "news_sitemap"
    SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An RSS, Atom or JSON feed."""

    title: str | None
    """None: it has none."""
    links: tuple[Link, ...]
    """In the feed's order, distinct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap, or an index of sitemaps."""

    kind: Kind
    """SITEMAP, NEWS_SITEMAP or SITEMAP_INDEX."""
    links: tuple[Link, ...] = ()
    """To pages, in order, distinct."""
    children: tuple[Link, ...] = ()
    """To further sitemaps, in order, distinct; modified_at as the index says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeed:
    """A feed or sitemap that a page names."""

    kind: Kind
    """FEED or SITEMAP; which sort of sitemap is known only when it is read."""
    url: str
    """Absolute, http or https."""
    title: str | None = None
    """As the page calls it. None: it does not."""
