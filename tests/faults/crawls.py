"""Crawls as child processes, and what they left in the database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import text

from db.session import Database
from pipelines.profile_packs import export_profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
KILLABLE = (sys.executable, "-m", "tests.faults.killed_crawl")
QUICK = {
    "WINNOW_DELAY_SECONDS": "0",
    "WINNOW_ALLOW_PRIVATE": "127.0.0.1",
    "WINNOW_WORKERS": "1",
    "WINNOW_BATCH_SECONDS": "0.05",
    "WINNOW_WAIT_SECONDS": "5",
    "WINNOW_MAX_ATTEMPTS": "1",
    "WINNOW_CONTACT": "",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A crawl that is over."""

    exit_code: int
    said: str
    """On stderr."""
    seconds: float


class Crawl:
    """A running `winnow crawl`, in a process group of its own."""

    def __init__(
        self,
        database_url: str,
        urls: Sequence[str],
        folder: Path,
        *,
        mode: str = "never",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        listed = folder / "urls.txt"
        listed.write_text("\n".join(urls), encoding="utf-8")
        self._started = time.monotonic()
        environ = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
        environ |= {k: v for k, v in {**QUICK, **(settings or {})}.items() if v}
        self.process = subprocess.Popen(
            [*KILLABLE, mode, "crawl", "--db", database_url, "-i", str(listed)],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def wait(self, seconds: float = 90.0) -> Ended:
        """Its end.

        Raises:
            subprocess.TimeoutExpired: It did not end in time.
        """
        _, said = self.process.communicate(timeout=seconds)
        return Ended(self.process.returncode, said, time.monotonic() - self._started)

    def left_behind(self, seconds: float = 2.0) -> list[int]:
        """Processes of its group that still live so long after its end."""
        deadline = time.monotonic() + seconds
        while (alive := _group(self.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return alive


def _group(leader: int) -> list[int]:
    alive = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process.pid)
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    return alive


ARTICLES = """
    SELECT site, title, text, word_count, revision, cleaner_version FROM articles
    ORDER BY site, text
"""
PAGES = """
    SELECT url, state, CASE WHEN outcome IN ('saved', 'duplicate') THEN 'kept' ELSE outcome END,
           status, article_id IS NOT NULL FROM pages ORDER BY url
"""
PROFILES = """
    SELECT site_blocks.site, hash, status, text, articles, of_articles, inside,
           followers, path,
           profile_version, profile_articles, profile_changes
    FROM site_blocks JOIN sites ON sites.site = site_blocks.site ORDER BY site_blocks.site, hash
"""
SIGHTINGS = "SELECT site, sample_key, period, day, hashes FROM sightings ORDER BY site, sample_key"
CONTRADICTIONS = {
    "a page in flight for no living run": "SELECT id FROM pages WHERE state = 'in_flight'",
    "an article that no page leads to": """
        SELECT id FROM articles WHERE id NOT IN
        (SELECT article_id FROM pages WHERE article_id IS NOT NULL)""",
    "a saved page without article": """
        SELECT id FROM pages WHERE outcome IN ('saved', 'duplicate') AND article_id IS NULL""",
    "an article without its search entry": """
        SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM search_terms)""",
    "an article without its raw page": """
        SELECT id FROM articles WHERE raw_page_id IS NULL""",
    "an ended page without attempt": """
        SELECT id FROM pages WHERE state = 'done' AND id NOT IN (SELECT page_id FROM fetches)""",
    "the same text twice on a site": """
        SELECT site, content_hash FROM articles GROUP BY site, content_hash HAVING count(*) > 1""",
    "a host leased to an ended run": "SELECT host FROM hosts WHERE lease_run_id IS NOT NULL",
    "two final attempts at one page": """
        SELECT page_id FROM fetches GROUP BY page_id HAVING count(*) > 1""",
}


def rows(database_url: str, query: str) -> list[tuple[object, ...]]:
    """What the query gives."""
    with Database(database_url) as database, database.read() as session:
        return [tuple(row) for row in session.execute(text(query))]


def contents(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Articles, pages and what they taught, without what differs: row numbers and times."""
    queries = {"articles": ARTICLES, "pages": PAGES, "profiles": PROFILES, "sightings": SIGHTINGS}
    found = {name: rows(database_url, query) for name, query in queries.items()}
    return found | {"exports": exports(database_url)}


def exports(database_url: str) -> list[tuple[object, ...]]:
    """What `winnow profile export` writes of every site that was learned from."""
    sites = rows(database_url, "SELECT DISTINCT site FROM sightings ORDER BY site")
    with Database(database_url) as database, database.write() as session:
        return [(site, export_profile(session, str(site))) for (site,) in sites]


def contradictions(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Rows that must not be, by what is wrong with them."""
    found = {name: rows(database_url, query) for name, query in CONTRADICTIONS.items()}
    return {name: wrong for name, wrong in found.items() if wrong}
