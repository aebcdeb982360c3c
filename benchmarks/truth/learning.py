"""The same pages, learned twice: in another order, by another number of workers, with kills."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from benchmarks.truth.sites import SITES, generated_page, text_of
from benchmarks.truth.watched import ROOT
from db import migrate
from db.session import Database
from pipelines.profile_packs import export_profile
from pipelines.urls import site_of

KILLS = 10
SEED = 20261123


def check_learning(folder: Path, *, pages: int, other_url: str | None = None) -> list[str]:
    """What was not as it must be: a calm run by one worker beside a killed one by two.

    Args:
        folder: For databases and logs.
        pages: How many of them.
        other_url: An empty database for the killed run. None: an SQLite file of its own.
    """
    calm, killed = str(folder / "calm.db"), other_url or str(folder / "killed.db")
    for url in (calm, killed):
        with Database(url) as database:
            migrate.upgrade(database)
    seconds = learn(calm, pages, seed=1, workers=1).wait_seconds()
    print(f"{pages} pages learned calmly in {seconds:.0f} s", flush=True)
    deaths = kill_again_and_again(killed, pages, within=seconds)
    print(f"the same in another order, killed {deaths} times", flush=True)
    problems = [] if profiles(calm) == profiles(killed) else ["the profiles differ"]
    for url, workers in ((calm, 2), (killed, 1)):
        reclean(url, workers)
    found = texts(calm)
    problems += [] if found == texts(killed) else ["the texts differ"]
    wrong = sum(said != text_of(number) for number, said in found)
    problems += [] if len(found) == pages and not wrong else [f"{wrong} texts are not right"]
    digest = hashlib.sha256(profiles(calm).encode()).hexdigest()[:12]
    print(f"{len(found)} articles on both sides, {wrong} wrong; profiles {digest} on both")
    return problems


class Learner:
    """A running learner."""

    def __init__(self, arguments: list[str]) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.truth.learner", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def wait_seconds(self) -> float:
        """How long it took to its end."""
        code = self.process.wait()
        if code != 0:
            raise RuntimeError(f"the learner ended with {code}")
        return time.monotonic() - self._started


def learn(url: str, pages: int, *, seed: int, workers: int) -> Learner:
    return Learner([url, str(pages), str(seed), str(workers)])


def kill_again_and_again(url: str, pages: int, *, within: float) -> int:
    """Learn with kills at seeded moments, spread over what an undisturbed run takes; how many."""
    chance = random.Random(SEED)
    deaths = 0
    for attempt in range(KILLS):
        learner = learn(url, pages, seed=attempt + 2, workers=2)
        try:
            learner.process.wait(timeout=2 + chance.uniform(0, 0.6) * within / KILLS)
        except subprocess.TimeoutExpired:
            learner.process.send_signal(signal.SIGKILL)
            deaths += learner.process.wait() == -signal.SIGKILL
    learn(url, pages, seed=0, workers=2).wait_seconds()
    return deaths


def profiles(url: str) -> str:
    """The export of every site, one after the other."""
    sites = sorted({site_of(generated_page(number).url) for number in range(SITES)})
    with Database(url) as database, database.write() as session:
        return "".join(export_profile(session, site) for site in sites)


def texts(url: str) -> list[tuple[int, str]]:
    """Every article's number and text."""
    with Database(url) as database, database.read() as session:
        rows = session.execute(text("SELECT url, text FROM articles"))
        return sorted((int(row.url.rsplit("-", 1)[1]), row.text) for row in rows)


def reclean(url: str, workers: int) -> None:
    """With the profile that both have now, by as many workers."""
    subprocess.run(
        [sys.executable, "-m", "crawler.cli.main", "reclean", "--db", url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "WINNOW_WORKERS": str(workers)},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
