"""From the URL a person gives to the seeds a source starts from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from crawler.discovery.recognise import recognise
from crawler.discovery.robots import sitemaps_in_robots
from crawler.discovery.sections import find_seeds
from crawler.errors import CrawlError, SourceError
from pipelines.urls import fetch_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.records import FetchedPage

SECTION = "section"
FEED = "feed"
SITEMAP = "sitemap"
NEWS_SITEMAP = "news_sitemap"
MAX_FEEDS = 10
"""A home page names a feed or a few; some name one a topic, which repeat each other."""
MAX_SITEMAPS_TRIED = 3
"""Of those whose address speaks of news: each costs the host a fetch."""
HTTP_OK = 200
_SPEAKS_OF_NEWS = re.compile(r"news", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|comentario", re.IGNORECASE)
"""Blog software names a feed of readers' comments beside that of articles."""


class Fetcher(Protocol):
    """Fetches one document politely and safely, as a crawl would."""

    def __call__(self, url: str) -> FetchedPage:
        """The answer, whatever its status.

        Raises:
            CrawlError: There was none: robots.txt, a private address, the network, time.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedChoice:
    """A URL to start from, and what stands there."""

    url: str
    kind: str
    """A value of db.models.SeedKind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """What was found at a URL."""

    seeds: tuple[SeedChoice, ...]
    """To start from, at least one."""
    also: tuple[SeedChoice, ...] = ()
    """Named by the page or robots.txt, but not followed unasked."""


def find_seeding(url: str, *, fetch: Fetcher) -> Seeding:
    """What to start from for this URL: itself, or what a home page names.

    Raises:
        SourceError: Nothing that can be followed stands there.
        CrawlError: It could not be fetched.
    """
    page = fetch_page(url, fetch=fetch)
    kind = recognise_page(page)
    if kind != SECTION:
        return Seeding(seeds=(SeedChoice(url=page.url, kind=kind),))
    named = [
        SeedChoice(url=found.url, kind=str(found.kind))
        for found in find_seeds(page.body, url=page.url, content_type=page.content_type)
    ]
    if not is_home_page(page.url):
        return _seeding_of_section(page.url, named)
    named += _robots_sitemaps(page.url, fetch=fetch)
    return _seeding_of_home_page(page.url, _with_news_sitemaps(named, fetch=fetch))


def fetch_page(url: str, *, fetch: Fetcher) -> FetchedPage:
    """The page, if the server gave one.

    Raises:
        SourceError: The server answered with an error.
        CrawlError: It did not answer.
    """
    page = fetch(url)
    if page.status != HTTP_OK:
        raise SourceError(f"{url} answered {page.status}")
    return page


def recognise_page(page: FetchedPage) -> str:
    """A value of SeedKind.

    Raises:
        SourceError: It is none of them.
    """
    try:
        return str(recognise(page.body, url=page.url, content_type=page.content_type))
    except ValueError as error:
        raise SourceError(str(error)) from error


def is_home_page(url: str) -> bool:
    """Whether this is a site's front page, by its path."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _seeding_of_section(url: str, named: Sequence[SeedChoice]) -> Seeding:
    """The section page and its own feed; a feed of the whole site would bring other sections."""
    path = urlsplit(url).path.rstrip("/") + "/"
    own = [it for it in named if it.kind == FEED and urlsplit(it.url).path.startswith(path)]
    return _seeding([*own[:1], SeedChoice(url=url, kind=SECTION)], named)


def _seeding_of_home_page(url: str, named: Sequence[SeedChoice]) -> Seeding:
    """The news sitemap and the feeds; the page itself where it names neither."""
    sitemaps = [it for it in named if it.kind == NEWS_SITEMAP]
    feeds = [it for it in named if it.kind == FEED and not _COMMENTS.search(it.url)]
    chosen = _distinct([*sitemaps, *feeds[:MAX_FEEDS]])
    return _seeding(chosen or [SeedChoice(url=url, kind=SECTION)], named)


def _seeding(chosen: Sequence[SeedChoice], named: Sequence[SeedChoice]) -> Seeding:
    seeds = _distinct(chosen)
    keys = {fetch_key(it.url) for it in seeds}
    also = [it for it in _distinct(named) if fetch_key(it.url) not in keys]
    return Seeding(seeds=tuple(seeds), also=tuple(also))


def _robots_sitemaps(home: str, *, fetch: Fetcher) -> list[SeedChoice]:
    robots_url = urljoin(home, "/robots.txt")
    try:
        robots = fetch(robots_url)
    except CrawlError:  # a site without readable robots.txt names no sitemap; the crawl decides
        return []
    if robots.status != HTTP_OK:
        return []
    urls = sitemaps_in_robots(robots.body, url=robots.url)
    return [SeedChoice(url=url, kind=SITEMAP) for url in urls]


def _with_news_sitemaps(named: Sequence[SeedChoice], *, fetch: Fetcher) -> list[SeedChoice]:
    """The same, with what sitemaps that speak of news turn out to be when read."""
    speaking = [
        it.url
        for it in named
        if it.kind == SITEMAP and _SPEAKS_OF_NEWS.search(urlsplit(it.url).path)
    ]
    kinds = {url: _kind_at(url, fetch=fetch) for url in _distinct_urls(speaking)}
    return [SeedChoice(url=it.url, kind=kinds.get(it.url) or it.kind) for it in named]


def _distinct_urls(urls: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(urls))[:MAX_SITEMAPS_TRIED]


def _kind_at(url: str, *, fetch: Fetcher) -> str | None:
    """What stands there. None: it could not be read now."""
    try:
        return recognise_page(fetch_page(url, fetch=fetch))
    except CrawlError:
        return None


def _distinct(choices: Iterable[SeedChoice]) -> list[SeedChoice]:
    """The first of each fetch key."""
    seen: dict[str, SeedChoice] = {}
    for choice in choices:
        seen.setdefault(fetch_key(choice.url), choice)
    return list(seen.values())
