"""Retries, waits, robots.txt and reserved rights, as the servers of one crawl saw them."""

from __future__ import annotations

import itertools
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from sqlalchemy import select

from db.models import Host, RawPage
from db.session import Database
from tests.crawls import CrawlEnd, Ended, RunningCrawl, read_ledger, start_crawl
from tests.servers.bodies import HTML, article_html, reset
from tests.servers.hostile import HostileServer
from tests.servers.robots import HUGE, MANY_AGENTS, crawl_delay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.loopback import Exchange

RETRY_SECONDS = 1
CRAWL_DELAY = 1.2
WAIT_SECONDS = 9
TDMREP = b'[{"location": "/article/", "tdm-reservation": 1}]'
ONLY_ARTICLES = (
    b"User-agent: *\nDisallow: /\nAllow: /article/\n\nUser-agent: winnow-other\nDisallow:\n"
)
FOR_US = b"User-agent: *\nDisallow: /\n\nUser-agent: Winnow\nDisallow: /closed/\n"


class Server(HostileServer):
    """The hostile server with rights, and with a robots.txt that breaks off."""

    async def _misbehave(self, exchange: Exchange) -> bool:
        if exchange.path == "/robots.txt" and self.robots == 0:
            return await reset(exchange)
        if exchange.path == "/.well-known/tdmrep.json" and self.robots == b"# tdmrep":
            await exchange.answer(200, {"Content-Type": "application/json"}, TDMREP)
            return True
        headers = RIGHTS_HEADERS.get(exchange.path)
        if headers is not None:
            head = RIGHTS_META if exchange.path == "/meta-reserved" else ""
            body = article_html(exchange.path).replace("<head>", f"<head>{head}")
            await exchange.answer(200, HTML | headers, body.encode())
            return True
        return await super()._misbehave(exchange)


RIGHTS_META = '<meta name="tdm-reservation" content="1">'
RIGHTS_HEADERS = {
    "/header-reserved": {"tdm-reservation": "1"},
    "/meta-reserved": {},
    "/not-reserved": {"tdm-reservation": "0"},
    "/noindex": {"X-Robots-Tag": "noindex, noarchive, noai"},
}
VISITS: dict[str, tuple[bytes | int | None, tuple[str, ...]]] = {
    "after": (b"", ("/status/503?after=3&times=1", "/article/1", "/article/2")),
    "date": (b"", ("/status/429?date=4&times=1", "/article/1")),
    "two hours": (b"", ("/status/503?after=7200", "/article/1")),
    "better later": (b"", ("/status/500?times=2",)),
    "broken": (b"", ("/reset",)),
    "robots 404": (404, ("/article/1",)),
    "robots 500": (500, ("/article/1", "/article/2")),
    "robots 429": (429, ("/article/1",)),
    "robots silent": (None, ("/article/1", "/article/2")),
    "robots reset": (0, ("/article/1",)),
    "robots huge": (HUGE, ("/early/1", "/article/1")),
    "robots of many": (MANY_AGENTS, ("/closed/1", "/article/1")),
    "crawl-delay": (crawl_delay(CRAWL_DELAY), ("/article/1", "/article/2", "/article/3")),
    "only articles": (ONLY_ARTICLES, ("/pdf", "/article/1")),
    "for us": (FOR_US, ("/closed/1", "/article/1")),
    "rights": (b"", tuple(RIGHTS_HEADERS)),
    "tdmrep": (b"# tdmrep", ("/article/1", "/noindex")),
}  # fmt: skip
"""Host -> its robots.txt and what is crawled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    end: CrawlEnd
    ended_at: datetime
    database: str
    ledger: dict[str, Ended]
    servers: dict[str, HostileServer]
    listening: list[tuple[str, int]]
    """Ports that the crawl's processes listened on."""

    def at(self, host: str, number: int = 0) -> Ended:
        return self.ledger[self.servers[host].at(VISITS[host][1][number])]

    def arrivals(self, host: str, path: str) -> list[float]:
        return [visit.at for visit in self.servers[host].log.of(path)]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("polite")
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(Server(robots=robots)) for name, (robots, _) in VISITS.items()
        }
        urls = [servers[name].at(path) for name, (_, paths) in VISITS.items() for path in paths]
        urls.append(redirect_into_robots(servers))
        crawl = start_crawl(
            "w.db", *urls, "--timeout", "2", "--wait", str(WAIT_SECONDS), "--concurrency", "32",
            "--allow-private", "127.0.0.1", folder=folder,
            environ={"WINNOW_MAX_ATTEMPTS": "3", "WINNOW_RETRY_SECONDS": str(RETRY_SECONDS)},
        )  # fmt: skip
        listening = listening_ports(crawl, servers["after"])
        end = crawl.wait()
        database = str(folder / "w.db")
        yield Crawled(
            end=end,
            ended_at=datetime.now(UTC),
            database=database,
            ledger=read_ledger(database),
            servers=servers,
            listening=listening,
        )


