"""Politeness across processes: three crawls of one host are as polite as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.crawls import CrawlEnd, Ended, read_ledger, run_command, start_crawl
from tests.servers.hostile import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.loopback import AccessLog, Exchange

DELAY_SECONDS = 0.3
SHORTEST_GAP_SECONDS = 0.27
"""The delay less a tenth: arrivals are seen by a thread of a busy process."""
PAGES = 4
FEED = {"Content-Type": "application/rss+xml"}


class Server(HostileServer):
    """The hostile server with an honest feed."""

    async def _misbehave(self, exchange: Exchange) -> bool:
        if exchange.path != "/feed":
            return await super()._misbehave(exchange)
        links = "".join(f"<item><link>{url}</link></item>" for url in urls_of(self, "feed"))
        body = f'<rss version="2.0"><channel><title>x</title>{links}</channel></rss>'
        await exchange.answer(200, FEED, body.encode())
        return True


def urls_of(server: HostileServer, list_name: str) -> list[str]:
    return [server.at(f"/article/2025/10/11/{list_name}-report-{n}") for n in range(PAGES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    ends: list[CrawlEnd]
    ledger: dict[str, Ended]
    log: AccessLog
    wanted: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("together")
    with Server() as server:
        added = run_command(
            "sources", "add", server.at("/feed"), "--kind", "feed", "--no-fetch",
            "--key", "harbour", "--db", "w.db", folder=folder,
        )  # fmt: skip
        assert added.exit_code == 0, added.output
        both = ("--delay", str(DELAY_SECONDS), "--allow-private", "127.0.0.1", "--wait", "60")
        crawls = [
            start_crawl("w.db", *urls_of(server, "first"), *both, folder=folder),
            start_crawl("w.db", *urls_of(server, "second"), *both, folder=folder),
            start_crawl("w.db", "--source", "harbour", *both, folder=folder),
        ]
        ends = [crawl.wait() for crawl in crawls]
        wanted = [url for name in ("first", "second", "feed") for url in urls_of(server, name)]
        yield Crawled(
            ends=ends, ledger=read_ledger(str(folder / "w.db")), log=server.log, wanted=wanted
        )


def test_every_crawl_finishes(crawled: Crawled) -> None:
    assert [end.exit_code for end in crawled.ends] == [0, 0, 0], crawled.ends


def test_every_page_is_fetched_exactly_once(crawled: Crawled) -> None:
    assert {url: crawled.ledger[url].outcomes for url in crawled.wanted} == {
        url: ["saved"] for url in crawled.wanted
    }
    paths = [path for path in crawled.log.paths() if path.startswith("/article/")]
    assert len(paths) == len(set(paths)) == len(crawled.wanted)


def test_the_delay_holds_between_processes(crawled: Crawled) -> None:
    assert min(crawled.log.gaps()) >= SHORTEST_GAP_SECONDS


def test_no_two_requests_are_under_way_at_once(crawled: Crawled) -> None:
    visits = sorted(crawled.log, key=lambda visit: visit.at)
    ends = [visit.ended_at for visit in visits]
    assert all(
        end is not None and end <= later.at for end, later in zip(ends, visits[1:], strict=False)
    )


def test_robots_txt_is_shared_by_the_crawls(crawled: Crawled) -> None:
    assert len(crawled.log.of("/robots.txt")) == 1
