"""Sources of the invented newspapers: what is read, what is left, what a second look costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from crawler.seeding import SeedChoice
from crawler.source_fields import read_source_values
from crawler.sources import add_source
from db import migrate
from db.models import Seed
from db.session import Database
from tests.crawls import CrawlEnd, Ended, read_ledger, start_crawl
from tests.newspapers import Newspapers
from tests.servers.hostile import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.newspapers import Article, Paper

SEEDS = {
    "feed": "/feed/",
    "news_sitemap": "/news-sitemap.xml",
    "sitemap_index": "/sitemap_index.xml",
    "section": "/section/politics/",
}
REACH_HOURS = 36
MAX_TALBOTE = 4
EXCLUDED = "/wirtschaft/"
INCLUDED = r"\.html$"
FOLLOW_BUDGET = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """Three sources after their first crawl, and the Courier after its second."""

    ends: dict[str, CrawlEnd]
    papers: Newspapers
    trap: HostileServer
    first: dict[str, Ended]
    first_paths: list[str]
    """The Courier's log of the first crawl."""
    second: dict[str, Ended]
    second_log: list[tuple[str, int]]
    """Path and status of the second crawl, same edition."""
    seeds: dict[str, Seed]
    """By URL, after the first crawl."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("sources")
    with Newspapers() as papers, HostileServer() as trap:
        add_sources(papers, trap, folder)
        ends = crawl_all(papers, trap, folder)
        first, seeds = read_ledger(str(folder / "w.db")), read_seeds(folder)
        first_paths = papers.courier.log.paths()
        papers.courier.log.clear()
        ends["again"] = crawl_again(papers, folder)
        yield Crawled(
            ends=ends,
            papers=papers,
            trap=trap,
            first=first,
            first_paths=first_paths,
            second=read_ledger(str(folder / "w.db")),
            second_log=[(visit.path, visit.status) for visit in papers.courier.log],
            seeds=seeds,
        )


def add_sources(papers: Newspapers, trap: HostileServer, folder: Path) -> None:
    courier, talbote = papers.courier, papers.talbote
    with Database(str(folder / "w.db")) as database:
        migrate.upgrade(database)
        seeds = {courier.at(path): kind for kind, path in SEEDS.items()}
        add(database, seeds, key="courier", since=f"{REACH_HOURS}h")
        patterns = {"include": [INCLUDED], "exclude": [EXCLUDED]}
        add(database, {talbote.at("/atom.xml"): "feed"}, key="talbote", max=MAX_TALBOTE, **patterns)
        bad = {trap.at("/feed-with-bad-links"): "feed", trap.at("/sitemap-loop/1"): "sitemap_index"}
        add(database, bad, key="trap")


def add(database: Database, seeds: dict[str, str], **values: object) -> None:
    add_source(
        database,
        next(iter(seeds)),
        seeds=[SeedChoice(url=url, kind=kind) for url, kind in seeds.items()],
        values=read_source_values(values),
        now=datetime.now(UTC),
    )


def crawl_all(papers: Newspapers, trap: HostileServer, folder: Path) -> dict[str, CrawlEnd]:
    """Each source, and a list whose links are followed, at once."""
    environ = {
        "WINNOW_MAX_ATTEMPTS": "1",
        "WINNOW_WORKERS": "1",
        "WINNOW_ALLOW_PRIVATE": ",".join(
            url.split("/")[2] for url in (papers.courier.url, papers.talbote.url, trap.url + "/")
        ),
    }
    followed = (trap.at("/calendar/2026/3"), trap.at("/growing-path/"), trap.at("/session/1/x"))
    commands = {key: ("--source", key) for key in ("courier", "talbote", "trap")} | {
        "follow": (*followed, "--follow", "--max", str(FOLLOW_BUDGET))
    }
    crawls = {
        name: start_crawl("w.db", *command, folder=folder, environ=environ)
        for name, command in commands.items()
    }
    return {name: crawl.wait() for name, crawl in crawls.items()}


def crawl_again(papers: Newspapers, folder: Path) -> CrawlEnd:
    environ = {"WINNOW_ALLOW_PRIVATE": papers.courier.url.split("/")[2]}
    return start_crawl("w.db", "--source", "courier", folder=folder, environ=environ).wait()


def read_seeds(folder: Path) -> dict[str, Seed]:
    with Database(str(folder / "w.db")) as database, database.read() as session:
        return {seed.url: seed for seed in session.scalars(select(Seed))}


def within_reach(paper: Paper) -> list[Article]:
    oldest = datetime.now(UTC) - timedelta(hours=REACH_HOURS)
    return [article for article in paper.articles if article.published_at > oldest]


def test_every_crawl_ends_well(crawled: Crawled) -> None:
    assert {name: end.exit_code for name, end in crawled.ends.items()} == dict.fromkeys(
        crawled.ends, 0
    ), crawled.ends
    assert not any("Traceback" in end.output for end in crawled.ends.values())


def test_what_is_within_reach_is_fetched_once_and_nothing_older(crawled: Crawled) -> None:
    paper = crawled.papers.courier.paper
    wanted = [
        paper.path_of(article) for article in within_reach(paper) if article.section != "members"
    ]
    fetched = [path for path in crawled.first_paths if path.startswith("/2")]
    assert sorted(fetched) == sorted(wanted)
    assert len(wanted) < len(paper.articles)


def test_articles_end_as_their_newspaper_knows(crawled: Crawled) -> None:
    paper = crawled.papers.courier.paper
    ends = {urlsplit(url).path: ended.outcome for url, ended in crawled.first.items()}
    expected = {
        paper.path_of(article): article.outcome
        for article in within_reach(paper)
        if article.outcome != "paywalled"  # extraction's own tests say what is
    }
    assert {path: ends.get(path) for path in expected} == expected
    assert "robots" in expected.values()


def test_a_disallowed_section_is_never_asked_for(crawled: Crawled) -> None:
    assert not any(path.startswith("/members/") for path in crawled.first_paths)


def test_sitemaps_of_old_years_are_never_fetched(crawled: Crawled) -> None:
    sitemaps = [path for path in crawled.first_paths if path.startswith("/sitemaps/")]
    assert sitemaps == ["/sitemaps/current.xml"]


def test_each_seed_says_how_it_was_read(crawled: Crawled) -> None:
    for path in SEEDS.values():
        seed = crawled.seeds[crawled.papers.courier.at(path)]
        assert (seed.outcome, seed.read_at is not None) == ("read", True)
        assert seed.links_found > 0 or path == SEEDS["sitemap_index"]


def test_a_second_look_costs_a_304_for_each_seed_and_nothing_else(crawled: Crawled) -> None:
    assert sorted(crawled.second_log) == sorted((path, 304) for path in SEEDS.values())
    assert len(crawled.second) == len(crawled.first)


def test_patterns_and_the_page_budget_hold(crawled: Crawled) -> None:
    paths = [path for path in crawled.papers.talbote.log.paths() if path.endswith(".html")]
    assert len(paths) == MAX_TALBOTE
    assert not any(EXCLUDED in path for path in paths)
    newest = [it for it in crawled.papers.talbote.paper.articles if it.section != "wirtschaft"]
    expected = [crawled.papers.talbote.paper.path_of(it) for it in newest[:MAX_TALBOTE]]
    assert sorted(paths) == sorted(expected)


def test_of_a_feed_with_bad_links_the_good_one_is_fetched(crawled: Crawled) -> None:
    good = crawled.first[crawled.trap.at("/article/1")]
    assert good.outcome == "saved"
    others = {
        ended.outcome for url, ended in crawled.first.items() if urlsplit(url).path in {"", "/"}
    }
    assert others <= {"blocked_address", "network_error"}
    assert {urlsplit(url).scheme for url in crawled.first} == {"http"}


def test_indexes_that_name_each_other_have_an_end(crawled: Crawled) -> None:
    loops = [path for path in crawled.trap.log.paths() if path.startswith("/sitemap-loop/")]
    assert 1 < len(loops) <= 50
    assert len(loops) == len(set(loops))


def test_following_is_bounded(crawled: Crawled) -> None:
    pages = [
        ended.page
        for url, ended in crawled.first.items()
        if url.startswith(crawled.trap.url) and ended.page.source_id is None
    ]
    assert 3 <= len(pages) <= FOLLOW_BUDGET
    assert max(page.depth for page in pages) <= 5


def test_a_calendar_without_end_is_not_followed(crawled: Crawled) -> None:
    paths = [path for path in crawled.trap.log.paths() if path.startswith("/calendar/")]
    assert paths == ["/calendar/2026/3"]
