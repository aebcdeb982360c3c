"""The index that finds stories, written: shingles, paragraphs of the stop-list, texts, links."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from db.driver import Statement, for_both
from db.story_lookup import MAX_PARAGRAPH_STORIES, TEXT_COLUMNS, StoryText, story_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from db.driver import Driver

PARAGRAPH_NUMBERS = 4
"""Hash, words, shingles and names of each paragraph of a text, packed side by side."""


class Link(NamedTuple):
    """To a story that shares much of the text and is another one."""

    other_id: int
    kind: str
    containment: float


class Entry(NamedTuple):
    """What the index is to know of a story from an article of it on."""

    text: StoryText | None = None
    """It is recognised by this one too. None: by none more."""
    shingles: Sequence[int] = ()
    """Of the text, those that are to name the story and do not yet."""
    paragraphs: Sequence[int] = ()
    """That it shows, as `telling_paragraphs` gives them."""
    links: Sequence[Link] = ()
    """Those that are known already stay as they are."""


ADD_SHINGLES = Statement(
    # A row a time, in the order of the table: twice as fast there as a list.
    sqlite="INSERT INTO story_shingles (hash, story_id, day) VALUES (?, ?, ?)",
    postgresql="INSERT INTO story_shingles (hash, story_id, day) "
    "SELECT unnest(CAST(%(added)s AS bigint[])), %(story_id)s, %(day)s",
)
ADD_PARAGRAPHS = Statement(
    sqlite="INSERT INTO story_paragraphs (hash, story_id) VALUES (?, ?)",
    postgresql="INSERT INTO story_paragraphs (hash, story_id) "
    "SELECT unnest(CAST(%(counted)s AS bigint[])), %(story_id)s",
)
ADD_LINKS = Statement(
    sqlite="INSERT INTO story_links (story_id, other_id, kind, containment) "
    "SELECT :story_id, :other_id, :kind, :containment WHERE NOT EXISTS (SELECT 1 FROM story_links "
    "WHERE (story_id = :story_id AND other_id = :other_id) "
    "OR (story_id = :other_id AND other_id = :story_id))",
    postgresql="INSERT INTO story_links (story_id, other_id, kind, containment) "
    "SELECT %(story_id)s, new.other_id, new.kind, new.containment FROM unnest("
    "CAST(%(others)s AS bigint[]), CAST(%(kinds)s AS text[]), "
    "CAST(%(containments)s AS double precision[])) AS new (other_id, kind, containment) "
    "WHERE NOT EXISTS (SELECT 1 FROM story_links AS known "
    "WHERE (known.story_id = %(story_id)s AND known.other_id = new.other_id) "
    "OR (known.story_id = new.other_id AND known.other_id = %(story_id)s))",
)
DROP_SHINGLES = for_both(
    "DELETE FROM story_shingles WHERE story_id = :story_id AND hash IN ({list})"
)
DROP_PARAGRAPHS = for_both(
    "DELETE FROM story_paragraphs WHERE story_id = :story_id AND hash IN ({list})"
)
OTHER_VERSION = for_both("SELECT 1 FROM story_texts WHERE version <> :version LIMIT 1")
ADD_TEXT = for_both(
    f"INSERT INTO story_texts ({TEXT_COLUMNS}) VALUES "  # noqa: S608 - our own words
    "(:article_id, :story_id, :day, :version, :paragraphs, :shingles, :names, :site) "
    "ON CONFLICT (article_id) DO UPDATE SET story_id = excluded.story_id, day = excluded.day, "
    "version = excluded.version, paragraphs = excluded.paragraphs, "
    "shingles = excluded.shingles, names = excluded.names, site = excluded.site"
)
DROP_TEXTS = for_both("DELETE FROM story_texts WHERE story_id = :story_id")


def add_entry(driver: Driver, story_id: int, entry: Entry) -> None:
    """Let the index know it of this story."""
    if not driver.is_sqlite:
        values = {**values_of(driver, entry), "story_id": story_id}
        for statement in statements_of(entry):
            driver.run(statement, values)
        return
    if entry.text is not None:
        driver.run(ADD_TEXT, {**entry.text._asdict(), "story_id": story_id})
        rows = [(each, story_id, entry.text.day) for each in sorted(entry.shingles)]
        driver.run_many(ADD_SHINGLES.sqlite, rows)
    if entry.paragraphs:
        counted = [(each, story_id) for each in sorted(entry.paragraphs)]
        driver.run_many(ADD_PARAGRAPHS.sqlite, counted)
    for link in entry.links:
        driver.run(ADD_LINKS, {**link._asdict(), "story_id": story_id})


def statements_of(entry: Entry) -> tuple[Statement, ...]:
    """Of PostgreSQL, what `add_entry` runs."""
    of_text = (ADD_TEXT, ADD_SHINGLES) if entry.text is not None else ()
    counting = (ADD_PARAGRAPHS,) if entry.paragraphs or of_text else ()
    linking = (ADD_LINKS,) if entry.links else ()
    return (*of_text, *counting, *linking)


def values_of(driver: Driver, entry: Entry) -> dict[str, object]:
    """For `statements_of` the entry, but for the number of its story."""
    lists: dict[str, object] = {
        "added": driver.numbers(entry.shingles),
        "counted": driver.numbers(entry.paragraphs),
    }
    if entry.links:
        others, kinds, containments = zip(*entry.links, strict=True)
        lists |= {"others": list(others), "kinds": list(kinds), "containments": list(containments)}
    return lists if entry.text is None else entry.text._asdict() | lists


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


def telling_paragraphs(
    hashes: Iterable[int], shown_by: Mapping[int, set[int]], *, story_id: int | None
) -> list[int]:
    """Of the paragraphs that a story shows, those of which one more row says something more.

    Args:
        hashes: Of the paragraphs, distinct.
        shown_by: The stories that show each of them.
        story_id: The story. None: a new one.
    """
    nobody: set[int] = set()
    known = ((each, shown_by.get(each, nobody)) for each in hashes)
    return [
        each
        for each, stories in known
        if len(stories) < MAX_PARAGRAPH_STORIES and story_id not in stories
    ]


def empty_index(session: Session) -> None:
    """No story is recognised by anything, no paragraph is counted, none is linked."""
    for table in ("story_shingles", "story_paragraphs", "story_texts", "story_links"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - these four names


def _numbers(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)
