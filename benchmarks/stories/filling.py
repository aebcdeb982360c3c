"""Rows of a whole round of articles as assigning would have made them, without assigning them.

Rounds are strangers to each other, so the rows of a later one are those of the first with other
numbers and turned hashes. That fills an index of a million articles in minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, insert, select, text

from benchmarks.stories.archive import bare_row
from benchmarks.stories.cheap_texts import SPREAD_DAYS, turn_sketch, turning_key
from db.models import (
    Article,
    Base,
    Story,
    StoryLink,
    StoryMember,
    StoryParagraph,
    StoryShingle,
    StoryText,
)
from db.tables import table_of
from pipelines.stories.records import PackedSketch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from benchmarks.stories.cheap_texts import CheapTexts
    from db.session import Database

Rows = list[dict[str, object]]
NEXT_STORY = "SELECT setval(pg_get_serial_sequence('stories', 'id'), max(id)) FROM stories"
TABLES = (Story, StoryMember, StoryText, StoryShingle, StoryParagraph, StoryLink)


@dataclass(frozen=True, slots=True)
class Shift:
    """What is added to the numbers of the first round."""

    articles: int
    stories: int
    days: int
    key: int
    """Its hashes are turned by."""


class Filler:
    """Adds rounds to an archive whose first round was assigned."""

    def __init__(self, database: Database, texts: CheapTexts) -> None:
        self._database = database
        self._texts = texts
        with database.read() as session:
            last = _last_story(session, texts.numbers(0)[-1])
            self._first = {model.__tablename__: _rows(session, model, last) for model in TABLES}

    def add_round(self, turn: int) -> None:
        """The articles of one round and all that the index says of them."""
        numbers = self._texts.numbers(turn)
        with self._database.write() as session:
            _add(session, Article, [bare_row(self._texts.article(each)) for each in numbers])
            shift = Shift(
                articles=numbers.start - 1,
                stories=session.scalar(select(func.max(Story.id))) or 0,
                days=turn % SPREAD_DAYS,
                key=turning_key(turn),
            )
            for model in TABLES:
                rows = [_shifted(row, shift) for row in self._first[model.__tablename__]]
                _add(session, model, sorted(rows, key=_place) if "hash" in rows[0] else rows)

    def settle(self) -> None:
        """PostgreSQL numbers stories from here on, and looks at its tables, as it does later."""
        if self._database.is_sqlite:
            return
        with self._database.write() as session:
            session.execute(text(NEXT_STORY))
            session.execute(text("ANALYZE"))


def _last_story(session: Session, article_id: int) -> int:
    """Of the articles up to this one."""
    asked = select(func.max(StoryMember.story_id)).where(StoryMember.article_id <= article_id)
    return session.scalar(asked) or 0


def _rows(session: Session, model: type[Base], last: int) -> Rows:
    """Of a table what belongs to the stories up to this one."""
    table = table_of(model)
    story_id = table.c["id" if model is Story else "story_id"]
    asked = select(table).where(story_id <= last).order_by(*table.primary_key)
    found = session.execute(asked).mappings()
    return [dict(row) for row in found]


def _add(session: Session, model: type[Base], rows: Rows) -> None:
    session.execute(insert(table_of(model)), rows)


def _shifted(row: dict[str, object], shift: Shift) -> dict[str, object]:
    """A row of any of the tables: what its columns are called says how they shift."""
    return row | dict(_changes(row, shift))


def _changes(row: dict[str, object], shift: Shift) -> Iterator[tuple[str, object]]:
    is_story = "members" in row
    for name, value in row.items():
        if name in {"article_id", "earliest_id"}:
            yield name, cast("int", value) + shift.articles
        elif name in {"story_id", "other_id"} or (is_story and name == "id"):
            yield name, cast("int", value) + shift.stories
        elif name == "day":
            yield name, cast("int", value) + shift.days
        elif name == "hash":
            yield name, cast("int", value) ^ shift.key
        elif name in {"first_seen_at", "last_seen_at"}:
            yield name, cast("datetime", value) + timedelta(days=shift.days)
    if "shingles" in row:
        blobs = {name: cast("bytes", row[name]) for name in ("paragraphs", "shingles", "names")}
        turned = turn_sketch(PackedSketch(**blobs), shift.key)
        yield from ((name, getattr(turned, name)) for name in blobs)


def _place(row: dict[str, object]) -> tuple[int, int]:
    """In the order of the table."""
    return cast("int", row["hash"]), cast("int", row["story_id"])
