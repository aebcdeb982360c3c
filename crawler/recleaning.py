"""`reclean`: stored raw pages through today's chain, chunk by chunk, in the workers."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.errors import NotFound
from db.raw_pages import read_raw_page
from db.recleaning import HINTS, RecleanFilter, count_stale, sampled_articles, stale_articles
from pipelines.profile_counting import refresh_all
from pipelines.recleaning import Recleaned, Verdict, judge, store_recleaned
from pipelines.records import CLEANER_VERSION
from pipelines.revising import fetched_again
from pipelines.stored_profiles import read_profile
from pipelines.urls import site_of
from pipelines.word_diff import word_diff
from pipelines.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import RowMapping

    from db.session import Database
    from pipelines.records import FetchedPage
    from pipelines.sites.records import SiteProfile
    from pipelines.workers import WorkerLimits

CHUNK_ARTICLES = 64
"""Cleaned together and written in one transaction; what an interruption costs."""
MAX_SHOWN = 20
"""Largest losses, and renewed titles and bylines, that are kept to be shown."""
SHOWN_FIELDS = ("title", "authors")
"""Of renewed metadata; the other fields are counted."""
UNCOUNTED_FIELDS = frozenset({"evidence", "published_offset_minutes", "modified_offset_minutes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecleanPlan:
    """What is to be cleaned again, and how."""

    site: str | None = None
    source: str | None = None
    rule: str | None = None
    max_loss: float = 0.2
    """An article that would lose more of its words keeps its text."""
    dry_run: bool = False
    sample: int | None = None
    """Only so many articles. None: all."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Loss:
    """One article that changes, for a person to look at."""

    share: float
    """Of its words."""
    article_id: int
    url: str = field(compare=False)
    verdict: str = field(compare=False)
    detail: str | None = field(compare=False)
    diff: str = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """One field of an article that changes."""

    article_id: int
    url: str
    field: str
    before: object
    after: object


@dataclass(slots=True, kw_only=True)
class RecleanReport:
    """How a re-clean stands or ended."""

    total: int = 0
    same: int = 0
    changed: int = 0
    held: int = 0
    skipped: int = 0
    """Changed by a crawl meanwhile, or without their raw page."""
    losses: list[Loss] = field(default_factory=list)
    """Largest first once it ended."""
    renewed: int = 0
    """Articles of other metadata, whether their text changed or not."""
    fields: Counter[str] = field(default_factory=Counter)
    """How often each field is renewed."""
    renewals: list[Renewal] = field(default_factory=list)
    """The first titles and bylines among them."""

    @property
    def done(self) -> int:
        """Articles looked at."""
        return self.same + self.changed + self.held + self.skipped


def reclean(
    database: Database,
    plan: RecleanPlan,
    limits: WorkerLimits,
    *,
    on_progress: Callable[[RecleanReport], None],
) -> RecleanReport:
    """Clean again what an older cleaner or profile cleaned. Interrupted, it goes on where it was.

    Raises:
        StorageError: The database cannot be used.
    """
    return asyncio.run(_Recleaner(database, plan, on_progress).run(limits))


