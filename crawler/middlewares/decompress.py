"""Content-Encoding undone, within the size limit, and never half.

Scrapy's own middleware keeps what it got of a truncated gzip; a page cut in the middle must not
be stored as an article's final text.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Protocol

from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from crawler.middlewares.refused import Refused
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request

ACCEPTED = b"gzip, deflate, zstd"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
MAX_ENCODINGS = 3
"""Servers that compress thrice do it to hurt."""
MAX_MEMBERS = 200
"""RFC 1952 §2.2 lets a gzip file be several, RFC 8878 §3.1 zstd frames; thousands only hurt."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class DecompressMiddleware:
    """Asks for what we can decompress; hands on plain bodies."""

    def process_request(self, request: Request) -> None:
        """Say what we accept."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its body as the server had it before compression."""
        names = _encodings(response)
        if not names or not response.body:
            return response
        if len(names) > MAX_ENCODINGS:
            raise Refused(Outcome.TOO_LARGE, f"compressed {len(names)} times over")
        body = response.body
        for name in reversed(names):
            body = decompress(body, name)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        # Plain Response: nothing of Scrapy's may guess encodings or parse on the event loop.
        return Response(
            response.url, status=response.status, headers=headers, body=body, request=request
        )


def decompress(body: bytes, encoding: str) -> bytes:
    """The body before `encoding` was applied.

    Raises:
        Refused: Larger than the limit, or an encoding we did not ask for.
        ResponseDataLossError: Truncated or damaged: worth another try.
    """
    make = _DECOMPRESSORS.get(encoding)
    if make is None:
        raise Refused(Outcome.NOT_HTML, f"Content-Encoding {encoding[:40]!r} was not asked for")
    if encoding == "deflate" and not _is_zlib(body):
        make = _raw_inflater
    plain, rest = bytearray(), body
    for _ in range(MAX_MEMBERS):
        decompressor = make()
        try:
            plain += decompressor.decompress(rest, MAX_BODY_BYTES + 1 - len(plain))
        except (zlib.error, ZstdError) as error:
            raise ResponseDataLossError(f"damaged {encoding} body: {error}") from error
        if len(plain) > MAX_BODY_BYTES:
            raise Refused(Outcome.TOO_LARGE, f"over {MAX_BODY_BYTES} bytes when decompressed")
        if not decompressor.eof:
            raise ResponseDataLossError(f"truncated {encoding} body")
        rest = decompressor.unused_data
        if not rest.startswith(_MEMBER_STARTS.get(encoding, body)):
            return bytes(plain)
    raise Refused(Outcome.TOO_LARGE, f"over {MAX_MEMBERS} compressed parts in one body")


def _encodings(response: Response) -> list[str]:
    joined = b",".join(response.headers.getlist("Content-Encoding"))
    names = [name.strip().lower() for name in joined.decode("latin-1").split(",")]
    return [name for name in names if name and name != "identity"]


def _is_zlib(body: bytes) -> bool:
    """RFC 1950 §2.2: method 8, and a multiple of 31; some servers send raw deflate."""
    head = int.from_bytes(body[:2], "big")
    return len(body) > 1 and head >> 8 & 0x0F == zlib.DEFLATED and head % 31 == 0


def _gunzipper() -> _Decompressor:
    return zlib.decompressobj(GZIP_WINDOW)


def _inflater() -> _Decompressor:
    return zlib.decompressobj()


def _raw_inflater() -> _Decompressor:
    return zlib.decompressobj(-zlib.MAX_WBITS)


_DECOMPRESSORS: dict[str, Callable[[], _Decompressor]] = {
    "gzip": _gunzipper,
    "x-gzip": _gunzipper,
    "deflate": _inflater,
    "zstd": ZstdDecompressor,
}
_MEMBER_STARTS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
