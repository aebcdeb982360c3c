"""The misbehaving server misbehaves as it says: each behaviour seen from a plain client."""

import gzip
import http.client
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote

import pytest

from tests.servers import tls
from tests.servers.answers import LOOPBACK_SPELLINGS
from tests.servers.bodies import BOMB_BYTES
from tests.servers.hostile import BEHAVIOURS, HostileServer
from tests.servers.loopback import LoopbackServer
from tests.servers.robots import HUGE, MANY_AGENTS, crawl_delay


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def ask(server: HostileServer, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def raw(server: HostileServer, path: str, *, at_least: int = 0) -> bytes:
    """What comes over the wire until it ends, or until so many bytes are there."""
    received = b""
    with socket.create_connection((server.host, server.port), timeout=3) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not at_least or len(received) < at_least:
            piece = connection.recv(1 << 16)
            if not piece:
                break
            received += piece
    return received


@pytest.mark.parametrize("path", ["/endless-body", "/endless-chunks", "/endless-headers"])
def test_endless_things_go_beyond_any_limit_and_stop_when_the_client_leaves(
    server: HostileServer, path: str
) -> None:
    assert len(raw(server, path, at_least=12 << 20)) >= 12 << 20
    deadline = time.monotonic() + 5
    while server.log.visits[0].ended_at is None and server._conversations:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("path", "encoding"),
    [("/gzip-bomb", "gzip"), ("/nested-gzip-bomb", "gzip, gzip, gzip"),
     ("/brotli-bomb", "br"), ("/zstd-bomb", "zstd")],
)  # fmt: skip
def test_bombs_are_small_on_the_wire(server: HostileServer, path: str, encoding: str) -> None:
    _, headers, body = ask(server, path)
    assert headers["Content-Encoding"] == encoding
    assert len(body) < 1 << 20
    if encoding == "gzip":
        assert len(gzip.decompress(body)) > BOMB_BYTES


@pytest.mark.parametrize("path", ["/silent", "/one-byte-a-second"])
def test_slow_things_do_not_end_while_one_waits(server: HostileServer, path: str) -> None:
    with socket.create_connection((server.host, server.port), timeout=0.3) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        with pytest.raises(TimeoutError):
            read_to_the_end(connection)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/reset", ConnectionResetError),
        ("/truncated", http.client.IncompleteRead),
        ("/closed-unanswered", http.client.RemoteDisconnected),
        ("/garbage", http.client.BadStatusLine),
    ],
)
def test_broken_answers_break(server: HostileServer, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(server, path)


def test_half_a_gzip_stream_cannot_be_decompressed(server: HostileServer) -> None:
    _, _, body = ask(server, "/truncated-gzip")
    with pytest.raises(EOFError):
        gzip.decompress(body)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/redirect-self?x=1", "/redirect-self?x=1"),
        ("/redirect-loop/a", "/redirect-loop/b"),
        ("/redirect-loop/b", "/redirect-loop/a"),
        ("/redirect-chain/3", "/redirect-chain/2"),
        ("/redirect-chain/1", "/article/1"),
        ("/redirect-to?to=http%3A%2F%2F127.1%2F", "http://127.1/"),
    ],
)
def test_redirects_lead_where_they_say(server: HostileServer, path: str, location: str) -> None:
    status, headers, _ = ask(server, path)
    assert (status, headers["Location"]) == (302, location)


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_every_spelling_of_loopback_can_be_redirected_to(server: HostileServer, host: str) -> None:
    _, headers, _ = ask(server, f"/redirect-to?to={quote(f'http://{host}/', safe='')}")
    assert headers["Location"] == f"http://{host}/"


def test_a_refusal_names_seconds_or_a_date_and_ends_after_its_times(server: HostileServer) -> None:
    status, headers, _ = ask(server, "/status/429?after=2&times=1")
    assert (status, headers["Retry-After"]) == (429, "2")
    assert ask(server, "/status/429?after=2&times=1")[0] == 200
    status, headers, _ = ask(server, "/status/503?date=30")
    assert status == 503
    assert 20 < parsedate_to_datetime(headers["Retry-After"]).timestamp() - time.time() < 31


@pytest.mark.parametrize(
    ("path", "count"),
    [("/a-million-links?links=1000", 1000), ("/growing-path/a/b/", 3), ("/session/1/news/", 10),
     ("/calendar/2026/12", 2)],
)  # fmt: skip
def test_traps_hold_as_many_links_as_they_say(server: HostileServer, path: str, count: int) -> None:
    assert ask(server, path)[2].count(b"<a href=") == count


@pytest.mark.parametrize(
    "robots",
    [b"User-agent: *\nDisallow: /x\n", HUGE, MANY_AGENTS, crawl_delay(1.5)],
    ids=["plain", "huge", "many agents", "delay"],
)
def test_robots_texts_are_served_as_given(robots: bytes) -> None:
    with HostileServer(robots=robots) as server:
        assert ask(server, "/robots.txt")[2] == robots
        server.robots = 503
        assert ask(server, "/robots.txt")[0] == 503


def test_robots_may_stay_silent() -> None:
    with HostileServer(robots=None) as server, pytest.raises(TimeoutError):
        raw_with_timeout(server)


def raw_with_timeout(server: HostileServer) -> None:
    with socket.create_connection((server.host, server.port), timeout=0.2) as connection:
        connection.sendall(b"GET /robots.txt HTTP/1.1\r\n\r\n")
        connection.recv(1)


@pytest.mark.parametrize(
    "path",
    ["/article/1", "/empty", "/json", "/many-cookies", "/meta-refresh", "/pdf", "/png",
     "/eleven-mebibytes", "/feed-with-bad-links", "/sitemap-loop/1"],
)  # fmt: skip
def test_the_rest_answers_200(server: HostileServer, path: str) -> None:
    assert path.split("/")[1] in BEHAVIOURS
    assert ask(server, path)[0] == 200


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(100):
        pass


def test_the_log_knows_when_each_request_arrived(server: HostileServer) -> None:
    for number in range(3):
        ask(server, f"/article/{number}")
    assert server.log.paths() == ["/article/0", "/article/1", "/article/2"]
    assert all(0 <= gap < 2 for gap in server.log.gaps())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder, _: tls.self_signed(folder), "self-signed"),
        (tls.expired, "expired"),
        (tls.wrong_name, "mismatch|not valid for"),
    ],
    ids=["self-signed", "expired", "wrong name"],
)
def test_bad_certificates_are_refused_and_a_good_one_is_not(
    tmp_path: Path,
    make: Callable[[Path, tls.Authority], LoopbackServer],
    message: str,
) -> None:
    authority = tls.make_authority(tmp_path)
    context = ssl.create_default_context(cafile=str(authority.file))
    with make(tmp_path, authority) as bad, pytest.raises(OSError, match=message):
        urllib.request.urlopen(bad.url + "/article/1", context=context, timeout=5)
    with (
        tls.trusted(tmp_path, authority) as good,
        urllib.request.urlopen(good.url + "/article/1", context=context, timeout=5) as page,
    ):
        assert page.status == 200


def test_a_silent_handshake_never_begins() -> None:
    with tls.SilentHandshake() as server, pytest.raises(URLError, match="timed out"):
        urllib.request.urlopen(server.url, timeout=0.3)
