"""The same profile gives the same texts, whoever processes the pages in whatever order."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.sites.batch import BatchLearner, sight
from pipelines.workers import WorkerLimits, WorkerPool
from tests.small_site import fetched_story, paragraphs

if TYPE_CHECKING:
    from pipelines.sites.records import SiteProfile

PAGES = 120
TEACHERS = 12
SEED = 20261123


def learned(pages: list[FetchedPage]) -> SiteProfile:
    """The profile of their site."""
    learner = BatchLearner()
    for article in map(clean_page, pages):
        assert isinstance(article, CleanArticle)
        learner.add(sight(article))
    [profile] = learner.profiles().values()
    return profile


def processed(
    pages: list[FetchedPage], profile: SiteProfile, *, workers: int
) -> dict[str, CleanArticle | Rejection]:
    """What each page gave, by URL; all of them asked for at once."""

    async def run() -> list[CleanArticle | Rejection]:
        pool = WorkerPool(WorkerLimits(workers=workers))
        try:
            return await asyncio.gather(*(pool.process(page, profile) for page in pages))
        finally:
            pool.close()

    return {result.url: result for result in asyncio.run(run())}


def test_another_order_and_another_number_of_workers_give_identical_articles() -> None:
    pages = [fetched_story(n) for n in range(PAGES)]
    profile = learned(pages[:TEACHERS])
    one = processed(pages, profile, workers=1)
    shuffled = random.Random(SEED).sample(pages, PAGES)
    assert one == processed(shuffled, profile, workers=2)
    for n, page in enumerate(pages):
        article = one[page.url]
        assert isinstance(article, CleanArticle)
        assert article.text == "\n".join(paragraphs(n))
