"""What an archived answer is for the ledger: a page to read, or an outcome at once."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.exceptions import ResponseDataLossError

from crawler.answers import GONE
from crawler.middlewares.refused import Refused
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome
from pipelines.records import FetchedPage

if TYPE_CHECKING:
    from crawler.importing.http_answers import HttpAnswer
    from crawler.importing.records import ArchivedPage
    from pipelines.records import Link

NO_PAGES = (
    "image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript",
    "application/x-javascript", "application/json", "application/pdf",
)  # fmt: skip
"""Content types of what stands beside pages in archives of whole sites."""


def page_of_answer(page: ArchivedPage, answer: HttpAnswer, hints: Link) -> ArchivedPage:
    """The page with its body to read, or with its outcome where there is none.

    Args:
        page: Its address and time.
        answer: What the server said.
        hints: What the feed or the linking page had said.
    """
    page = replace(page, status=answer.status)
    ended = _without_page(page, answer)
    if ended is not None:
        return ended
    try:
        body = answer.plain_body()
    except Refused as refused:
        return page.without_page(refused.outcome, refused.detail)
    except ResponseDataLossError as error:
        return page.without_page(Outcome.PARSE_ERROR, str(error))
    if len(body) > MAX_BODY_BYTES:
        return page.without_page(Outcome.TOO_LARGE, f"over {MAX_BODY_BYTES} bytes")
    return replace(page, fetched=_fetched(page, answer, hints, body=body))


def _without_page(page: ArchivedPage, answer: HttpAnswer) -> ArchivedPage | None:
    """The page with its outcome where status or type tell that there is none; None: there is."""
    status = answer.status
    if status in GONE:
        return page.without_page(Outcome.GONE, f"status {status}")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return page.without_page(Outcome.SKIPPED, _redirect(answer))
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return page.without_page(Outcome.HTTP_ERROR, f"status {status}")
    content_type = answer.header("content-type") or ""
    if content_type.strip().lower().startswith(NO_PAGES):
        return page.without_page(Outcome.NOT_HTML, f"its Content-Type is {content_type[:100]}")
    return None


def _fetched(page: ArchivedPage, answer: HttpAnswer, hints: Link, *, body: bytes) -> FetchedPage:
    return FetchedPage(
        request_url=page.url,
        url=page.url,
        status=answer.status,
        body=body,
        content_type=answer.header("content-type"),
        robots_tag=answer.joined("x-robots-tag"),
        tdm_reserved=(answer.header("tdm-reservation") or "").strip() == "1",
        fetched_at=page.fetched_at,
        link_title=hints.title,
        link_published_at=hints.published_at,
    )


def _redirect(answer: HttpAnswer) -> str:
    """The page it leads to has a record of its own, if the archive holds it."""
    location = answer.header("location")
    return f"status {answer.status}" + (f", to {location[:200]}" if location else "")
