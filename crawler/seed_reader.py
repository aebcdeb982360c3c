"""Reads a source's seeds with conditional GET and puts what they list into the frontier."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.discovery.seed_links import SeedLinks, read_seed
from crawler.fetch_failures import NETWORK_FAILURES, explain_failure
from crawler.link_patterns import compile_patterns
from crawler.middlewares.refused import Refused
from crawler.new_pages import new_page
from crawler.revisits import ask_for_revisits
from crawler.wanted_links import WantedLinks, wanted_children
from db import pages, sources
from db.sources import SeedReading
from pipelines.urls import fetch_key, is_http_url, url_key
from pipelines.workers import WorkerFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from sqlalchemy.orm import Session

    from crawler.context import RunContext
    from db.models import Seed, Source
    from db.pages import NewPage
    from pipelines.records import Link

logger = logging.getLogger(__name__)

MAX_SITEMAP_DEPTH = 3
"""An index may name indexes; sitemaps.org allows one level, publishers use two."""
MAX_SITEMAPS = 50
"""Child sitemaps read in one run of a source: indexes that name each other have an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a seed's URL said."""

    reading: SeedReading
    found: SeedLinks | None = None
    """None: it said nothing new, or could not be read."""


class SeedReader:
    """Reads the seeds of one source, once a run."""

    def __init__(
        self, context: RunContext, source: Source, seeds: Sequence[Seed], *, max_pages: int
    ) -> None:
        self._context = context
        self._source = source
        self._seeds = seeds
        self._max_pages = max_pages
        now = datetime.now(UTC)
        self._wanted = WantedLinks(
            oldest=now - timedelta(seconds=source.reach_back_seconds),
            patterns=compile_patterns(tuple(source.include), tuple(source.exclude)),
        )
        self._sitemaps_left = MAX_SITEMAPS
        self._seen = {fetch_key(seed.url) for seed in seeds}
        self._asked: dict[bytes, datetime | None] = {}
        """url_key of each link wanted so far -> when its seed says it changed."""
        self.read_any = False
        """Whether any seed answered."""

    async def read(self, crawler: Crawler) -> None:
        """Read every seed; their links are pages of the run when this returns."""
        for seed in self._seeds:
            answer = await self._read_one(crawler, seed.url, str(seed.kind), seed)
            links = list(answer.found.links) if answer.found else []
            if answer.found:
                links += await self._read_children(crawler, answer.found.children, depth=1)
            await self._keep(seed, answer.reading, links)
        await self._context.ask(self._ask_for_waiting)
        again = await self._context.ask(self._ask_for_revisits)
        if again:
            logger.info("%d young articles are looked at again", again)

    async def _read_children(
        self, crawler: Crawler, children: Sequence[Link], *, depth: int
    ) -> list[Link]:
        """Links of the sitemaps an index names, of those that may list recent articles."""
        links: list[Link] = []
        for child in wanted_children(children, oldest=self._wanted.oldest):
            key = fetch_key(child.url)
            if self._sitemaps_left <= 0 or depth > MAX_SITEMAP_DEPTH or key in self._seen:
                continue
            self._seen.add(key)
            self._sitemaps_left -= 1
            found = (await self._read_one(crawler, child.url, "sitemap", None)).found
            if found is not None:
                links += found.links
                links += await self._read_children(crawler, found.children, depth=depth + 1)
        return links

    async def _read_one(self, crawler: Crawler, url: str, kind: str, seed: Seed | None) -> _Answer:
        request = Request(url, headers=_conditions(seed), callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await crawler.engine.download_async(request)
        except Refused as refused:
            return _Answer(reading=_failed(str(refused.outcome), refused.detail))
        except NETWORK_FAILURES as error:
            failure = explain_failure(error, url, proxy=request.meta.get("proxy"))
            return _Answer(reading=_failed(str(failure.outcome), failure.detail))
        return await self._understand(response, kind)

    async def _understand(self, response: Response, kind: str) -> _Answer:
        if response.status == HTTPStatus.NOT_MODIFIED:
            self.read_any = True
            return _Answer(reading=SeedReading(outcome="not_modified", read_at=datetime.now(UTC)))
        if response.status != HTTPStatus.OK:
            return _Answer(reading=_failed("http_error", f"status {response.status}"))
        content_type = _text(response, "Content-Type")
        try:
            found = await self._context.workers.call(
                read_seed, response.body, response.url, kind, content_type
            )
        except WorkerFailed as failure:
            return _Answer(reading=_failed(str(failure.reason), failure.detail))
        self.read_any = True
        reading = SeedReading(
            outcome="read",
            read_at=datetime.now(UTC),
            etag=_text(response, "ETag"),
            last_modified=_text(response, "Last-Modified"),
            links_found=len(found.links),
        )
        return _Answer(reading=reading, found=found)

    async def _keep(self, seed: Seed, reading: SeedReading, links: Sequence[Link]) -> None:
        wanted = self._new_to_this_run(links)

        def work(session: Session) -> None:
            stored = session.get(type(seed), seed.id)
            if stored is not None:  # the source may have been removed meanwhile
                sources.write_seed_reading(stored, reading)
            self._ask_for(session, wanted)

        await self._context.ask(work)
        logger.info("seed %s: %s, %d links wanted", seed.url, reading.outcome, len(wanted))

    def _new_to_this_run(self, links: Sequence[Link]) -> dict[bytes, Link]:
        """url_key -> link wanted, unless another seed listed it and knew of no earlier change."""
        found: dict[bytes, Link] = {}
        for link in self._wanted.pick(link for link in links if is_http_url(link.url)):
            key, changed_at = url_key(link.url), _changed_at(link)
            told = self._asked.get(key)
            if key in self._asked and not _is_later(changed_at, told):
                continue
            if len(found) < self._max_pages:
                found.setdefault(key, link)
                self._asked[key] = changed_at
        return found

    def _ask_for(self, session: Session, wanted: dict[bytes, Link]) -> None:
        """Fetch what is new, and what changed since it was fetched.

        A link to a stored article, with tracking or as an AMP copy, asks for the page its text
        came from: the same article is not fetched at every address it has.
        """
        stored = pages.addresses_of(session, wanted.keys())
        rows: list[NewPage] = []
        modified: dict[bytes, datetime] = {}
        for key, link in wanted.items():
            row = new_page(link, source_id=self._source.id)
            if key in stored:
                row = replace(row, fetch_hash=stored[key].fetch_hash, url=stored[key].url)
            rows.append(row)
            changed_at = _changed_at(link)
            if changed_at is not None:
                modified[row.fetch_hash] = changed_at
        refetch = pages.Refetch(tried_before=self._context.stale_before(), modified=modified)
        pages.ask_for(session, self._context.run.id, rows, refetch=refetch, now=datetime.now(UTC))

    def _ask_for_waiting(self, session: Session) -> None:
        """Pages that earlier runs of this source left."""
        left = self._left(session)
        if left > 0:
            run_id, source_id = self._context.run.id, self._source.id
            pages.ask_for_waiting(session, run_id, source_id=source_id, limit=left)

    def _ask_for_revisits(self, session: Session) -> int:
        """Stored articles that may have changed; what is new comes first."""
        return ask_for_revisits(
            session,
            self._context.run.id,
            self._source,
            limit=self._left(session),
            now=datetime.now(UTC),
        )

    def _left(self, session: Session) -> int:
        """Of the run's pages."""
        return self._max_pages - pages.count_waiting(session, self._context.run.id)


def _conditions(seed: Seed | None) -> dict[str, str]:
    if seed is None:
        return {}
    headers = {"If-None-Match": seed.etag, "If-Modified-Since": seed.last_modified}
    return {name: value for name, value in headers.items() if value}


def _changed_at(link: Link) -> datetime | None:
    return link.modified_at or link.published_at


def _is_later(changed_at: datetime | None, told: datetime | None) -> bool:
    return changed_at is not None and (told is None or changed_at > told)


def _failed(outcome: str, detail: str) -> SeedReading:
    return SeedReading(outcome=outcome, detail=detail)


def _text(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")[:2_000]
