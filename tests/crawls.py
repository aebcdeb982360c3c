"""Crawls in child processes: Twisted's reactor runs once a process, so each crawl gets its own.

Start one, let it run beside others, wait for it, read the ledger it left.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import Article, Fetch, Page
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
CONTACT = "tests@example.org"
LIMIT_SECONDS = 90.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnd:
    """How a crawl's process ended."""

    exit_code: int
    output: str
    """stdout and stderr."""
    peak_mib: float
    """Resident memory of the crawl's own process; 0 where the system does not tell."""
    seconds: float


class RunningCrawl:
    """A `winnow` command in a process of its own."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self._output = folder / f"output-{time.monotonic_ns()}.txt"
        self._started = time.monotonic()
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crawler.cli.main", *arguments],
                cwd=folder,
                env=_environment() | dict(environ or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self, limit_seconds: float = LIMIT_SECONDS) -> CrawlEnd:
        """Its end; a crawl that does not end in time is killed and fails the test."""
        peak = 0.0
        while self.process.poll() is None:
            peak = max(peak, _peak_mib(self.process.pid))
            if time.monotonic() - self._started > limit_seconds:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"still running after {limit_seconds} s:\n{self.output}")
            time.sleep(POLL_SECONDS)
        return CrawlEnd(
            exit_code=self.process.returncode,
            output=self.output,
            peak_mib=peak,
            seconds=time.monotonic() - self._started,
        )

    @property
    def output(self) -> str:
        """What it said so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")


def start_crawl(
    database: str, *arguments: str, folder: Path, environ: Mapping[str, str] | None = None
) -> RunningCrawl:
    """Begin `winnow crawl`: no delay, a contact, short waits unless the arguments say more."""
    usual = ("--db", database, "--contact", CONTACT, "--delay", "0")
    given = [word for pair in _pairs(usual) if pair[0] not in arguments for word in pair]
    return RunningCrawl(["crawl", *given, *arguments], folder, environ)


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(words[::2], words[1::2], strict=True))


def run_command(
    *arguments: str, folder: Path, environ: Mapping[str, str] | None = None
) -> CrawlEnd:
    """Any `winnow` command, to its end."""
    return RunningCrawl(arguments, folder, environ).wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A page and its attempts, as the ledger has them."""

    page: Page
    fetches: tuple[Fetch, ...]
    article: Article | None

    @property
    def outcome(self) -> str:
        return str(self.page.outcome)

    @property
    def detail(self) -> str:
        return self.page.detail or ""

    @property
    def outcomes(self) -> list[str]:
        """Of every attempt, in order."""
        return [str(fetch.outcome) for fetch in self.fetches]


def read_ledger(database: str) -> dict[str, Ended]:
    """Every page by its URL."""
    with Database(database) as opened, opened.read() as session:
        fetches = defaultdict(list)
        for fetch in session.scalars(select(Fetch).order_by(Fetch.id)):
            fetches[fetch.page_id].append(fetch)
        articles = {article.id: article for article in session.scalars(select(Article))}
        return {
            page.url: Ended(
                page=page,
                fetches=tuple(fetches[page.id]),
                article=articles.get(page.article_id or 0),
            )
            for page in session.scalars(select(Page))
        }


def _environment() -> dict[str, str]:
    """Ours without settings of Winnow that happen to be set, and short batches."""
    environ = {name: value for name, value in os.environ.items() if name[:7] != "WINNOW_"}
    return environ | {"PYTHONPATH": str(ROOT), "WINNOW_BATCH_SECONDS": "0.2"}


def _peak_mib(pid: int) -> float:
    """VmHWM of a process. getrusage would count what its parent had before the exec."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
