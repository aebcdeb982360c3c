"""From an answer of the network to a visit: which outcome, and when to try again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from crawler.fetch_failures import explain_failure
from crawler.middlewares.refused import NotNow, Refused
from crawler.retry_after import retry_after_seconds
from crawler.schedule import Attempt, RetryPolicy, backoff_seconds, retry_at
from crawler.tdm import is_reserved
from db.outcomes import Outcome
from pipelines.hosts import registered_domain
from pipelines.records import FetchedPage
from pipelines.stages import Visit
from pipelines.urls import host_of

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.context import RunContext
    from db.pages import DrawnPage

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
BUSY_HOST_SECONDS = 60.0
"""A host that says 429 or 503 without Retry-After is left alone this long."""


def visit_of_response(
    response: Response, page: DrawnPage, *, started_at: datetime, context: RunContext
) -> Visit:
    """The visit of a page that answered, whatever it said."""
    visit = Visit(
        page=page,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        status=response.status,
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
    )
    return _judge(visit, response, context)


def visit_of_failure(
    error: BaseException, page: DrawnPage, *, started_at: datetime, context: RunContext
) -> Visit:
    """The visit of a page that gave no answer."""
    now = datetime.now(UTC)
    if isinstance(error, Refused):
        outcome, detail, at = error.outcome, error.detail, error.retry_at
    elif isinstance(error, Exception):
        failure = explain_failure(error, page.url)
        outcome, detail, at = failure.outcome, failure.detail, None
    else:
        raise TypeError(f"not a failure of a fetch: {error!r}")
    ended = Visit(page=page, started_at=started_at, ended_at=now, outcome=outcome, detail=detail)
    if isinstance(error, NotNow):
        return replace(ended, retry_at=at, tried=False)
    if at is not None and page.attempt < context.config.max_attempts:
        wait = backoff_seconds(page.attempt, _policy(context))
        return replace(ended, retry_at=max(at, now + timedelta(seconds=wait)))
    return _retried(ended, context)


def _judge(visit: Visit, response: Response, context: RunContext) -> Visit:
    status = response.status
    if status == HTTPStatus.NOT_MODIFIED:
        return replace(visit, outcome=Outcome.UNCHANGED, detail="not modified since the last fetch")
    if status in GONE:
        return replace(visit, outcome=Outcome.GONE, detail=f"status {status}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _failed(visit, response, context)
    if _is_off_site(response.url, visit.page, context):
        detail = f"redirected to {host_of(response.url)}"
        return replace(visit, outcome=Outcome.OFF_SITE, detail=detail)
    fetched = fetched_page(response, context, request_url=visit.page.url, fetched_at=visit.ended_at)
    fetched = replace(
        fetched,
        link_title=visit.page.link_title,
        link_published_at=visit.page.link_published_at,
    )
    return replace(visit, fetched=fetched)


def _failed(visit: Visit, response: Response, context: RunContext) -> Visit:
    """An error status, or a redirect that leads nowhere."""
    location = _header(response, "Location")
    detail = f"status {response.status}" + (f", to {location[:200]!r}" if location else "")
    visit = replace(visit, outcome=Outcome.HTTP_ERROR, detail=detail)
    wait = busy_seconds(response)
    if wait is None:
        return _retried(visit, context)
    visit = _retried(visit, context, retry_after=wait)
    return replace(visit, hold_host_until=visit.ended_at + timedelta(seconds=wait))


def busy_seconds(response: Response) -> float | None:
    """How long a host that says 429 or 503 wants to be left alone. None: it says neither."""
    if response.status not in BUSY:
        return None
    asked = retry_after_seconds(_header(response, "Retry-After"), now=datetime.now(UTC))
    return BUSY_HOST_SECONDS if asked is None else asked


def _retried(visit: Visit, context: RunContext, *, retry_after: float | None = None) -> Visit:
    attempt = Attempt(
        outcome=str(visit.outcome),
        status=visit.status,
        attempts=visit.page.attempt,
        retry_after_seconds=retry_after,
    )
    at = retry_at(attempt, now=visit.ended_at, policy=_policy(context))
    return replace(visit, retry_at=at)


def _policy(context: RunContext) -> RetryPolicy:
    config = context.config
    return RetryPolicy(max_attempts=config.max_attempts, retry_seconds=config.retry_seconds)


def _is_off_site(url: str, page: DrawnPage, context: RunContext) -> bool:
    """A listed URL may lead anywhere, as short links do; a discovered one stays at home."""
    listed = context.plan.source_key is None and page.depth == 0
    return not listed and registered_domain(host_of(url)) != registered_domain(page.host)


def fetched_page(
    response: Response, context: RunContext, *, request_url: str, fetched_at: datetime
) -> FetchedPage:
    """The answer as a record, with what its headers and host reserve."""
    return FetchedPage(
        request_url=request_url,
        url=response.url,
        status=response.status,
        body=response.body,
        content_type=_header(response, "Content-Type"),
        robots_tag=_joined(response, "X-Robots-Tag"),
        tdm_reserved=_is_tdm_reserved(response, context),
        fetched_at=fetched_at,
    )


def _is_tdm_reserved(response: Response, context: RunContext) -> bool:
    if context.config.tdm_policy == "keep":
        return False
    header = (_header(response, "tdm-reservation") or "").strip()
    if header:
        return header == "1"
    held = context.hosts.held(host_of(response.url))
    return held is not None and is_reserved(response.url, held.state.tdm_reserved_paths)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")[:2_000]


def _joined(response: Response, name: str) -> str | None:
    values = [value.decode("latin-1")[:500] for value in response.headers.getlist(name)[:20]]
    return ", ".join(values) or None
