"""A re-index of the stories that is killed in the midst of a transaction."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from db.models import Story, StoryMember, StoryParagraph, StoryShingle, StoryText
from pipelines.stories.records import STORY_VERSION
from pipelines.story_decisions import reindex
from tests.storing import Shelf, words

if TYPE_CHECKING:
    from db.session import Database

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = 12
TABLES = (Story, StoryMember, StoryParagraph, StoryShingle, StoryText)


def all_rows(database: Database) -> list[set[tuple[object, ...]]]:
    """Of every table of stories; lists in them as text."""
    with database.read() as session:
        return [
            {tuple(map(str, row)) for row in session.execute(select(*table.__table__.columns))}
            for table in TABLES
        ]


def assigned(database: Database) -> int:
    with database.read() as session:
        done = select(func.count()).where(StoryMember.version == STORY_VERSION)
        return session.scalar(done) or 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_killed_reindex_ends_as_an_undisturbed_one(database_url: str, database: Database) -> None:
    with database.write() as session:
        shelf = Shelf(session)
        for number in range(ARTICLES):
            lines = [words(number % 5 * 100 + line, 30) for line in range(number // 5, 8)]
            shelf.put(f"https://paper{number}.example/2026/03/a", "\n".join(lines))
    assert reindex(database, lambda _: None) == ARTICLES
    undisturbed = all_rows(database)

    command = [sys.executable, "-m", "tests.faults.killed_reindex", database_url, "7"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert assigned(database) == 4

    assert reindex(database, lambda _: None) == ARTICLES - 4
    assert all_rows(database) == undisturbed
