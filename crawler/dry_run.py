"""What a crawl would fetch, told without fetching or writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.new_pages import new_page
from crawler.revisits import due_revisits
from crawler.run_begin import find_followed, refuse_without_contact, within_budget
from db import migrate, plans
from db.session import Database
from pipelines.records import Link

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.plan import CrawlPlan
    from crawler.run_begin import Followed


class Intent(StrEnum):
    """What a crawl would do with a URL."""

    FETCH = "fetch"
    KNOWN = "known"
    """It has a final outcome: it is counted, not fetched."""
    LOOK_AGAIN = "look again"
    """A young article of a source: fetched again, if the server says that it changed."""
    READ_SEED = "read seed"
    """For links; how many pages those are is not known before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUrl:
    """A URL and what a crawl would do with it."""

    url: str
    intent: Intent


def planned_urls(config: Config, plan: CrawlPlan) -> list[PlannedUrl]:
    """What this crawl would fetch now; a database that does not exist is not made.

    Raises:
        ConfigError: A host that is not this machine, and no contact.
        SourceError: There is no such source, or it is paused.
        StorageError: The database cannot be used.
    """
    refuse_without_contact(config, plan.urls)
    with Database(config.db) as database:
        if plan.source_key is None and database.path is not None and not database.path.exists():
            return [PlannedUrl(url=url, intent=Intent.FETCH) for url in plan.urls[: plan.max_pages]]
        migrate.check(database)
        followed = find_followed(database, plan)
        if followed is None:
            return _of_list(database, plan)
        return _of_source(database, plan, followed)


def _of_list(database: Database, plan: CrawlPlan) -> list[PlannedUrl]:
    """Each page once, under the first URL that leads to it."""
    urls: dict[bytes, str] = {}
    for url in plan.urls:
        urls.setdefault(new_page(Link(url=url)).fetch_hash, url)
    with database.read() as session:
        known = plans.known_hashes(session, urls.keys(), tried_before=_stale_before(plan))
    intents = {
        key: PlannedUrl(url=url, intent=Intent.KNOWN if key in known else Intent.FETCH)
        for key, url in urls.items()
    }
    return within_budget(intents, known, max_pages=plan.max_pages)


def _of_source(database: Database, plan: CrawlPlan, followed: Followed) -> list[PlannedUrl]:
    limit = plan.max_pages or followed.source.max_pages
    with database.read() as session:
        waiting = plans.waiting_urls(session, followed.source.id, limit=limit)
        left = limit - len(waiting)
        again = due_revisits(session, followed.source, limit=left, now=datetime.now(UTC))
    return [
        *(PlannedUrl(url=seed.url, intent=Intent.READ_SEED) for seed in followed.seeds),
        *(PlannedUrl(url=url, intent=Intent.FETCH) for url in waiting),
        *(PlannedUrl(url=page.url, intent=Intent.LOOK_AGAIN) for page in again),
    ]


def _stale_before(plan: CrawlPlan) -> datetime | None:
    """As a run that began now would see it."""
    now = datetime.now(UTC)
    if plan.force:
        return now
    if plan.max_age_seconds is None:
        return None
    return now - timedelta(seconds=plan.max_age_seconds)
