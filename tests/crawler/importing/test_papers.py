"""An import gives what a crawl gives: the demo papers crawled, and out of a web archive."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from crawler.config import Config
from crawler.importing.opening import open_archived
from crawler.importing.run import ImportReport, import_archives
from crawler.recleaning import RecleanPlan, reclean
from crawler.run_begin import worker_limits
from db import Archive
from db.outcomes import KEPT
from db.session import Database
from tests.archives import gzipped, http_answer, warc_record
from tests.crawls import (
    POLL_SECONDS,
    CrawlEnd,
    RunningCrawl,
    read_ledger,
    start_crawl,
)
from tests.newspapers import Newspapers
from tests.newspapers.site import EMPTY_PATH, MISSING_PATH, PDF_PATH, WITHDRAWN_PATH, respond

if TYPE_CHECKING:
    from tests.newspapers.server import PaperServer

ODD_PATHS = (MISSING_PATH, WITHDRAWN_PATH, PDF_PATH, EMPTY_PATH)
RESERVED = 1
"""Articles of which no text and no page is kept."""
OF_THE_RUN = ("id", "first_fetched_at", "fetched_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    folder: Path
    crawl: CrawlEnd
    imported: ImportReport

    @property
    def crawled_db(self) -> str:
        return str(self.folder / "crawled.db")

    @property
    def imported_db(self) -> str:
        return str(self.folder / "imported.db")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The same list crawled, and imported from a WARC file with what the servers answer."""
    folder = tmp_path_factory.mktemp("import")
    with Newspapers() as papers:
        urls = [url for server in papers.servers for url in listed(server)]
        (folder / "urls.txt").write_text("\n".join(urls))
        crawl = start_crawl(
            "crawled.db", "-i", "urls.txt", "--allow-private", "127.0.0.1", folder=folder
        ).wait()
        answers = [answer(server, url) for server in papers.servers for url in listed(server)]
    archive = folder / "papers.warc.gz"
    archive.write_bytes(gzipped(*answers))
    return Both(folder=folder, crawl=crawl, imported=run_import(folder / "imported.db", archive))


def listed(server: PaperServer) -> list[str]:
    """Articles in all languages and with all outcomes, a copy, and what is no article."""
    paper = server.paper
    articles = [it for it in paper.articles if it.outcome != "robots"]
    chosen = articles[::2] if server.paper.key == "courier" else articles[:5]
    odd = [it for it in articles if it.outcome != "saved" and it not in chosen]
    return [
        *(server.url_of(article) for article in [*chosen, *odd]),
        server.at(paper.amp_path_of(chosen[0])),
        *(server.at(path) for path in ODD_PATHS),
    ]


def answer(server: PaperServer, url: str) -> bytes:
    response = respond(server.paper, urlsplit(url).path)
    headers = {"Content-Type": response.content_type, **response.headers}
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    block = http_answer(response.body, status=response.status, headers=headers)
    return warc_record(url, block, date=now)


def run_import(database: Path, *archives: Path) -> ImportReport:
    opened = [open_archived(archive) for archive in archives]
    return import_archives(config_of(database), opened, command="test")


def config_of(database: Path) -> Config:
    return replace(Config(), db=str(database), workers=2, batch_seconds=0.1)


def settled_rows(database: Path | str) -> list[dict[str, object]]:
    """Every article by its URL, once all were cleaned with what their sites taught."""
    limits = worker_limits(config_of(database))
    with Database(str(database)) as opened:
        reclean(opened, RecleanPlan(max_loss=1.0), limits, on_progress=lambda _: None)
    return rows_of(database)


def rows_of(database: Path | str) -> list[dict[str, object]]:
    path = Path(f"{database}.jsonl")
    with Archive(str(database)) as archive:
        archive.export(path)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    plain = [{name: row[name] for name in row if name not in OF_THE_RUN} for row in rows]
    return sorted(plain, key=lambda row: str(row["url"]))


def test_an_archive_of_the_papers_gives_the_articles_that_crawling_them_gives(both: Both) -> None:
    crawled, imported = settled_rows(both.crawled_db), settled_rows(both.imported_db)
    assert len(crawled) > 10, both.crawl.output
    assert imported == crawled


def test_every_answer_ends_as_it_does_in_a_crawl(both: Both) -> None:
    assert ends(both.imported_db) == ends(both.crawled_db)
    assert both.imported.exit_code == both.crawl.exit_code


def ends(database: str) -> dict[str, str]:
    """The outcome of each URL; which of an article's addresses comes first is a crawl's chance."""
    ledger = read_ledger(database)
    return {url: "kept" if it.outcome in KEPT else it.outcome for url, it in ledger.items()}


def test_an_import_that_was_killed_goes_on_and_ends_like_one_left_alone(both: Both) -> None:
    archive, database = both.folder / "papers.warc.gz", both.folder / "killed.db"
    command = ["import", "--db", str(database), str(archive)]
    killed = RunningCrawl(command, both.folder, {"WINNOW_BATCH_ROWS": "3"})
    wait_for_articles(database, killed)
    killed.process.kill()
    assert killed.wait().exit_code == -signal.SIGKILL

    again = run_import(database, archive)
    assert 0 < again.run.counts["known"] < len(read_ledger(both.imported_db))
    assert settled_rows(database) == settled_rows(both.imported_db)
    attempts = {url: len(ended.fetches) for url, ended in read_ledger(str(database)).items()}
    assert attempts == dict.fromkeys(read_ledger(both.imported_db), 1)


def wait_for_articles(database: Path, running: RunningCrawl) -> None:
    url = f"{database.as_uri()}?mode=ro"  # connecting must not make it
    while running.process.poll() is None:
        with suppress(sqlite3.Error), closing(sqlite3.connect(url, uri=True)) as connection:
            if connection.execute("SELECT 1 FROM articles").fetchone():
                return
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"it ended without an article:\n{running.output}")


def test_what_a_database_gives_as_an_archive_another_one_takes(both: Both) -> None:
    archive, database = both.folder / "given.warc.gz", both.folder / "back.db"
    with Archive(both.crawled_db) as crawled:
        assert crawled.export(archive) == len(rows_of(both.crawled_db)) - RESERVED
    run_import(database, archive)
    expected = [row for row in settled_rows(both.crawled_db) if row["text"]]
    assert settled_rows(database) == expected
    assert set(run_import(Path(both.crawled_db), archive).run.counts) == {"known"}


def test_an_export_gives_the_same_articles_back(both: Both) -> None:
    database, export = both.folder / "copied.db", Path(f"{both.crawled_db}.jsonl")
    expected = rows_of(both.crawled_db)
    assert set(run_import(database, export).run.counts) == {"saved", "reserved"}
    assert rows_of(database) == expected
