"""The raw pages of articles as a WARC file, which other programs of web archiving read.

One gzip member a record, so that a reader can jump and a damaged record costs itself only. The
bodies are as received, decompressed: their answers' headers say so.

Source: ISO 28500:2017 (WARC 1.1).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from typing import BinaryIO

    from db.exported_pages import PageToExport

WARC_INFO = b"software: Winnow\r\nformat: WARC File Format 1.1\r\n"
LEVEL = 6
SAFE_IN_TITLE = " !$&'()*+,-./:;=?@_~"
"""A WARC header is UTF-8; other readers take it for Latin-1: what is not ASCII is encoded."""


def write_warc(pages: Iterable[PageToExport], file: BinaryIO) -> int:
    """A gzipped WARC file; how many pages it holds."""
    return _write(pages, lambda record: file.write(gzip.compress(record, LEVEL, mtime=0)))


def write_plain_warc(pages: Iterable[PageToExport], file: BinaryIO) -> int:
    """The same without compression."""
    return _write(pages, file.write)


def _write(pages: Iterable[PageToExport], write: Callable[[bytes], object]) -> int:
    count = 0
    for page in pages:
        if not count:
            write(_info(page))
        write(warc_record(page))
        count += 1
    return count


def warc_record(page: PageToExport) -> bytes:
    """The response record of a page."""
    raw = page.raw
    block = _answer(page) + raw.body
    digest = base64.b32encode(hashlib.sha1(raw.body, usedforsecurity=False).digest()).decode()
    headers = {
        "WARC-Type": "response",
        "WARC-Target-URI": raw.url,
        "WARC-Date": _time(raw.fetched_at),
        "WARC-Record-ID": _record_id(f"{raw.url} {_time(raw.fetched_at)}"),
        "WARC-Payload-Digest": f"sha1:{digest}",
        "Winnow-Link-Title": quote(page.link_title or "", safe=SAFE_IN_TITLE),
        "Winnow-Link-Published-At": _time(page.link_published_at) if page.link_published_at else "",
        "Content-Type": "application/http; msgtype=response",
    }
    return _record(headers, block)


def _info(first: PageToExport) -> bytes:
    """The record that says what wrote the file; the same pages make the same file."""
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Date": _time(first.raw.fetched_at),
        "WARC-Record-ID": _record_id(f"warcinfo {first.raw.url} {_time(first.raw.fetched_at)}"),
        "Content-Type": "application/warc-fields",
    }
    return _record(headers, WARC_INFO)


def _record(headers: Mapping[str, str], block: bytes) -> bytes:
    lines = [f"{name}: {_one_line(value)}" for name, value in headers.items() if value]
    head = "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {len(block)}"])
    return b"".join([head.encode(), b"\r\n\r\n", block, b"\r\n\r\n"])


def _answer(page: PageToExport) -> bytes:
    """Status line and headers of the answer, as far as they are known."""
    raw = page.raw
    headers = {
        "Content-Type": raw.content_type,
        "X-Robots-Tag": raw.robots_tag,
        "Content-Length": str(len(raw.body)),
    }
    lines = [f"{name}: {_one_line(value)}" for name, value in headers.items() if value is not None]
    head = "\r\n".join([f"HTTP/1.1 {raw.status} {_phrase(raw.status)}", *lines])
    return head.encode("latin-1", errors="replace") + b"\r\n\r\n"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _record_id(name: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _time(moment: datetime) -> str:
    """WARC 1.1 §5.4: up to nanoseconds; ours are microseconds, and say which answer this is."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _one_line(text: str) -> str:
    return " ".join(text.split())
