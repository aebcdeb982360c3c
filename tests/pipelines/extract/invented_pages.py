"""Invented pages, parsed as the pipeline parses them, for the tests of metadata."""

import json
from datetime import UTC, datetime

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipelines.extract.metadata import read_metadata
from pipelines.records import FetchedPage, Metadata

FETCHED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://www.valley-gazette.example/news/bridge-reopens"


def tree_of(html: str) -> HtmlElement:
    parser = HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
    )
    return document_fromstring(html.encode("utf-8", "replace"), parser=parser)


def fetched(url: str = URL, **fields: object) -> FetchedPage:
    values = {"request_url": url, "url": url, "body": b"", "fetched_at": FETCHED_AT} | fields
    return FetchedPage(**values)  # type: ignore[arg-type]  # the tests name the fields they set


def metadata_of(*, head: str = "", body: str = "<p>Text.</p>", **fields: object) -> Metadata:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_metadata(tree_of(html), page=fetched(**fields))  # type: ignore[arg-type]


def jsonld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def article(**fields: object) -> str:
    return jsonld({"@context": "https://schema.org", "@type": "NewsArticle", **fields})
