"""Trying a source without storing anything: its seeds, their first links, one cleaned article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.discovery.feeds import parse_feed
from crawler.discovery.sections import section_links
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import CrawlError, SourceError
from crawler.seeding import FEED, SECTION, fetch_page
from pipelines.errors import PipelineError
from pipelines.process import process
from pipelines.records import CleanArticle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.link_patterns import LinkPatterns
    from crawler.seeding import Fetcher, SeedChoice
    from pipelines.records import FetchedPage, Link, Rejection

SHOWN_LINKS = 5
ARTICLES_TRIED = 3
"""The first link may be a video or a live ticker; the third try decides."""
BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedTrial:
    """What one seed gave."""

    url: str
    kind: str
    links: int
    """Those that the source's patterns want."""
    problem: str | None
    """Why it could not be read. None: it could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source would bring."""

    seeds: tuple[SeedTrial, ...]
    first_links: tuple[str, ...]
    article: CleanArticle | None
    """Of the first links the first that is one. None: none of them was."""
    problem: str | None
    """Why a crawl would bring nothing. None: it would bring articles."""


def try_seeds(seeds: Sequence[SeedChoice], *, fetch: Fetcher, patterns: LinkPatterns) -> Trial:
    """Read each seed and clean the first article they lead to."""
    tried: list[SeedTrial] = []
    links: list[str] = []
    for seed in seeds:
        try:
            found = [it.url for it in links_of_seed(seed, fetch=fetch) if patterns.wants(it.url)]
            problem = None
        except CrawlError as error:
            found, problem = [], str(error)
        tried.append(SeedTrial(url=seed.url, kind=seed.kind, links=len(found), problem=problem))
        links += found[:SHOWN_LINKS]
    first_links = tuple(dict.fromkeys(links))[:SHOWN_LINKS]
    article, problem = _first_article(first_links, fetch=fetch)
    return Trial(seeds=tuple(tried), first_links=first_links, article=article, problem=problem)


def links_of_seed(seed: SeedChoice, *, fetch: Fetcher) -> tuple[Link, ...]:
    """What the seed lists now; of a sitemap index, what its newest sitemap lists.

    Raises:
        CrawlError: It could not be fetched or read.
    """
    page = fetch_page(seed.url, fetch=fetch)
    if seed.kind == FEED:
        return parse_feed(page.body, url=page.url, content_type=page.content_type).links
    if seed.kind == SECTION:
        return section_links(page.body, url=page.url, content_type=page.content_type)
    sitemap = parse_sitemap(page.body, url=page.url)
    if sitemap.links or not sitemap.children:
        return sitemap.links
    newest = max(sitemap.children, key=lambda it: it.modified_at or BEGINNING_OF_TIME)
    child = fetch_page(newest.url, fetch=fetch)
    return parse_sitemap(child.body, url=child.url).links


def _first_article(
    urls: Sequence[str], *, fetch: Fetcher
) -> tuple[CleanArticle | None, str | None]:
    """The first of these pages that is an article, or why none is."""
    problem = "no links found"
    for url in urls[:ARTICLES_TRIED]:
        try:
            result = _cleaned(fetch_page(url, fetch=fetch))
        except CrawlError as error:
            problem = str(error)
            continue
        if isinstance(result, CleanArticle):
            return result, None
        problem = f"{url} is {result.reason}: {result.detail}"
    return None, problem


def _cleaned(page: FetchedPage) -> CleanArticle | Rejection:
    try:
        return process(page)
    except PipelineError as error:
        raise SourceError(str(error)) from error
