"""Through a proxy: its credentials go to it alone, and targets are checked before it is asked."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.crawls import CrawlEnd, Ended, read_ledger, start_crawl
from tests.servers import tls
from tests.servers.hostile import HostileServer
from tests.servers.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.loopback import Exchange

CREDENTIALS = "tide:s3cret"


class Proxy(LoopbackServer):
    """Forwards plain requests, tunnels CONNECT; its log says what it was asked for."""

    def __init__(self) -> None:
        super().__init__(self._forward)

    async def _forward(self, exchange: Exchange) -> bool:
        if exchange.visit.method == "CONNECT":
            host, _, port = exchange.visit.target.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            await exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(pump(exchange.reader, writer), pump(reader, exchange.writer))
            return False
        parts = urlsplit(exchange.visit.target)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        await pump(reader, exchange.writer)
        writer.close()
        return False


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    end: CrawlEnd
    ledger: dict[str, Ended]
    proxy: Proxy
    plain: str
    secure: str
    private: list[str]
    redirected: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("proxy")
    authority = tls.make_authority(folder)
    with (
        Proxy() as proxy, HostileServer() as server, HostileServer() as forbidden,
        tls.trusted(folder, authority) as secure,
    ):  # fmt: skip
        plain, safe = server.at("/article/1"), secure.url + "/article/2"
        private = [forbidden.at("/article/1"), "http://192.168.7.7/a", "http://[fec0::1]/a"]
        redirected = server.at(f"/redirect-to?to={forbidden.at('/article/2')}")
        allowed = f"127.0.0.1:{server.port},127.0.0.1:{secure.port}"
        end = start_crawl(
            "w.db", plain, safe, redirected, *private, "--wait", "0", folder=folder,
            environ={
                "WINNOW_ALLOW_PRIVATE": allowed,
                "WINNOW_PROXY": f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}",
                "WINNOW_MAX_ATTEMPTS": "1",
                "SSL_CERT_FILE": str(authority.file),
            },
        ).wait()  # fmt: skip
        yield Crawled(
            end=end,
            ledger=read_ledger(str(folder / "w.db")),
            proxy=proxy,
            plain=plain,
            secure=safe,
            private=private,
            redirected=redirected,
        )


def test_pages_come_through_the_proxy(crawled: Crawled) -> None:
    for url in (crawled.plain, crawled.secure):
        assert crawled.ledger[url].outcome == "saved", crawled.ledger[url].detail
    targets = [(visit.method, visit.target) for visit in crawled.proxy.log]
    assert ("GET", crawled.plain) in targets
    assert ("CONNECT", urlsplit(crawled.secure).netloc) in targets


def test_the_proxy_is_told_who_asks(crawled: Crawled) -> None:
    expected = "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()
    sent = {visit.headers.get("proxy-authorization") for visit in crawled.proxy.log}
    assert sent == {expected}
    assert "s3cret" not in crawled.end.output


def test_the_proxy_is_never_asked_for_a_private_address(crawled: Crawled) -> None:
    for url in (*crawled.private, crawled.redirected):
        assert crawled.ledger[url].outcome == "blocked_address", url
    hosts = {urlsplit(url).netloc for url in crawled.private}
    asked = {urlsplit(visit.target).netloc or visit.target for visit in crawled.proxy.log}
    assert not asked & hosts