def redirect_into_robots(servers: dict[str, HostileServer]) -> str:
    """An allowed address that leads to what another host disallows."""
    return servers["robots 404"].at(f"/redirect-to?to={servers['only articles'].at('/empty')}")


def listening_ports(crawl: RunningCrawl, server: HostileServer) -> list[tuple[str, int]]:
    """Of the crawl and its children, once it fetches."""
    while len(server.log) < 3 and crawl.process.poll() is None:
        time.sleep(0.05)
    root = psutil.Process(crawl.process.pid)
    return [
        (connection.laddr.ip, connection.laddr.port)
        for process in (root, *root.children(recursive=True))
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]


def test_the_crawl_ended_by_itself(crawled: Crawled) -> None:
    assert crawled.end.exit_code == 1, crawled.end.output
    assert "Traceback" not in crawled.end.output


def test_no_port_is_opened(crawled: Crawled) -> None:
    """Scrapy's telnet console and remote control run code for whoever connects."""
    assert crawled.listening == []


@pytest.mark.parametrize(("host", "wait", "refused"), [("after", 3, 503), ("date", 3, 429)])
def test_a_host_that_asks_to_wait_is_left_alone(
    crawled: Crawled, host: str, wait: float, refused: int
) -> None:
    log = list(crawled.servers[host].log)
    first = next(index for index, visit in enumerate(log) if visit.status == refused)
    assert log[first + 1].at - log[first].at >= wait
    assert crawled.at(host).outcomes[-1] == "saved"
    assert crawled.at(host, 1).outcome == "saved"


def test_a_long_wait_is_cut_to_an_hour_and_its_pages_are_pending(crawled: Crawled) -> None:
    page = crawled.at("two hours").page
    assert page.state == "due"
    assert page.due_at is not None
    assert timedelta(minutes=59) < page.due_at - crawled.ended_at < timedelta(minutes=60)
    assert crawled.at("two hours", 1).page.state == "due"
    assert len(crawled.arrivals("two hours", "/article/1")) == 0


def test_server_errors_are_tried_again_with_doubling_waits(crawled: Crawled) -> None:
    assert crawled.at("better later").outcomes == ["http_error", "http_error", "saved"]
    first, second, third = crawled.arrivals("better later", "/status/500")
    assert second - first >= RETRY_SECONDS
    assert third - second >= 2 * RETRY_SECONDS


def test_a_failure_is_final_after_the_last_attempt(crawled: Crawled) -> None:
    ended = crawled.at("broken")
    assert len(ended.outcomes) == 3
    assert set(ended.outcomes) <= {"network_error", "timeout"}  # the latter on a busy machine
    assert ended.page.state == "done"


def test_no_robots_txt_allows_all(crawled: Crawled) -> None:
    assert crawled.at("robots 404").outcome == "saved"


@pytest.mark.parametrize(
    ("host", "outcome", "tries"),
    [
        ("robots 500", "robots", 3),
        ("robots 429", "robots", 3),
        ("robots silent", "timeout", 2),
        ("robots reset", "network_error", 3),
    ],
)
def test_an_unreachable_robots_txt_disallows_all(
    crawled: Crawled, host: str, outcome: str, tries: int
) -> None:
    ended = crawled.at(host)
    assert not ended.article
    assert ended.outcomes[0] == outcome
    assert len(ended.fetches) == tries
    assert not crawled.arrivals(host, "/article/1")


