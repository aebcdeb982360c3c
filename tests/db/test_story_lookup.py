"""What the index of stories answers, on both databases: one asks step by step, one all at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert

from db.driver import Statement, driver_of
from db.models import StoryParagraph, StoryShingle
from db.story_lookup import STORY_OF_SAME_TEXT, LookedUp, SameText, Wanted, look_up

if TYPE_CHECKING:
    from db.session import Database

STOPPED, SHOWN_ONCE, UNKNOWN = 7, 8, 9
WHOLE, WITHOUT_STOPPED = range(64), range(50, 100)
"""Shingles: fewer paragraphs may bring some into the sample that were too many before."""


def sample_without(paragraphs: set[int]) -> list[int]:
    return list(WITHOUT_STOPPED if STOPPED in paragraphs else WHOLE)


def rows_of(shingles: range) -> list[tuple[int, int, int]]:
    return [(each, each % 3, 20_000) for each in shingles]


def test_what_the_stop_list_names_is_left_out_and_nothing_is_missing(database: Database) -> None:
    shown_by = {STOPPED: {1, 2}, SHOWN_ONCE: {1}}
    columns = ("hash", "story_id", "day")
    shingles = [dict(zip(columns, row, strict=True)) for row in rows_of(range(200))]
    paragraphs = [
        {"hash": each, "story_id": story_id}
        for each, stories in shown_by.items()
        for story_id in stories
    ]
    wanted = Wanted([STOPPED, SHOWN_ONCE, UNKNOWN], sample_without)
    with database.write() as session:
        session.execute(insert(StoryShingle), shingles)
        session.execute(insert(StoryParagraph), paragraphs)
        found = look_up(driver_of(session), wanted)
        of_others = look_up(driver_of(session), wanted, besides=2)
    for known, sample in ((found, WITHOUT_STOPPED), (of_others, WHOLE)):
        expected = LookedUp(None, shown_by, list(sample), rows_of(sample))
        assert known._replace(rows=sorted(known.rows)) == expected


def test_an_equal_text_is_found_by_its_hash_before_any_table_was_analysed(
    database: Database,
) -> None:
    explained = Statement(
        sqlite=f"EXPLAIN QUERY PLAN {STORY_OF_SAME_TEXT.sqlite}",
        postgresql=f"EXPLAIN {STORY_OF_SAME_TEXT.postgresql}",
    )
    with database.read() as session:
        driver = driver_of(session)
        at = datetime(2026, 1, 31, tzinfo=UTC)
        same = SameText(1, bytes(16), since=at, until=at, version=1)._asdict()
        values = same | {"since": driver.time(at), "until": driver.time(at)}
        plan = str(driver.rows(explained, values))
    assert "ix_articles_content_hash" in plan
    assert "ix_articles_sort_at_id" not in plan
