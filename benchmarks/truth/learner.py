"""`python -m benchmarks.truth.learner DB PAGES SEED WORKERS`: learn from generated pages.

In the order that the seed gives, with so many workers, until all are stored: what a crawl does,
without the network. Killed and started again it goes on with what is not stored.
"""

import asyncio
import random
import sys

from sqlalchemy import text

from benchmarks.truth.sites import generated_page
from db.raw_pages import RawPageStore
from db.session import Database
from pipelines.page_visits import StoreTools
from pipelines.profile_counting import refresh, refresh_all
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.revising import reclean_page
from pipelines.store import store_result
from pipelines.stored_profiles import read_profile
from pipelines.urls import site_of
from pipelines.workers import WorkerLimits, WorkerPool
from tests.storing import add_page

BATCH_PAGES = 50


def main() -> None:
    url, pages, seed, workers = sys.argv[1], *map(int, sys.argv[2:5])
    with Database(url) as database:
        asyncio.run(learn(database, order(database, pages, seed), workers))
        with database.write() as session:
            refresh_all(session)


def order(database: Database, pages: int, seed: int) -> list[int]:
    """The pages that are not stored yet."""
    with database.read() as session:
        urls = session.scalars(text("SELECT url FROM articles"))
        stored = {int(url.rsplit("-", 1)[1]) for url in urls}
    numbers = [number for number in range(pages) if number not in stored]
    return random.Random(seed).sample(numbers, len(numbers))


async def learn(database: Database, numbers: list[int], workers: int) -> None:
    pool = WorkerPool(WorkerLimits(workers=workers))
    tools = StoreTools(raw_pages=RawPageStore(), reclean=reclean_page)
    try:
        for start in range(0, len(numbers), BATCH_PAGES):
            pages = [generated_page(it) for it in numbers[start : start + BATCH_PAGES]]
            with database.read() as session:
                sites = {site_of(page.url) for page in pages}
                profiles = {site: read_profile(session, site) for site in sites}
            results = await asyncio.gather(
                *(pool.process(page, profiles[site_of(page.url)]) for page in pages)
            )
            store(database, list(zip(pages, results, strict=True)), tools)
    finally:
        pool.close()


def store(
    database: Database,
    pages: list[tuple[FetchedPage, CleanArticle | Rejection]],
    tools: StoreTools,
) -> None:
    """One batch, one transaction."""
    with database.write() as session:
        for page, result in pages:
            page_id = add_page(session, page.url)
            stored = store_result(session, result, page_id=page_id, fetched=page, tools=tools)
            if stored.profile_due:
                refresh(session, stored.profile_due)


if __name__ == "__main__":
    main()
