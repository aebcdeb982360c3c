"""kill -9 in the midst of a re-clean loses nothing, doubles nothing, and it goes on."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from db.maintenance import check, raise_for_problems
from db.models import Article, CutBlock, Revision
from tests.faults.crawls import KILLABLE, ROOT
from tests.small_site import PROMPT, crawl_blindly, fetched_story, paragraphs, story_url

if TYPE_CHECKING:
    from db.session import Database

STORIES = 200
SEED = 20261123


def moments() -> list[str]:
    """When each re-clean is killed, the same at every run of the tests."""
    chance = random.Random(SEED)
    return ["update:2", f"after:{chance.uniform(0.05, 0.3):.3f}"]


def reclean(url: str, mode: str) -> tuple[int, str]:
    """Exit code and what it said."""
    command = [*KILLABLE, mode, "reclean", "--db", url, "--json"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return ended.returncode, ended.stderr


def repaired(database: Database) -> int:
    with database.read() as session:
        done = select(func.count()).select_from(Article).where(Article.profile_version != 0)
        return session.scalar(done) or 0


@pytest.mark.timeout(200)
def test_a_reclean_killed_at_any_moment_goes_on_where_it_was(
    database_url: str, database: Database
) -> None:
    crawl_blindly(database, map(fetched_story, range(STORIES)))
    assert repaired(database) == 0
    for moment in moments():
        code, said = reclean(database_url, moment)
        assert code == -signal.SIGKILL, said
        assert_whole(database, repaired(database))
    left = STORIES - repaired(database)
    assert 0 < left < STORIES

    code, said = reclean(database_url, "never")
    assert code == 0, said
    assert f"{left}/{left} done" in said
    assert_whole(database, STORIES)
    raise_for_problems(check(database))


def assert_whole(database: Database, count: int) -> None:
    """So many articles are repaired, each of them wholly, and no other is touched."""
    with database.read() as session:
        rows = session.execute(select(Article.url, Article.text, Article.profile_version)).all()
        cuts = select(Article.url).join(CutBlock, CutBlock.article_id == Article.id)
        cut = sorted(session.scalars(cuts.where(CutBlock.rule == "site_boilerplate")))
        assert session.scalars(select(Revision)).all() == []
    texts = {row.url: row.text for row in rows}
    done = sorted(row.url for row in rows if row.profile_version)
    assert (len(rows), len(done), cut) == (STORIES, count, done)
    for n in range(STORIES):
        url, (first, *others) = story_url(n), paragraphs(n)
        prompts = [] if url in done else [PROMPT]
        assert texts[url] == "\n".join([first, *prompts, *others])