@pytest.mark.parametrize("host", ["robots 500", "robots silent", "robots reset"])
def test_an_unreachable_robots_txt_is_asked_for_again_but_not_for_every_page(
    crawled: Crawled, host: str
) -> None:
    arrivals = crawled.arrivals(host, "/robots.txt")
    assert 2 <= len(arrivals) <= 4
    assert all(later - earlier >= RETRY_SECONDS for earlier, later in itertools.pairwise(arrivals))


@pytest.mark.parametrize(
    ("host", "detail"),
    [
        ("robots huge", "disallows"),
        ("robots of many", "disallows"),
        ("only articles", "disallows"),
        ("for us", "disallows"),
    ],
)
def test_disallowed_pages_are_not_fetched_and_others_are(
    crawled: Crawled, host: str, detail: str
) -> None:
    disallowed, allowed = crawled.at(host), crawled.at(host, 1)
    assert (disallowed.outcome, disallowed.page.state) == ("robots", "done")
    assert detail in disallowed.detail
    assert allowed.outcome == "saved"
    assert not crawled.arrivals(host, VISITS[host][1][0])


def test_a_redirect_is_held_to_its_target_s_robots_txt(crawled: Crawled) -> None:
    ended = crawled.ledger[redirect_into_robots(crawled.servers)]
    assert ended.outcome == "robots"
    assert not crawled.arrivals("only articles", "/empty")


def test_a_crawl_delay_is_kept(crawled: Crawled) -> None:
    gaps = crawled.servers["crawl-delay"].log.gaps()
    assert min(gaps) >= 0.9 * CRAWL_DELAY


def test_robots_txt_is_asked_for_once_a_host(crawled: Crawled) -> None:
    for host in ("after", "rights", "crawl-delay", "only articles"):
        assert len(crawled.arrivals(host, "/robots.txt")) == 1


@pytest.mark.parametrize(("host", "number"), [("rights", 0), ("rights", 1), ("tdmrep", 0)])
def test_of_a_reserved_page_no_text_and_no_raw_page_is_kept(
    crawled: Crawled, host: str, number: int
) -> None:
    ended = crawled.at(host, number)
    assert ended.outcome == "reserved"
    assert ended.article is None or (ended.article.text, ended.article.blocks) == ("", [])
    with Database(crawled.database) as database, database.read() as session:
        raw = session.scalars(select(RawPage.id).where(RawPage.page_id == ended.page.id)).all()
    assert not raw


def test_what_is_not_reserved_is_kept(crawled: Crawled) -> None:
    assert crawled.at("rights", 2).outcome == "saved"
    assert crawled.at("tdmrep", 1).outcome == "saved"


def test_robots_tags_are_columns_and_change_nothing(crawled: Crawled) -> None:
    article = crawled.at("rights", 3).article
    assert article is not None
    assert (article.noindex, article.noarchive, article.noai) == (True, True, True)
    assert article.text
    other = crawled.at("rights", 2).article
    assert other is not None
    assert (other.noindex, other.noarchive, other.noai) == (False, False, False)


def test_one_connection_a_host(crawled: Crawled) -> None:
    for server in crawled.servers.values():
        visits = [visit for visit in server.log if visit.ended_at is not None]
        overlaps = [
            (one.target, other.target)
            for one, other in itertools.pairwise(visits)
            if other.at < (one.ended_at or 0) - 0.05
        ]
        assert not overlaps


def test_no_host_stays_taken(crawled: Crawled) -> None:
    with Database(crawled.database) as database, database.read() as session:
        assert not session.scalars(select(Host.host).where(Host.lease_run_id.is_not(None))).all()


@pytest.mark.parametrize("host", ["robots 500", "robots 429", "robots silent", "robots reset"])
def test_nothing_else_is_asked_of_a_host_without_rules(crawled: Crawled, host: str) -> None:
    assert set(crawled.servers[host].log.paths()) == {"/robots.txt"}
