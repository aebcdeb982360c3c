"""What assigning costs as the index grows: assignments a second, look-ups, bytes an article.

The articles are those of the other figures, seed after seed, spread over the window. Their rows are
stored first and are not counted; a sketch of the text is.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.stories.archive import BATCH_ARTICLES, add_article
from benchmarks.stories.corpus import Corpus, Size
from db import migrate
from db.driver import Driver
from db.session import Database
from db.story_index import look_up
from pipelines.stories.candidates import WINDOW_DAYS
from pipelines.stories.sketch import every_sampled, pack_sketch, paragraph_hashes
from pipelines.story_keeping import assign_new_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from benchmarks.stories.corpus import Told

FIRST_SEED = 10_000
MEASURED = 2_000
"""Articles at the end of each step whose assignment is timed."""
MIN_PER_SECOND = 1_000
MAX_LOOKUP_MS = 2.0
STORY_TABLES = ("stories", "story_members", "story_texts", "story_shingles", "story_paragraphs")


@dataclass(slots=True)
class Step:
    """What was measured at one size."""

    articles: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


def measure_cost(counts: list[int], url: str) -> list[str]:
    """Print the curve; one line for each bar that is missed."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        database_url = url or f"sqlite:///{Path(folder) / 'cost.db'}"
        with Database(database_url) as database:
            migrate.upgrade(database)
            return _measure(database, sorted(counts))


def _measure(database: Database, counts: list[int]) -> list[str]:
    below: list[str] = []
    articles = _articles()
    stored = 0
    for count in counts:
        _store(database, articles, count - stored - MEASURED)
        step = _store(database, articles, MEASURED)
        stored = count
        per_second = step.articles / step.wall_seconds
        lookup = _lookup_p99(database)
        size = (
            f", {_story_bytes(database) / stored:.0f} bytes an article"
            if database.is_sqlite
            else ""
        )
        print(
            f"{stored:>9} articles: {per_second:6.0f} assignments/s "
            f"({1000 * step.cpu_seconds / step.articles:.2f} ms CPU each), "
            f"look-up p99 {lookup:.2f} ms{size}",
            flush=True,
        )
        if per_second < MIN_PER_SECOND:
            below.append(f"{per_second:.0f} assignments a second at {stored}")
        if lookup > MAX_LOOKUP_MS:
            below.append(f"look-up p99 {lookup:.2f} ms at {stored}")
    return below


def _articles() -> Iterator[Told]:
    number = 0
    seed = FIRST_SEED
    while True:
        for told in Corpus(seed, Size()).articles():
            number += 1
            days = seed % (WINDOW_DAYS - 14)
            yield replace(told, number=number, at=told.at + timedelta(days=days))
        seed += 1


def _store(database: Database, articles: Iterator[Told], count: int) -> Step:
    """Store so many more in batches; the time that their assignment took, commits included."""
    step = Step()
    while step.articles < count:
        batch = [next(articles) for _ in range(min(BATCH_ARTICLES, count - step.articles))]
        _store_batch(database, batch, step)
    return step


def _store_batch(database: Database, batch: list[Told], step: Step) -> None:
    with database.write() as session:
        told = [add_article(session, each) for each in batch]
    wall, cpu = time.perf_counter(), time.process_time()
    with database.write() as session:
        for each in told:
            assign_new_story(session, each)
    step.wall_seconds += time.perf_counter() - wall
    step.cpu_seconds += time.process_time() - cpu
    step.articles += len(batch)


def _lookup_p99(database: Database) -> float:
    """Milliseconds of asking the index for what it knows of a new text."""
    texts = [each.text for each in Corpus(7, Size()).articles()[:1_000]]
    with database.read() as session:
        return sorted(_lookup_ms(session, each) for each in texts)[990]


def _lookup_ms(session: Session, article_text: str) -> float:
    sketch = pack_sketch(article_text)
    started = time.perf_counter()
    look_up(Driver(session), every_sampled(sketch), paragraph_hashes(sketch))
    return 1000 * (time.perf_counter() - started)


def _story_bytes(database: Database) -> float:
    """Of the tables and indexes of stories in an SQLite file."""
    names = ", ".join(f"'{name}'" for name in STORY_TABLES)
    ours = f"SELECT name FROM sqlite_schema WHERE tbl_name IN ({names})"
    query = text(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({ours})")
    with database.read() as session:
        return float(session.scalar(query) or 0)
