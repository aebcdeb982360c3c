"""What a fetched document is to a crawl."""

import json
import re

from crawler.discovery.feeds import parse_feed
from crawler.discovery.records import Kind
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedParseError
from pipelines.decode import decode_body

MAX_HEAD_CHARACTERS = 64 * 1024

_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "an image or a sound",
    b"PK\x03\x04": "a ZIP file",
    b"\x00\x00\x00": "a film or an image",
    b"ID3": "a sound",
    b"OggS": "a sound",
}
_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|main|div|a|p|h1)[\s>]", re.IGNORECASE)


def recognise(body: bytes, *, url: str, content_type: str | None = None) -> Kind:
    """The kind of seed that stands at `url`, told from the bytes first.

    Raises:
        ValueError: None that can be followed; the message says what it is instead.
    """
    if not body.strip():
        raise ValueError(f"nothing to follow at {url}: the answer is empty")
    for magic, name in _MAGIC.items():
        if body.startswith(magic):
            raise ValueError(f"nothing to follow at {url}: it is {name}")
    kind = _of_sitemap(body, url=url) or _of_feed(body, url=url, content_type=content_type)
    return kind or _of_page(body, url=url, content_type=content_type)


def _of_sitemap(body: bytes, *, url: str) -> Kind | None:
    try:
        return parse_sitemap(body, url=url).kind
    except FeedParseError:
        return None


def _of_feed(body: bytes, *, url: str, content_type: str | None) -> Kind | None:
    try:
        parse_feed(body, url=url, content_type=content_type)
    except FeedParseError:
        return None
    return Kind.FEED


def _of_page(body: bytes, *, url: str, content_type: str | None) -> Kind:
    head = decode_body(body[:MAX_HEAD_CHARACTERS], content_type)
    if _HTML.search(head):
        return Kind.SECTION
    if _is_json(body):
        raise ValueError(f"nothing to follow at {url}: it is JSON that is no feed")
    said = f", sent as {content_type[:100]}" if content_type else ""
    raise ValueError(
        f"nothing to follow at {url}: neither a feed, a sitemap nor an HTML page{said}"
    )


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
