"""The whole chain: a fetched page to a clean article, or why not."""

from datetime import UTC, datetime

from lxml import etree
from lxml.html import HtmlElement

from pipelines.article_links import article_links
from pipelines.clean.draft import Draft
from pipelines.clean.steps import clean
from pipelines.decode import decode_body
from pipelines.errors import ExtractionError
from pipelines.extract.body import extract_body
from pipelines.extract.metadata import read_metadata, read_rights
from pipelines.fingerprint import content_hash, count_words
from pipelines.page_kinds import not_html
from pipelines.parse import MAX_BODY_BYTES, parse_html
from pipelines.records import (
    CleanArticle,
    ExtractedArticle,
    FetchedPage,
    Reason,
    Rejection,
    RightsSignals,
)
from pipelines.render import blocks_to_text


def process_page(
    body: bytes | str,
    url: str,
    *,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
) -> CleanArticle | Rejection:
    """A page's clean article, or why it is not one. No network, no database."""
    if isinstance(body, str):
        body, content_type = body.encode("utf-8", "replace"), "text/html; charset=utf-8"
    page = FetchedPage(
        request_url=url,
        url=url,
        body=body,
        content_type=content_type,
        fetched_at=fetched_at or datetime.now(UTC),
    )
    return process(page)


def process(page: FetchedPage) -> CleanArticle | Rejection:
    """A page's clean article, or why it is not one. Deterministic.

    Raises:
        PipelineError: The page could not be processed; its raw bytes are worth keeping.
    """
    if not page.body.strip():
        return _reject(page, Reason.EMPTY, "the body is empty")
    if len(page.body) > MAX_BODY_BYTES:
        return _reject(
            page, Reason.TOO_LARGE, f"{len(page.body)} bytes, the limit is {MAX_BODY_BYTES}"
        )
    if (kind := not_html(page.body)) is not None:
        return _reject(page, Reason.NOT_HTML, f"the body is {kind}")
    try:
        tree = parse_html(decode_body(page.body, page.content_type))
    except etree.LxmlError as error:
        raise ExtractionError(str(error), url=page.url, step="parse") from error
    if tree is None:
        return _reject(page, Reason.EMPTY, "no element in the page")
    return _read(tree, page)


def _read(tree: HtmlElement, page: FetchedPage) -> CleanArticle | Rejection:
    rights = read_rights(tree, page=page)
    links = article_links(tree, url=page.url)
    blocks = extract_body(tree, url=page.url)
    metadata = read_metadata(tree, page=page)
    if not blocks:
        return _reject(page, Reason.EMPTY, "no text found")
    draft = clean(ExtractedArticle(metadata=metadata, blocks=blocks), tree, url=page.url)
    return _article(draft, page, rights=rights, links=links)


def _article(
    draft: Draft, page: FetchedPage, *, rights: RightsSignals, links: tuple[str, ...]
) -> CleanArticle:
    blocks = draft.kept_blocks()
    text = blocks_to_text(blocks)
    return CleanArticle(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        metadata=draft.metadata,
        blocks=blocks,
        cuts=tuple(draft.cuts()),
        text=text,
        content_hash=content_hash(text),
        word_count=count_words(text),
        rights=rights,
        links=links,
    )


def _reject(page: FetchedPage, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        reason=reason,
        detail=detail,
    )
