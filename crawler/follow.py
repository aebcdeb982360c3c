"""Links of a listed page become pages of the run, where the user asked to follow them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.context import context_of
from crawler.discovery.article_urls import is_article_url, is_trap_url
from crawler.new_pages import new_page
from pipelines.records import Link

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.stages import Visit

MAX_DEPTH = 5
"""Links between a listed URL and a page; calendars without end are deeper."""
MAX_FOLLOWED = 500
"""Links followed from one page."""


class FollowStage:
    """Visit -> Visit with the pages it found."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FollowStage:
        """Made by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Visit) -> Visit:
        """The visit, with its links to articles as new pages if the plan follows."""
        context = context_of(self._crawler)
        if not context.plan.follow or item.result is None or item.page.depth >= MAX_DEPTH:
            return item
        wanted = [url for url in item.result.links if is_article_url(url) and not is_trap_url(url)]
        left = MAX_FOLLOWED
        if context.plan.max_pages is not None:
            left = min(left, context.plan.max_pages - context.asked)
        found = tuple(
            new_page(Link(url=url), found_on_id=item.page.id, depth=item.page.depth + 1)
            for url in wanted[: max(left, 0)]
        )
        context.asked += len(found)
        return replace(item, found=found)
