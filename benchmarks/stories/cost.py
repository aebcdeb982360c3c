"""What assigning costs as the index grows: assignments a second, look-ups, bytes an article.

Counted is what the one writer does. The traits of a text (its sketch and all else that needs no
other text), which a crawl makes in its worker processes, are made before, and their cost is said
apart; the rows of articles are stored before, and
without their texts.

A size is a number of whole rounds of texts, and the last of them is measured from its first article
to its last: early in a round nearly every text begins a story, late in it most are copies.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import insert, text

from benchmarks.clocks import cpu_clock
from benchmarks.stories.archive import BATCH_ARTICLES, bare_row
from benchmarks.stories.filling import Filler
from db import migrate
from db.driver import driver_of
from db.models import Article
from db.session import Database
from db.stories import lock_assigner
from db.story_lookup import Wanted, look_up
from pipelines.stories.traits import sample_without
from pipelines.story_keeping import assign_new_story

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from benchmarks.stories.cheap_texts import CheapTexts
    from pipelines.stories.records import StoryTraits
    from pipelines.story_likeness import ToldArticle

LOOK_UPS = 2_000
ROUNDS_A_LINE = 10
MIN_PER_SECOND = 1_000
"""On SQLite, where all of the work is counted; of PostgreSQL only the look-ups are judged."""
MAX_LOOKUP_MS = 2.0
STORY_TABLES = (
    "stories",
    "story_members",
    "story_texts",
    "story_shingles",
    "story_paragraphs",
    "story_links",
)


@dataclass(slots=True)
class Clock:
    """Seconds of what was measured."""

    cpu: float = 0.0
    wall: float = 0.0


def measure_cost(counts: list[int], url: str, texts: CheapTexts) -> list[str]:
    """Print the curve; one line for each bar that is missed.

    Args:
        counts: Articles in the index, at least; made full rounds of the texts.
        url: Of an empty database.
        texts: To store.
    """
    size = len(texts.numbers(0))
    print(f"measured: the last {size} articles of each size, a round of texts", flush=True)
    with Database(url) as database:
        migrate.upgrade(database)
        return _measure(database, texts, sorted({-(-count // size) for count in counts}))


def _measure(database: Database, texts: CheapTexts, rounds: list[int]) -> list[str]:
    below: list[str] = []
    stored = 0
    for count in rounds:
        _fill(database, texts, range(stored, count - 1))
        measured = texts.numbers(count - 1)
        clock = store(database, texts, measured)
        stored = count
        below += _judge_assigning(database, clock, measured)
        below += _judge_look_ups(database, texts, measured[-1])
        print(
            f"{'':>19} the traits of a text just now: {texts.traits_ms():.2f} ms CPU",
            flush=True,
        )
    return below


def _fill(database: Database, texts: CheapTexts, rounds: range) -> None:
    """Store these rounds: the first of all is assigned, others are copied from it."""
    if not rounds:
        return
    if rounds[0] == 0:
        store(database, texts, texts.numbers(0))
    filler = Filler(database, texts)
    for turn in rounds[1 if rounds[0] == 0 else 0 :]:
        filler.add_round(turn)
        if turn % ROUNDS_A_LINE == 0:
            print(f"{texts.numbers(turn)[-1]:>9} articles stored", flush=True)
    filler.settle()


def store(database: Database, texts: CheapTexts, numbers: range) -> Clock:
    """Store these articles in batches; what their assignment took, commits included."""
    clock = Clock()
    for start in range(numbers.start, numbers.stop, BATCH_ARTICLES):
        batch = range(start, min(start + BATCH_ARTICLES, numbers.stop))
        _store_batch(database, [texts.article(each) for each in batch], clock)
    return clock


def _store_batch(database: Database, batch: list[ToldArticle], clock: Clock) -> None:
    with database.write() as session:
        session.execute(insert(Article), [bare_row(article) for article in batch])
    with database.write() as session:
        cpu_seconds = cpu_clock(session)
        wall, cpu = time.perf_counter(), cpu_seconds()
        lock_assigner(session)
        for article in batch:
            assign_new_story(session, article)
    clock.wall += time.perf_counter() - wall
    clock.cpu += cpu_seconds() - cpu


def _judge_assigning(database: Database, clock: Clock, measured: range) -> list[str]:
    stored, count = measured[-1], len(measured)
    size = ""
    if database.is_sqlite:
        size = f", {_story_bytes(database) / stored:.0f} bytes an article"
    print(
        f"{stored:>9} articles: {count / clock.cpu:6.0f} assignments a second of CPU "
        f"({1000 * clock.cpu / count:.2f} ms each; "
        f"{1000 * clock.wall / count:.2f} ms went by){size}",
        flush=True,
    )
    if database.is_sqlite and count / clock.cpu < MIN_PER_SECOND:
        return [f"{count / clock.cpu:.0f} assignments a second at {stored}"]
    return []


def _judge_look_ups(database: Database, texts: CheapTexts, stored: int) -> list[str]:
    """Half of texts that the index knows, old and young, half of new ones."""
    numbers = [
        *range(1, stored + 1, 2 * max(stored // LOOK_UPS, 1)),
        *range(stored + 1, stored + 1 + LOOK_UPS // 2),
    ]
    with database.read() as session:
        cpu_seconds = cpu_clock(session)
        known = (texts.article(each).traits for each in numbers)
        clocks = [_looked_up(session, it, cpu_seconds) for it in known if it is not None]
    cpu = sorted(1000 * clock.cpu for clock in clocks)
    wall = sorted(1000 * clock.wall for clock in clocks)
    middle, late = len(numbers) // 2, len(numbers) * 99 // 100
    print(
        f"{'':>19} look-up p50 {cpu[middle]:.2f} ms, p99 {cpu[late]:.2f} ms CPU; "
        f"p50 {wall[middle]:.2f} ms, p99 {wall[late]:.2f} ms went by",
        flush=True,
    )
    return [f"look-up p99 {cpu[late]:.2f} ms at {stored}"] if cpu[late] > MAX_LOOKUP_MS else []


def _looked_up(session: Session, traits: StoryTraits, cpu_seconds: Callable[[], float]) -> Clock:
    """Of asking the index for what it knows of a text."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    wanted = Wanted(traits.paragraphs, partial(sample_without, traits))
    look_up(driver_of(session), wanted)
    return Clock(cpu=cpu_seconds() - cpu, wall=time.perf_counter() - wall)


def _story_bytes(database: Database) -> float:
    """Of the tables and indexes of stories in an SQLite file."""
    names = ", ".join(f"'{name}'" for name in STORY_TABLES)
    ours = f"SELECT name FROM sqlite_schema WHERE tbl_name IN ({names})"
    query = text(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({ours})")
    with database.read() as session:
        return float(session.scalar(query) or 0)
