"""May this URL be fetched now? Lease, contact, back-off and robots.txt, in this order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.addresses import is_loopback_host
from crawler.context import context_of
from crawler.fetch_failures import NETWORK_FAILURES, explain_failure
from crawler.middlewares.refused import NotNow, Refused, refused_busy
from crawler.politeness import HOST_PATIENCE_SECONDS, HostBusy
from crawler.robots import (
    current_rules,
    is_due,
    robots_url,
    rules_of_answer,
)
from crawler.tdm import TDMREP_PATH, reserved_locations
from db import hosts
from db.hosts import RobotsAnswer
from db.outcomes import Outcome
from pipelines.urls import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.context import RunContext
    from crawler.politeness import HeldHost
    from crawler.robots import RobotsRules

RULES_FETCH = "winnow_rules"
"""In a request's meta: it asks for robots.txt or tdmrep.json itself."""
TDM_MAX_AGE = timedelta(hours=24)


class RobotsMiddleware:
    """The last gate before the network; redirects pass it like any other request."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or refuse it with its outcome."""
        _refuse_without_contact(request.url, self._context)
        held = await self._visit(request)
        if RULES_FETCH in request.meta:
            return
        rules = await self._rules(held, request.url)
        if not rules.allows(request.url):
            raise _disallowed(rules, held)

    @property
    def _context(self) -> RunContext:
        return context_of(self._crawler)

    async def _visit(self, request: Request) -> HeldHost:
        try:
            held = await self._context.hosts.visit(
                host_of(request.url), patience_seconds=HOST_PATIENCE_SECONDS
            )
            held.refuse_if_busy()
        except HostBusy as error:
            raise refused_busy(error) from error
        return held

    async def _rules(self, held: HeldHost, url: str) -> RobotsRules:
        """The rules in force; the first request of a visit reads them, the others wait for it."""
        async with held.rules_lock:
            due = self._needs_rules(held)
            if held.rules is not None and not due:
                return held.rules
            if due:
                await self._fetch_rules(held, url)
            rules = current_rules(held.state, datetime.now(UTC))
            self._context.hosts.set_rules(held, rules)
            if rules.body is not None and self._needs_tdm(held):
                await self._fetch_tdm(held, url)
            return rules

    def _needs_rules(self, held: HeldHost) -> bool:
        retry_seconds = self._context.config.retry_seconds
        return is_due(held.state, datetime.now(UTC), retry_seconds=retry_seconds)

    async def _fetch_rules(self, held: HeldHost, url: str) -> None:
        try:
            status, body = await self._fetch(robots_url(url))
        except Refused as refused:
            if refused.outcome is Outcome.BLOCKED_ADDRESS or isinstance(refused, NotNow):
                raise  # nothing was asked
            answer = RobotsAnswer(status=None, body=None, tried_at=datetime.now(UTC))
            held.state = await self._keep(held, answer)
            if current_rules(held.state, answer.tried_at).body is None:
                raise
            return
        rules = rules_of_answer(status, body)
        answer = RobotsAnswer(status=status, body=rules, tried_at=datetime.now(UTC))
        held.state = await self._keep(held, answer)

    async def _keep(self, held: HeldHost, answer: RobotsAnswer) -> hosts.HostState:
        return await asyncio.wrap_future(
            self._context.writer.submit_now(
                lambda session: hosts.save_robots(session, held.state.host, answer)
            )
        )

    def _needs_tdm(self, held: HeldHost) -> bool:
        tried_at = held.state.tdm_tried_at
        return tried_at is None or datetime.now(UTC) - tried_at > TDM_MAX_AGE

    async def _fetch_tdm(self, held: HeldHost, url: str) -> None:
        parts = urlsplit(url)
        try:
            status, body = await self._fetch(f"{parts.scheme}://{parts.netloc}{TDMREP_PATH}")
        except Refused:
            status, body = 0, b""  # the protocol has no failing closed: no answer, no reservation
        locations = reserved_locations(body) if status == HTTPStatus.OK else ()
        now = datetime.now(UTC)
        held.state = await asyncio.wrap_future(
            self._context.writer.submit_now(
                lambda session: hosts.save_tdm(session, held.state.host, locations, now=now)
            )
        )

    async def _fetch(self, url: str) -> tuple[int, bytes]:
        """Status and body.

        Raises:
            Refused: There was no answer.
        """
        request = Request(url, meta={RULES_FETCH: True}, callback=NO_CALLBACK, dont_filter=True)
        engine = self._crawler.engine
        try:
            response = await engine.download_async(request)
        except NETWORK_FAILURES as error:
            failure = explain_failure(error, url, proxy=request.meta.get("proxy"))
            raise Refused(failure.outcome, f"{urlsplit(url).path}: {failure.detail}") from error
        return response.status, response.body


def _refuse_without_contact(url: str, context: RunContext) -> None:
    host = urlsplit(url).hostname or ""
    if context.config.contact is None and not is_loopback_host(host):
        raise Refused(Outcome.SKIPPED, f"no contact given, so {host} is not fetched from")


def _disallowed(rules: RobotsRules, held: HeldHost) -> Refused:
    if rules.body is not None:
        return Refused(Outcome.ROBOTS, "robots.txt disallows it")
    if held.state.robots_status is None:
        return Refused(Outcome.NETWORK_ERROR, rules.reason)
    return Refused(Outcome.ROBOTS, rules.reason, retry_at=datetime.now(UTC))
