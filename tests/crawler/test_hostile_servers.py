"""One crawl meets every hostile server at once; each test reads how one of them ended.

The rows are those of docs/security.md. Each URL has a server, and so a host, of its own.
"""

from __future__ import annotations

import gzip
import socket
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from crawler.settings import MAX_BODY_BYTES
from tests.crawls import CrawlEnd, Ended, read_ledger, start_crawl
from tests.servers import bodies, tls
from tests.servers.answers import LOOPBACK_SPELLINGS, PRIVATE_HOSTS
from tests.servers.hostile import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.loopback import Exchange, LoopbackServer

TIMEOUT_SECONDS = 12
LONGEST_SECONDS = 30
"""From robots.txt to the end, with fifty hosts at once on a busy machine. Plain Scrapy: 540 s."""
MAX_MIB = 400
"""Of the crawl's process, which has 110 when idle: far from the 1-1.8 GB of plain Scrapy."""

ENDINGS = {
    "/endless-body": ("too_large", "over 10485760 bytes"),
    "/endless-chunks": ("too_large", "over 10485760 bytes"),
    "/endless-headers": ("too_large", "headers"),
    "/gzip-bomb": ("too_large", "when decompressed"),
    "/nested-gzip-bomb": ("too_large", "when decompressed"),
    "/zstd-bomb": ("too_large", "when decompressed"),
    "/deflate-bomb": ("too_large", "when decompressed"),
    "/four-gzips": ("too_large", "compressed 4 times"),
    "/brotli-bomb": ("not_html", "'br' was not asked for"),
    "/eleven-mebibytes": ("too_large", "over 10485760 bytes"),
    "/one-byte-a-second": ("timeout", "--timeout"),
    "/silent": ("timeout", "--timeout"),
    "/reset": ("network_error", "cut off"),
    "/closed-unanswered": ("network_error", "closed"),
    "/truncated": ("network_error", "cut off"),
    "/truncated-gzip": ("network_error", "truncated gzip"),
    "/not-gzip": ("network_error", "damaged gzip"),
    "/garbage": ("network_error", "status code"),
    "/redirect-self": ("redirect_loop", "led back"),
    "/redirect-loop/a": ("redirect_loop", "led back"),
    "/redirect-chain/5": ("saved", ""),
    "/redirect-chain/6": ("redirect_loop", "more than 5"),
    "/redirect-to?to=file:///etc/passwd": ("http_error", "file:///etc/passwd"),
    "/redirect-to?to=data:text/html,hello": ("http_error", "data:"),
    "/redirect-to?to=ftp://127.0.0.1/x": ("http_error", "ftp:"),
    "/redirect-to?to=//[bad": ("http_error", "[bad"),
    "/redirect-to?to=http://127.0.0.1:99999/": ("http_error", ":99999"),
    "/redirect-to?to=http://127.0.0.1:x/": ("http_error", ":x"),
    "/redirect-to?to=http://a..b/": ("http_error", "a..b"),
    "/redirect-to?to=https://xn--a.invalid/": ("network_error", ""),
    "/redirect-to?to=//": ("redirect_loop", ""),
    "/redirect-to?to=http://a%20b.example/": ("http_error", "b.example"),
    "/redirect-to?to=%01": ("redirect_loop", ""),
    "/needs-cookie": ("redirect_loop", "led back"),
    "/many-cookies": ("saved", ""),
    "/meta-refresh?to=/article/2": ("empty", ""),
    "/status/404": ("gone", "404"),
    "/status/410": ("gone", "410"),
    "/status/403": ("http_error", "403"),
    "/status/500": ("http_error", "500"),
    "/pdf": ("not_html", "PDF"),
    "/png": ("not_html", "PNG"),
    "/json": ("not_html", "JSON"),
    "/empty": ("empty", ""),
    "/no-content-type": ("saved", ""),
    "/a-million-links?links=300000": ("too_large", "over 10485760 bytes"),
    "/a-million-links?links=20000": ("not_article", "words of text"),
    "/article/1": ("saved", ""),
}
"""Path -> outcome and a word of the detail."""


