"""Rules tried on pages, and their expressions on a page made for it, in worker processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db.errors import NotFound
from db.raw_pages import read_raw_page
from db.rules import kept_pages_under
from pipelines.revising import fetched_again
from pipelines.rule_book import scope_of
from pipelines.rules.costs import is_slow
from pipelines.rules.records import OF_ELEMENTS
from pipelines.rules.trial import RuleTrial, try_rule
from pipelines.stored_profiles import read_profile
from pipelines.urls import site_of
from pipelines.workers import WorkerFailed, WorkerLimits, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.session import Database
    from pipelines.records import FetchedPage
    from pipelines.rules.records import Rule
    from pipelines.sites.records import SiteProfile

CHUNK_PAGES = 32
"""Read and tried together."""
PROBE_LIMITS = WorkerLimits(workers=1, timeout_seconds=3.0)
"""A worker that an expression keeps longer is killed; the expression is too slow then."""


def slow_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Those whose expressions take too long on a page of many elements."""
    asked = [rule for rule in rules if rule.kind in OF_ELEMENTS]
    return asyncio.run(_slow(asked)) if asked else []


async def _slow(rules: Sequence[Rule]) -> list[Rule]:
    pool = WorkerPool(PROBE_LIMITS)
    try:
        return [rule for rule in rules if await _is_slow(rule, pool)]
    finally:
        pool.close()


async def _is_slow(rule: Rule, pool: WorkerPool) -> bool:
    try:
        return await pool.call(is_slow, rule)
    except WorkerFailed:
        return True


def try_on_page(
    page: FetchedPage, known: SiteProfile, rule: Rule, limits: WorkerLimits
) -> RuleTrial:
    """What a rule would do to one page."""
    return asyncio.run(_try_one(page, known, rule, WorkerPool(limits)))


def try_on_stored(
    database: Database, rule: Rule, limits: WorkerLimits, *, limit: int
) -> list[RuleTrial]:
    """What a rule would do to the newest articles of its host whose pages were kept."""
    return asyncio.run(_try_stored(database, rule, WorkerPool(limits), limit=limit))


async def _try_stored(
    database: Database, rule: Rule, pool: WorkerPool, *, limit: int
) -> list[RuleTrial]:
    with database.read() as session:
        ids = kept_pages_under(session, scope_of([rule.host]), limit=limit)
    trials: list[RuleTrial] = []
    try:
        for start in range(0, len(ids), CHUNK_PAGES):
            pages = list(_stored_pages(database, ids[start : start + CHUNK_PAGES]))
            trials += await asyncio.gather(*(_try(*page, rule, pool) for page in pages))
    finally:
        pool.close()
    return trials


async def _try_one(
    page: FetchedPage, known: SiteProfile, rule: Rule, pool: WorkerPool
) -> RuleTrial:
    try:
        return await _try(page, known, rule, pool)
    finally:
        pool.close()


async def _try(page: FetchedPage, known: SiteProfile, rule: Rule, pool: WorkerPool) -> RuleTrial:
    try:
        return await pool.call(try_rule, page, known, rule)
    except WorkerFailed as failure:
        return RuleTrial(url=page.url, remark=failure.detail)


def _stored_pages(
    database: Database, ids: Sequence[int]
) -> Iterator[tuple[FetchedPage, SiteProfile]]:
    with database.read() as session:
        for raw_page_id in ids:
            try:
                page = fetched_again(read_raw_page(session, raw_page_id))
            except NotFound:  # pruned meanwhile
                continue
            yield page, read_profile(session, site_of(page.url))
