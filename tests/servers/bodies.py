"""Responses with something wrong about their bytes or their timing.

Each sends at most MAX_BYTES, for at most MAX_SECONDS, and stops when the client leaves.
"""

import asyncio
import gzip
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from functools import cache

import brotli  # type: ignore[import-untyped]  # it has no stubs

from tests.servers.loopback import Exchange

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES = 256 * 1024 * 1024
MAX_SECONDS = 60.0
BOMB_BYTES = 128 * 1024 * 1024
"""What each compressed bomb becomes; Winnow's limit is 10 MiB."""
CHUNK = b"<p>" + b"and so on, and so on, " * 2979 + b"</p>\n"
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


async def _bounded(*, pause_seconds: float = 0.0, piece: int = len(CHUNK)) -> AsyncIterator[None]:
    """One turn for each piece until the bytes or the seconds are used up."""
    until = time.monotonic() + MAX_SECONDS
    for _ in range(MAX_BYTES // piece):
        if time.monotonic() > until:
            return
        yield
        await asyncio.sleep(pause_seconds)


async def endless_body(exchange: Exchange) -> bool:
    """No length, no end."""
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + b"Connection: close\r\n\r\n<html><body>")
    async for _ in _bounded():
        await exchange.send(CHUNK)
    return False


async def endless_chunks(exchange: Exchange) -> bool:
    """Chunked, and the last chunk never comes."""
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    async for _ in _bounded():
        await exchange.send(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
    return False


async def endless_headers(exchange: Exchange) -> bool:
    """One header after another, the empty line never comes."""
    exchange.visit.status = 200
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    lines = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"v" * 1000) for n in range(64))
    async for _ in _bounded():
        await exchange.send(lines)
    return False


async def one_byte_a_second(exchange: Exchange) -> bool:
    """A page that arrives by drops."""
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + b"Content-Length: 100000\r\n\r\n")
    async for _ in _bounded(pause_seconds=1.0):
        await exchange.send(b"x")
    return False


async def silent(exchange: Exchange) -> bool:
    """The request is read and never answered."""
    await exchange.client_leaves(seconds=MAX_SECONDS)
    return False


async def gzip_bomb(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML | {"Content-Encoding": "gzip"}, _gzipped(1))
    return True


async def nested_gzip_bomb(exchange: Exchange) -> bool:
    """Three times gzipped, and it says so."""
    await exchange.answer(200, HTML | {"Content-Encoding": "gzip, gzip, gzip"}, _gzipped(3))
    return True


async def brotli_bomb(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML | {"Content-Encoding": "br"}, _brotlied())
    return True


async def zstd_bomb(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML | {"Content-Encoding": "zstd"}, _zstandard())
    return True


async def eleven_mebibytes(exchange: Exchange) -> bool:
    """Honest in everything, just above the limit; `?bytes=` asks for another size."""
    size = int(exchange.query.get("bytes", 11 * 1024 * 1024))
    await exchange.answer(200, HTML, (CHUNK * (size // len(CHUNK) + 1))[:size])
    return True


async def reset(exchange: Exchange) -> bool:
    """The connection is reset in the middle of the body."""
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + b"Content-Length: 5000\r\n\r\n<html><body><p>half")
    connection: socket.socket = exchange.writer.get_extra_info("socket")
    no_linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    exchange.writer.transport.abort()
    return False


async def closed_unanswered(exchange: Exchange) -> bool:
    """The connection is closed before a single byte."""
    del exchange
    return False


async def truncated(exchange: Exchange) -> bool:
    """Content-Length promises more than comes."""
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + b"Content-Length: 50000\r\n\r\n" + article_html().encode())
    return False


async def truncated_gzip(exchange: Exchange) -> bool:
    """Right length, half a gzip stream."""
    body = gzip.compress(article_html().encode())
    await exchange.answer(200, HTML | {"Content-Encoding": "gzip"}, body[: len(body) // 2])
    return True


async def garbage(exchange: Exchange) -> bool:
    """Not HTTP."""
    await exchange.send(b"220 mail.example ESMTP ready\r\n")
    return False


async def many_cookies(exchange: Exchange) -> bool:
    """Eighty cookies on every page; `?cookies=` asks for another number."""
    number = int(exchange.query.get("cookies", 80))
    lines = b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 20) for n in range(number))
    body = article_html().encode()
    exchange.visit.status = 200
    await exchange.send(PAGE_OK + lines + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    return True


async def pdf(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 5000)
    return True


async def png(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 5000)
    return True


async def json_body(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML, b'{"articles": [' + b'{"id": 1},' * 400 + b'{"id": 2}]}')
    return True


async def empty(exchange: Exchange) -> bool:
    await exchange.answer(200, HTML, b"")
    return True


async def article(exchange: Exchange) -> bool:
    """A proper article; another number in the path, another text."""
    await exchange.answer(200, HTML, article_html(exchange.path).encode())
    return True


def article_html(name: str = "article") -> str:
    """A page with five paragraphs that mention the name, of about 200 words."""
    paragraphs = "".join(
        f"<p>This is paragraph {n} of the report called {name}. It says that the harbour was "
        f"quiet on day {n}, that {n * 7} boats went out before the sun was up, and that the "
        "harbour master wrote every one of them into the large blue book by hand.</p>"
        for n in range(1, 6)
    )
    return (
        f'<!doctype html><html lang="en"><head><title>Report {name}</title></head>'
        f"<body><main><article><h1>Report {name}</h1>{paragraphs}</article></main></body></html>"
    )


@cache
def _gzipped(layers: int) -> bytes:
    body = b"<p>" + b"0" * BOMB_BYTES
    for _ in range(layers):
        body = gzip.compress(body, compresslevel=6, mtime=0)
    return body


@cache
def _brotlied() -> bytes:
    return bytes(brotli.compress(b"<p>" + b"0" * BOMB_BYTES, quality=3))


@cache
def _zstandard() -> bytes:
    return zstd.compress(b"<p>" + b"0" * BOMB_BYTES, 1)
