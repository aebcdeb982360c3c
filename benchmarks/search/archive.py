"""A synthetic archive: real tables, texts of real length, the words of `words.py`.

Articles come in by their time, as a crawl brings them, but for every twentieth, which is an old
page found late, and a few that are dated years ahead.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import numpy
import xxhash
from sqlalchemy import Table, func, insert, select, text

from benchmarks.search.words import Words, sentences
from db import migrate
from db.models import Article, Source
from db.search_index import write_terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.session import Database

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
YEARS = 2
BATCH_ARTICLES = 2_000
SOURCES = 100
SITES = 200
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "sv", "cs", "fi")
MEDIAN_WORDS = 420
LENGTH_SPREAD = 0.6
"""Of the logarithm: a twentieth of the texts has more than 1,100 words."""
OLD_EVERY = 20
AHEAD_EVERY = 10_000
SECTIONS = ("politics", "business", "sport", "culture", "science", "weather")


def build(database: Database, articles: int, *, seed: int) -> None:
    """Make the database hold so many articles; what is there already stays."""
    migrate.upgrade(database)
    stored = _stored(database)
    if stored == 0:
        _add_sources(database)
    words = Words(seed + stored)
    for first in range(stored, articles, BATCH_ARTICLES):
        count = min(BATCH_ARTICLES, articles - first)
        _add_batch(database, words, range(first + 1, first + count + 1), articles)
        if (first // BATCH_ARTICLES) % 10 == 0:
            print(f"{first + count:>9,} of {articles:,} articles", flush=True)


def tidy(database: Database) -> None:
    """What PostgreSQL does by itself some minutes later."""
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as it:
            it.execute(text("VACUUM ANALYZE articles, search_terms"))


def _stored(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.max(Article.id))) or 0


def _add_sources(database: Database) -> None:
    with database.write() as session:
        for number in range(SOURCES):
            session.add(
                Source(
                    key=f"source{number}",
                    name=f"Source {number}",
                    url=f"https://site{number}.example/",
                    every_seconds=1_800,
                    max_pages=100,
                    reach_back_seconds=604_800,
                    next_due_at=FIRST_DAY,
                    created_at=FIRST_DAY,
                )
            )


def _add_batch(database: Database, words: Words, numbers: range, articles: int) -> None:
    rows = list(_rows(words, numbers, articles))
    with database.write() as session:
        session.execute(insert(cast("Table", Article.__table__)), rows)
        for row in rows:
            write_terms(
                session,
                cast("int", row["id"]),
                title=cast("str", row["title"]),
                authors=cast("list[str]", row["authors"]),
                body=cast("str", row["text"]),
            )


def _rows(words: Words, numbers: range, articles: int) -> Iterator[dict[str, object]]:
    chance = numpy.random.default_rng(numbers[0])
    for number, length in zip(
        numbers,
        words.lengths(len(numbers), median=MEDIAN_WORDS, spread=LENGTH_SPREAD),
        strict=True,
    ):
        body = sentences(words.draw(length))
        publication = min(int(chance.zipf(1.3)), SITES) - 1
        at = _published(number, articles, float(chance.random()))
        yield _row(number, publication, at) | {
            "title": " ".join(words.draw(8)).capitalize(),
            "text": body,
            "word_count": length,
            "blocks": [{"kind": "paragraph", "text": it, "level": 0} for it in body.split("\n")],
            "content_hash": xxhash.xxh3_128_digest(body.encode()),
        }


def _row(number: int, publication: int, at: datetime) -> dict[str, object]:
    site = f"site{publication}.example"
    return {
        "id": number,
        "url_key": xxhash.xxh3_128_digest(str(number).encode()),
        "url": f"https://{site}/{at:%Y/%m/%d}/{number}",
        "site": site,
        "source_id": publication + 1 if publication < SOURCES else None,
        "authors": [f"Ann{number % 97} Lee{number % 53}"],
        "tags": [SECTIONS[number % len(SECTIONS)]],
        "section": SECTIONS[number % len(SECTIONS)],
        "published_at": at,
        "sort_at": at,
        "first_fetched_at": at,
        "fetched_at": at,
        "language": LANGUAGES[publication % len(LANGUAGES)],
        "cleaner_version": 1,
        "profile_version": 0,
    }


def _published(number: int, articles: int, chance: float) -> datetime:
    """In order to within a day, but for what came in late or lies about its date."""
    span = timedelta(days=365 * YEARS)
    if number % AHEAD_EVERY == 0:
        return FIRST_DAY + span + timedelta(days=3_000 * chance)
    if number % OLD_EVERY == 0:
        return FIRST_DAY + span * chance
    return FIRST_DAY + span * (number / articles) - timedelta(days=chance)