class _Recleaner:
    """One re-clean: reads a chunk, has it cleaned, writes it, takes the next."""

    def __init__(
        self,
        database: Database,
        plan: RecleanPlan,
        on_progress: Callable[[RecleanReport], None],
    ) -> None:
        self._database = database
        self._plan = plan
        self._on_progress = on_progress
        self._report = RecleanReport()
        self._filter = RecleanFilter(
            cleaner_version=CLEANER_VERSION, site=plan.site, source=plan.source, rule=plan.rule
        )

    async def run(self, limits: WorkerLimits) -> RecleanReport:
        if not self._plan.dry_run:
            self._settle_profiles()
        with self._database.read() as session:
            self._report.total = count_stale(session, self._filter)
        self._report.total = min(self._report.total, self._plan.sample or self._report.total)
        pool = WorkerPool(limits)
        try:
            for chunk in self._chunks():
                await self._take(chunk, pool)
                self._on_progress(self._report)
        finally:
            pool.close()
        if not self._plan.dry_run:
            self._settle_profiles()
        self._report.losses.sort(reverse=True)
        return self._report

    def _settle_profiles(self) -> None:
        with self._database.write() as session:
            refresh_all(session)

    def _chunks(self) -> Iterator[Sequence[RowMapping]]:
        if self._plan.sample is not None:
            with self._database.read() as session:
                rows = sampled_articles(session, self._filter, limit=self._plan.sample)
            for start in range(0, len(rows), CHUNK_ARTICLES):
                yield rows[start : start + CHUNK_ARTICLES]
            return
        last_id = 0
        while True:
            with self._database.read() as session:
                rows = stale_articles(session, self._filter, after_id=last_id, limit=CHUNK_ARTICLES)
            if not rows:
                return
            yield rows
            last_id = int(rows[-1]["id"])

    async def _take(self, chunk: Sequence[RowMapping], pool: WorkerPool) -> None:
        pages = self._read_pages(chunk)
        self._report.skipped += len(chunk) - len(pages)
        found = await asyncio.gather(*(self._clean(*each, pool) for each in pages))
        if self._plan.dry_run:
            written = [True] * len(found)
        else:
            with self._database.write() as session:
                written = [
                    store_recleaned(session, each) or each.verdict is Verdict.HELD for each in found
                ]
        for each, is_written in zip(found, written, strict=True):
            self._count(each) if is_written else self._skip()

    def _read_pages(
        self, chunk: Sequence[RowMapping]
    ) -> list[tuple[RowMapping, FetchedPage, SiteProfile]]:
        pages: list[tuple[RowMapping, FetchedPage, SiteProfile]] = []
        profiles: dict[str, SiteProfile] = {}
        with self._database.read() as session:
            for row in chunk:
                try:
                    raw = read_raw_page(session, int(row["raw_page_id"]))
                except NotFound:  # pruned meanwhile
                    continue
                page = fetched_again(raw, **{name: row[name] for name in HINTS})
                site = site_of(page.url)
                if site not in profiles:
                    profiles[site] = read_profile(session, site)
                pages.append((row, page, profiles[site]))
        return pages

    async def _clean(
        self, row: RowMapping, page: FetchedPage, profile: SiteProfile, pool: WorkerPool
    ) -> Recleaned:
        result = await pool.process(page, profile)
        return judge(row, page, result, max_loss=self._plan.max_loss)

    def _skip(self) -> None:
        self._report.skipped += 1

    def _count(self, recleaned: Recleaned) -> None:
        self._count_renewed(recleaned)
        match recleaned.verdict:
            case Verdict.SAME:
                self._report.same += 1
                return
            case Verdict.CHANGED:
                self._report.changed += 1
            case Verdict.HELD:
                self._report.held += 1
        self._note_loss(recleaned)

    def _count_renewed(self, recleaned: Recleaned) -> None:
        stored, report = recleaned.stored, self._report
        fields = recleaned.renewed.keys() - UNCOUNTED_FIELDS
        report.renewed += bool(fields)
        report.fields.update(fields)
        for name in SHOWN_FIELDS:
            if name in fields and len(report.renewals) < MAX_SHOWN:
                renewal = Renewal(
                    article_id=int(stored["id"]),
                    url=str(stored["url"]),
                    field=name,
                    before=stored[name],
                    after=recleaned.renewed[name],
                )
                report.renewals.append(renewal)

    def _note_loss(self, recleaned: Recleaned) -> None:
        stored, losses = recleaned.stored, self._report.losses
        if len(losses) == MAX_SHOWN and recleaned.loss <= losses[0].share:
            return
        new = "" if recleaned.article is None else recleaned.article.text
        loss = Loss(
            share=recleaned.loss,
            article_id=int(stored["id"]),
            url=str(stored["url"]),
            verdict=str(recleaned.verdict),
            detail=recleaned.detail,
            diff=word_diff(str(stored["text"]), new) if recleaned.article else "",
        )
        (heapq.heappush if len(losses) < MAX_SHOWN else heapq.heapreplace)(losses, loss)