async def deflate_bomb(exchange: Exchange) -> bool:
    import zlib

    body = zlib.compress(b"<p>" + b"0" * bodies.BOMB_BYTES, 1)
    await exchange.answer(200, bodies.HTML | {"Content-Encoding": "deflate"}, body)
    return True


async def four_gzips(exchange: Exchange) -> bool:
    body = b"<p>hello</p>"
    for _ in range(4):
        body = gzip.compress(body)
    headers = bodies.HTML | {"Content-Encoding": "gzip,gzip,gzip,gzip"}
    await exchange.answer(200, headers, body)
    return True


async def not_gzip(exchange: Exchange) -> bool:
    body = bodies.article_html().encode()
    await exchange.answer(200, bodies.HTML | {"Content-Encoding": "gzip"}, body)
    return True


async def no_content_type(exchange: Exchange) -> bool:
    await exchange.answer(200, {}, bodies.article_html("untyped").encode())
    return True


MORE = {
    "deflate-bomb": deflate_bomb,
    "four-gzips": four_gzips,
    "not-gzip": not_gzip,
    "no-content-type": no_content_type,
}


class Server(HostileServer):
    """The hostile server with the behaviours that only these tests need."""

    async def _misbehave(self, exchange: Exchange) -> bool:
        make = MORE.get(exchange.path.split("/")[1])
        return await (make(exchange) if make else super()._misbehave(exchange))


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """The crawl after its end."""

    end: CrawlEnd
    ledger: dict[str, Ended]
    servers: dict[str, HostileServer]
    redirects: HostileServer
    tls: dict[str, str]
    """Kind of certificate to URL."""
    canary: socket.socket

    def at(self, path: str) -> Ended:
        return self.ledger[self.servers[path].at(path)]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("hostile")
    bodies._gzipped(1), bodies._gzipped(3), bodies._zstandard(), bodies._brotlied()
    with ExitStack() as stack:
        servers = {path: stack.enter_context(Server()) for path in ENDINGS}
        redirects = stack.enter_context(HostileServer())
        canary = stack.enter_context(closing(listen_everywhere()))
        secure = start_tls(stack, folder)
        urls = [server.at(path) for path, server in servers.items()]
        urls += [*redirect_urls(redirects, canary), *secure.values()]
        crawl = start_crawl(
            "w.db", *urls, "--timeout", str(TIMEOUT_SECONDS), "--wait", "0", "--concurrency", "64",
            folder=folder,
            environ={"WINNOW_MAX_ATTEMPTS": "1", "WINNOW_ALLOW_PRIVATE": allowed(urls)},
        )  # fmt: skip
        yield Crawled(
            end=crawl.wait(),
            ledger=read_ledger(str(folder / "w.db")),
            servers=servers,
            redirects=redirects,
            tls=secure,
            canary=canary,
        )


def start_tls(stack: ExitStack, folder: Path) -> dict[str, str]:
    authority = tls.make_authority(folder)
    made: dict[str, LoopbackServer | tls.SilentHandshake] = {
        "self-signed": tls.self_signed(folder),
        "expired": tls.expired(folder, authority),
        "wrong name": tls.wrong_name(folder, authority),
        "silent": tls.SilentHandshake(),
    }
    return {kind: stack.enter_context(server).url + "/article/1" for kind, server in made.items()}


def listen_everywhere() -> socket.socket:
    """A port that nobody may connect to: who did is in its backlog."""
    if socket.has_dualstack_ipv6():
        canary = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    else:
        canary = socket.create_server(("", 0))
    canary.setblocking(False)
    return canary


def spellings_of(canary: socket.socket) -> list[str]:
    port = canary.getsockname()[1]
    return [f"http://{host}:{port}/article/1" for host in (*LOOPBACK_SPELLINGS, *PRIVATE_HOSTS)]


def redirect_urls(server: HostileServer, canary: socket.socket) -> list[str]:
    return [server.at(f"/redirect-to?to={quote(url)}") for url in spellings_of(canary)]


