"""Serves pages of the corpus on several loopback addresses, as a process of its own.

    python -m benchmarks.throughput.corpus_server CORPUS --pages 520 --copies 1

Prints its URLs, one a line, then an empty line, then serves until it is stopped.
"""

import argparse
import asyncio
import gzip
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SETS = ("publishers", "fundus_eval", "zyte_aeb", "wcxb", "snippets")
HOSTS = tuple(f"127.0.0.{n}" for n in range(1, 17))
"""All of 127.0.0.0/8 is loopback on Linux."""
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass(frozen=True, slots=True)
class CorpusPage:
    """One page as the corpus keeps it."""

    name: str
    gzipped: bytes

    def varied(self, copy: int) -> bytes:
        """The page, uncompressed, with other numbers in its words: another article each time."""
        body = gzip.decompress(self.gzipped)
        mark = b" %d" % (copy * 7919)
        return body.replace(b" the ", b" the" + mark + b" ", 5 + copy % 7).replace(
            b". ", mark + b". ", 20
        )


def read_pages(corpus: Path, count: int) -> tuple[CorpusPage, ...]:
    """The first pages of the article sets, with what they weigh on the wire."""
    lines = (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=_set_order)
    chosen = [row for row in rows if row["set"] in SETS][:count]
    return tuple(CorpusPage(row["id"], _gzipped(_file(corpus, row["html"]))) for row in chosen)


def paths(count: int, copies: int) -> Iterator[tuple[str, str]]:
    """Host and path of each page, spread over the hosts."""
    for copy in range(copies):
        for number in range(count):
            host = HOSTS[number % len(HOSTS)]
            yield host, f"/2026/03/{copy:03}/report-number-{number:05}-of-the-corpus.html"


def _set_order(row: dict[str, str]) -> tuple[int, str]:
    return (SETS.index(row["set"]) if row["set"] in SETS else len(SETS), row["id"])


def _file(corpus: Path, name: str) -> Path:
    file = corpus / name
    return file if file.exists() else corpus / "pages" / name


def _gzipped(file: Path) -> bytes:
    data = file.read_bytes()
    return data if data[:2] == b"\x1f\x8b" else gzip.compress(data, 6)


class CorpusServer:
    """Keep-alive HTTP/1.1, nothing but GET."""

    def __init__(self, pages: tuple[CorpusPage, ...]) -> None:
        self.pages = pages

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self.answer(head.split(b" ", 2)[1].decode()))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def answer(self, path: str) -> bytes:
        if path == "/robots.txt":
            return _response(200, ROBOTS, b"Content-Type: text/plain\r\n")
        parts = path.split("/")
        if len(parts) != 5:
            return _response(404, b"", b"")
        copy, number = int(parts[3]), int(parts[4].split("-")[2])
        page = self.pages[number]
        if copy:
            return _response(200, page.varied(copy), b"Content-Type: text/html\r\n")
        headers = b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
        return _response(200, page.gzipped, headers)


def _response(status: int, body: bytes, headers: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=520)
    parser.add_argument("--copies", type=int, default=1)
    options = parser.parse_args()
    pages = read_pages(options.corpus, options.pages)
    handler = CorpusServer(pages)
    server = await asyncio.start_server(handler.serve, HOSTS[0], 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    others = await asyncio.start_server(handler.serve, HOSTS[1:], port, backlog=512)
    for host, path in paths(len(pages), options.copies):
        print(f"http://{host}:{port}{path}")
    print(flush=True)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    server.close()
    others.close()


if __name__ == "__main__":
    asyncio.run(main())
