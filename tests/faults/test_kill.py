"""kill -9 at any moment loses nothing, doubles nothing, leaves no half row and no process."""

from __future__ import annotations

import random
import signal
from typing import TYPE_CHECKING

import pytest

from db.maintenance import check, raise_for_problems
from tests.faults.crawls import Crawl, contents, contradictions, rows
from tests.faults.press import Press

if TYPE_CHECKING:
    from pathlib import Path

    from db.session import Database

KILLS = 20
IN_COMMITS = 8
"""Of the kills, those in the midst of a batch's commit."""
SEED = 20261123


def moments() -> list[str]:
    """When each of the crawls is killed, the same at every run of the tests."""
    chance = random.Random(SEED)
    commits = [f"commit:{chance.randint(1, 2)}" for _ in range(IN_COMMITS)]
    times = [f"after:{chance.uniform(0.02, 1.6):.3f}" for _ in range(KILLS - IN_COMMITS)]
    modes = commits + times
    chance.shuffle(modes)
    return modes


@pytest.mark.timeout(280)
def test_a_crawl_killed_twenty_times_ends_like_one_left_alone(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    with Press() as press:
        killed_at, said = [], []
        for moment in moments():
            crawl = Crawl(database_url, press.urls(), tmp_path, mode=moment)
            ended = crawl.wait()
            assert crawl.left_behind() == [], moment
            said.append(ended.said[-300:])
            killed_at.append(
                (moment, ended.exit_code, len(rows(database_url, "SELECT 1 FROM articles")))
            )
        print("killed at", killed_at)  # noqa: T201 - a failure is repeated from these moments
        killed = [moment for moment, code, _ in killed_at if code == -signal.SIGKILL]
        assert len(killed) == KILLS, (killed_at, said)

        press.hurry()
        last = Crawl(database_url, press.urls(), tmp_path).wait()
        assert last.exit_code == 0, last.said
        again = Crawl(database_url, press.urls(), tmp_path).wait()
        assert again.exit_code == 0, again.said

        calm_url = f"sqlite:///{tmp_path / 'calm.db'}"
        more = {"WINNOW_WORKERS": "2"}  # what was learned does not depend on how many
        calm = Crawl(calm_url, press.urls(), tmp_path, settings=more).wait()
        assert calm.exit_code == 0, calm.said

    assert contradictions(database_url) == {}
    assert contents(database_url) == contents(calm_url)
    raise_for_problems(check(database))
