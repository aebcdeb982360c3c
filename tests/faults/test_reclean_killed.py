"""kill -9 in the midst of a re-clean loses nothing, doubles nothing, and it goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from db.maintenance import check, raise_for_problems
from db.models import Article, CutBlock, Revision
from tests.small_site import PROMPT, crawl_blindly, fetched_story, paragraphs, story_url

if TYPE_CHECKING:
    from pathlib import Path

    from db.session import Database

STORIES = 150
PATIENCE_SECONDS = 60.0


def start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawler.cli.main", "reclean", "--db", url, "--json"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def repaired(database: Database) -> int:
    with database.read() as session:
        done = select(func.count()).select_from(Article).where(Article.profile_version != 0)
        return session.scalar(done) or 0


@pytest.mark.timeout(200)
def test_a_killed_reclean_goes_on_where_it_was(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    crawl_blindly(database, map(fetched_story, range(STORIES)))
    assert repaired(database) == 0
    process = start(database_url, tmp_path)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not repaired(database) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, (tmp_path / "log").read_text()
    half = repaired(database)
    assert 0 < half < STORIES
    assert_whole(database, half)

    assert start(database_url, tmp_path).wait() == 0, (tmp_path / "log").read_text()
    assert f"{STORIES - half}/{STORIES - half} done" in (tmp_path / "log").read_text()
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
