"""A fetched page, decoded and parsed, or why it cannot be read at all."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from pipelines.decode import decode_body
from pipelines.errors import ExtractionError
from pipelines.extract.sources import PageSources, gather
from pipelines.parse import MAX_BODY_BYTES, parse_html
from pipelines.records import FetchedPage, Reason, Rejection
from pipelines.sniff import not_html

_BLANK_BYTES = b"\xef\xbb\xbf \t\r\n\f"
"""A byte order mark, and what HTML calls white space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """A page that is HTML, decoded and parsed."""

    html: str
    tree: HtmlElement
    """Whole until it is read for its text."""
    sources: PageSources
    """Gathered once for rights and metadata."""


def open_page(page: FetchedPage) -> OpenPage | Rejection:
    """The page's HTML as a tree, with its sources gathered.

    Raises:
        PipelineError: It cannot be decoded or parsed.
    """
    if not page.body.lstrip(_BLANK_BYTES):
        return reject(page, Reason.EMPTY, "the body is empty")
    if len(page.body) > MAX_BODY_BYTES:
        size = f"{len(page.body)} bytes, the limit is {MAX_BODY_BYTES}"
        return reject(page, Reason.TOO_LARGE, size)
    if (kind := not_html(page.body)) is not None:
        return reject(page, Reason.NOT_HTML, f"the body is {kind}")
    html = decode_body(page.body, page.content_type)
    tree = parsed(parse_html, html, page)
    if tree is None:
        return reject(page, Reason.EMPTY, "no element in the page")
    return OpenPage(html=html, tree=tree, sources=gather(tree))


def parsed(
    parse: Callable[[str], HtmlElement | None], html: str, page: FetchedPage
) -> HtmlElement | None:
    """The tree; None if there is no element in the page.

    Raises:
        ExtractionError: The parser gave up.
    """
    try:
        return parse(html)
    except etree.LxmlError as error:
        raise ExtractionError(str(error), url=page.url, step="parse") from error


def reject(page: FetchedPage, reason: Reason, detail: str) -> Rejection:
    """The page is not kept, for this reason."""
    return Rejection(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        reason=reason,
        detail=detail,
    )
