"""An HTTP answer as an archive keeps it: status, headers and the body without its wrappings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import ResponseDataLossError

from crawler.middlewares.decompress import decompress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b[^\n]*\n")
HEADER_END = re.compile(rb"\r?\n\r?\n")
CHUNK_SIZE = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\n]{0,1000}\n")
COMPRESSED_STARTS = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78")
"""Of gzip, zstd and zlib data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What a server answered."""

    status: int
    headers: Mapping[str, Sequence[str]]
    """Lower-case names; values in their order."""
    body: bytes
    """As stored: maybe in chunks, maybe compressed."""

    def header(self, name: str) -> str | None:
        """The first value of a header; None: there is none."""
        values = self.headers.get(name, ())
        return values[0][:2_000] if values else None

    def joined(self, name: str) -> str | None:
        """All values of a header, joined by commas; None: there is none."""
        return ", ".join(value[:500] for value in self.headers.get(name, ())[:20]) or None

    def plain_body(self) -> bytes:
        """The body before transfer and compression. Many archives undid both and kept the headers.

        Raises:
            Refused: Too large, or compressed in a way that we cannot undo.
            ResponseDataLossError: Compressed, and damaged.
        """
        body = self.body
        if "chunked" in (self.joined("transfer-encoding") or "").lower():
            body = _without_chunks(body)
        encodings = (self.joined("content-encoding") or "").lower().split(",")
        for name in reversed([each.strip() for each in encodings]):
            if name and name != "identity":
                body = _decompressed(body, name)
        return body


def parse_answer(block: bytes) -> HttpAnswer | None:
    """The answer that a WARC response record holds; None: it is no HTTP answer."""
    status = STATUS_LINE.match(block)
    end = HEADER_END.search(block, status.end() - 2) if status else None
    if status is None or end is None:
        return None
    headers: dict[str, list[str]] = {}
    for line in block[status.end() : end.start()].decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    return HttpAnswer(status=int(status[1]), headers=headers, body=block[end.end() :])


def _without_chunks(body: bytes) -> bytes:
    """RFC 9112 §7.1 undone; a body that is not in chunks stays as it is."""
    plain, at = bytearray(), 0
    while (size := CHUNK_SIZE.match(body, at)) is not None:
        length, start = int(size[1], 16), size.end()
        if not length:
            return bytes(plain)
        at = start + length
        if at > len(body):
            return body
        plain += body[start:at]
    return body


def _decompressed(body: bytes, encoding: str) -> bytes:
    try:
        return decompress(body, encoding)
    except ResponseDataLossError:
        if body.startswith(COMPRESSED_STARTS):
            raise
        return body