def allowed(urls: list[str]) -> str:
    """The servers themselves, each with its port: nothing else on this machine."""
    return ",".join(dict.fromkeys(url.split("/")[2] for url in urls))


@pytest.mark.parametrize("path", ENDINGS)
def test_each_hostile_answer_has_its_outcome(crawled: Crawled, path: str) -> None:
    outcome, word = ENDINGS[path]
    ended = crawled.at(path)
    assert (ended.outcome, ended.page.state) == (outcome, "done")
    assert word in ended.detail


@pytest.mark.parametrize("path", ENDINGS)
def test_no_answer_takes_longer_than_the_time_limit(crawled: Crawled, path: str) -> None:
    fetch = crawled.at(path).fetches[-1]
    assert (fetch.ended_at - fetch.started_at).total_seconds() < LONGEST_SECONDS


def test_bombs_at_once_cost_little_memory(crawled: Crawled) -> None:
    assert crawled.end.peak_mib < MAX_MIB


def test_a_crawl_with_failures_ends_with_1(crawled: Crawled) -> None:
    assert crawled.end.exit_code == 1, crawled.end.output


def test_no_error_is_logged_with_a_traceback(crawled: Crawled) -> None:
    assert "Traceback" not in crawled.end.output


@pytest.mark.parametrize("path", [path for path, (name, _) in ENDINGS.items() if name != "saved"])
def test_nothing_of_a_failed_page_is_kept(crawled: Crawled, path: str) -> None:
    assert crawled.at(path).article is None


def test_a_decompressed_body_is_within_the_limit(crawled: Crawled) -> None:
    sizes = [fetch.size_bytes or 0 for ended in crawled.ledger.values() for fetch in ended.fetches]
    assert 0 < max(sizes) <= MAX_BODY_BYTES


@pytest.mark.parametrize("number", range(len(LOOPBACK_SPELLINGS + PRIVATE_HOSTS)))
def test_a_redirect_to_a_private_address_is_blocked(crawled: Crawled, number: int) -> None:
    ended = crawled.ledger[redirect_urls(crawled.redirects, crawled.canary)[number]]
    known = "no address for" not in ended.detail  # some systems do not know `localhost.`
    assert ended.outcome == ("blocked_address" if known else "network_error"), ended.page.url


def test_nobody_connected_to_a_private_address(crawled: Crawled) -> None:
    with pytest.raises(BlockingIOError):
        crawled.canary.accept()


@pytest.mark.parametrize(
    ("kind", "outcome", "word"),
    [
        ("self-signed", "network_error", "certificate verify failed"),
        ("expired", "network_error", "certificate verify failed"),
        ("wrong name", "network_error", "another host's"),
        ("silent", "timeout", "--timeout"),
    ],
)
def test_bad_certificates_are_refused(crawled: Crawled, kind: str, outcome: str, word: str) -> None:
    ended = crawled.ledger[crawled.tls[kind]]
    assert ended.outcome == outcome
    assert word in ended.detail


def test_cookies_are_not_sent_back(crawled: Crawled) -> None:
    for path in ("/many-cookies", "/needs-cookie"):
        assert all("cookie" not in visit.headers for visit in crawled.servers[path].log)


def test_a_meta_refresh_is_not_followed(crawled: Crawled) -> None:
    assert not crawled.servers["/meta-refresh?to=/article/2"].log.of("/article/2")


def test_every_request_says_who_crawls_and_not_from_where(crawled: Crawled) -> None:
    visits = [visit for server in crawled.servers.values() for visit in server.log]
    assert {visit.user_agent for visit in visits} == {"Winnow/0.1.0 (+tests@example.org)"}
    assert not any("referer" in visit.headers for visit in visits)


def test_a_failed_transfer_is_not_repeated_within_its_fetch(crawled: Crawled) -> None:
    for path in ("/truncated", "/reset", "/silent"):
        assert len(crawled.servers[path].log.of(path)) == 1
