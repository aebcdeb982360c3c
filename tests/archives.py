"""Web archives made by hand, not by what the tests test."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML_TYPE = "text/html; charset=utf-8"
DATE = "2026-03-01T10:00:00Z"


def http_answer(
    body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> bytes:
    """A status line, headers, and the body as it is."""
    given = {"Content-Type": HTML_TYPE} if headers is None else headers
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {it}" for name, it in given.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def warc_record(
    url: str, block: bytes, *, date: str = DATE, kind: str = "response", more: str = ""
) -> bytes:
    """One record, not compressed."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n{more}"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def gzipped(*records: bytes) -> bytes:
    """A member a record, as Common Crawl does it."""
    return b"".join(gzip.compress(record, 1, mtime=0) for record in records)
