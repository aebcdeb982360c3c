"""The index that finds stories: shingles, paragraphs of the stop-list, texts to compare with."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import text

from db.driver import Statement, for_both, for_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from db.driver import Driver

STOP_LIST_STORIES = 2
"""A paragraph that so many stories show says nothing about the next one."""
MAX_PARAGRAPH_STORIES = STOP_LIST_STORIES + 1
"""More rows of a paragraph would say nothing more."""
PARAGRAPH_NUMBERS = 4
"""Hash, words, shingles and names of each paragraph of a text, packed side by side."""


class StoryText(NamedTuple):
    """A text by which a story is recognised, packed as pipelines.stories.sketch does."""

    article_id: int
    story_id: int
    day: int
    """Of its sort_at, counted from 1970-01-01."""
    version: int
    paragraphs: bytes
    shingles: bytes
    names: bytes
    site: str
    """Of its article."""


KNOWN_SHINGLES = for_list("SELECT hash, story_id, day FROM story_shingles WHERE hash IN ({list})")
KNOWN_PARAGRAPHS = for_list("SELECT hash, story_id FROM story_paragraphs WHERE hash IN ({list})")
TEXTS = for_list(
    "SELECT article_id, story_id, day, version, paragraphs, shingles, names, articles.site "
    "FROM story_texts JOIN articles ON articles.id = article_id "
    "WHERE story_id IN ({list}) ORDER BY story_id, article_id"
)
ADD_SHINGLES = Statement(
    # A row a time, in the order of the table: twice as fast there as a list.
    sqlite="INSERT INTO story_shingles (hash, story_id, day) VALUES (?, ?, ?) "
    "ON CONFLICT (hash, story_id) DO NOTHING",
    postgresql="INSERT INTO story_shingles (hash, story_id, day) "
    "SELECT unnest(CAST(%(list)s AS bigint[])), %(story_id)s, %(day)s "
    "ON CONFLICT (hash, story_id) DO NOTHING",
)
ADD_PARAGRAPHS = Statement(
    sqlite="INSERT INTO story_paragraphs (hash, story_id) VALUES (?, ?)",
    postgresql="INSERT INTO story_paragraphs (hash, story_id) "
    "SELECT unnest(CAST(%(list)s AS bigint[])), %(story_id)s",
)
DROP_SHINGLES = for_both(
    "DELETE FROM story_shingles WHERE story_id = :story_id AND hash IN ({list})"
)
DROP_PARAGRAPHS = for_both(
    "DELETE FROM story_paragraphs WHERE story_id = :story_id AND hash IN ({list})"
)
OTHER_VERSION = for_both("SELECT 1 FROM story_texts WHERE version <> :version LIMIT 1")
ADD_TEXT = for_both(
    "INSERT INTO story_texts (article_id, story_id, day, version, paragraphs, shingles, names) "
    "VALUES (:article_id, :story_id, :day, :version, :paragraphs, :shingles, :names) "
    "ON CONFLICT (article_id) DO UPDATE SET story_id = excluded.story_id, day = excluded.day, "
    "version = excluded.version, paragraphs = excluded.paragraphs, "
    "shingles = excluded.shingles, names = excluded.names"
)
DROP_TEXTS = for_both("DELETE FROM story_texts WHERE story_id = :story_id")


def shingle_rows(driver: Driver, shingles: Sequence[int]) -> list[tuple[int, int, int]]:
    """hash, story and day of every story that has one of the shingles."""
    return cast("list[tuple[int, int, int]]", driver.rows_among(KNOWN_SHINGLES, shingles))


def paragraph_stories(driver: Driver, paragraphs: Sequence[int]) -> dict[int, set[int]]:
    """The stories that show each of the paragraphs, at most MAX_PARAGRAPH_STORIES."""
    found: dict[int, set[int]] = {}
    rows = driver.rows_among(KNOWN_PARAGRAPHS, paragraphs)
    for each, story_id in cast("list[tuple[int, int]]", rows):
        found.setdefault(each, set()).add(story_id)
    return found


def stop_list(shown_by: Mapping[int, set[int]], *, besides: int | None = None) -> set[int]:
    """The paragraphs that enough stories show; one story may be left out.

    Args:
        shown_by: As `paragraph_stories` gives it.
        besides: The story to leave out. None: none.
    """
    return {
        each for each, stories in shown_by.items() if len(stories - {besides}) >= STOP_LIST_STORIES
    }


def story_texts(driver: Driver, story_ids: Sequence[int]) -> list[StoryText]:
    """The texts by which these stories are recognised, by story and article."""
    rows = driver.rows_among(TEXTS, story_ids)
    return [StoryText(*row) for row in rows]  # type: ignore[arg-type] # in the order of its columns


def add_text(driver: Driver, new: StoryText, *, shingles: Sequence[int]) -> None:
    """Make a story recognisable by a text: its row, and these of its shingles in the index."""
    driver.run(ADD_TEXT, new._asdict())
    if shingles and driver.is_sqlite:
        rows = [(each, new.story_id, new.day) for each in sorted(shingles)]
        driver.run_many(ADD_SHINGLES.sqlite, rows)
    elif shingles:
        values = {"list": driver.numbers(shingles), "story_id": new.story_id, "day": new.day}
        driver.run(ADD_SHINGLES, values)


def drop_shingles(driver: Driver, story_id: int, hashes: Sequence[int]) -> None:
    """Shingles name this story no longer."""
    driver.run(DROP_SHINGLES, {"list": driver.numbers(hashes), "story_id": story_id})


def drop_texts(driver: Driver, story_id: int) -> None:
    """The story is recognised by nothing any more, as before its first text."""
    shingles: set[int] = set()
    paragraphs: set[int] = set()
    for each in story_texts(driver, [story_id]):
        shingles.update(_numbers(each.shingles))
        paragraphs.update(_numbers(each.paragraphs)[::PARAGRAPH_NUMBERS])
    drop_shingles(driver, story_id, sorted(shingles))
    values = {"list": driver.numbers(sorted(paragraphs)), "story_id": story_id}
    driver.run(DROP_PARAGRAPHS, values)
    driver.run(DROP_TEXTS, {"story_id": story_id})


def has_other_versions(driver: Driver, version: int) -> bool:
    """Whether a text of the index was read by other rules."""
    return driver.first(OTHER_VERSION, {"version": version}) is not None


def count_paragraphs(
    driver: Driver, story_id: int, hashes: Iterable[int], *, shown_by: Mapping[int, set[int]]
) -> None:
    """Note that a story shows these paragraphs.

    Args:
        driver: Of the transaction that assigns stories.
        story_id: The story.
        hashes: Of the paragraphs, distinct.
        shown_by: Of each of them that is known, as `paragraph_stories` gave it just now.
    """
    nobody: set[int] = set()
    new = [it for it in hashes if _says_more(shown_by.get(it, nobody), story_id)]
    if new and driver.is_sqlite:
        driver.run_many(ADD_PARAGRAPHS.sqlite, [(each, story_id) for each in sorted(new)])
    elif new:
        driver.run(ADD_PARAGRAPHS, {"list": driver.numbers(new), "story_id": story_id})


def _says_more(stories: set[int], story_id: int) -> bool:
    """Whether one more row of a paragraph, for this story, says what its rows do not say."""
    return len(stories) < MAX_PARAGRAPH_STORIES and story_id not in stories


def empty_index(session: Session) -> None:
    """No story is recognised by anything, no paragraph is counted, none is linked."""
    for table in ("story_shingles", "story_paragraphs", "story_texts", "story_links"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - these four names


def _numbers(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)
