"""Stories split and joined by hand, and the index made anew around those decisions.

Part of storing, so it asks the database. A member that a person put somewhere (`hand`) stays there:
a re-index begins with the stories of such members and deals the others out again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import stories as rows
from db import story_index as index
from db.driver import driver_of
from db.errors import NotFound, QueryRefused
from pipelines.stories.records import STORY_VERSION
from pipelines.story_keeping import assign_story, recognise_by
from pipelines.story_likeness import told_article

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.session import Database

MAX_TEXTS = 8
"""Of one story that a person made: texts by which it is recognised, the earliest ones."""
CHUNK_ARTICLES = 200
"""Assigned in one transaction of a re-index; what an interruption costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """How far a re-index is."""

    done: int
    total: int


def split_story(session: Session, story_id: int, article_ids: Sequence[int]) -> int:
    """Take these members out of a story, into a new one of their own; its number.

    Raises:
        NotFound: There is no such story, or one of these is no member of it.
        QueryRefused: Nothing would be left.
    """
    rows.lock_assigner(session)
    rows.require_story(session, story_id)
    taken = set(article_ids)
    known = rows.stories_of(session, taken)
    strangers = sorted(each for each in taken if known.get(each) != story_id)
    if strangers:
        raise NotFound(f"article {strangers[0]} is not in story {story_id}")
    staying = [
        int(row["id"])
        for row in rows.member_articles(session, story_id, limit=len(taken) + 1)
        if row["id"] not in taken
    ]
    if not staying:
        raise QueryRefused(f"story {story_id} has no other member: nothing to split")
    new_id = rows.empty_story(session)
    rows.move_members(session, taken, new_id)
    rows.move_members(session, staying[:1], story_id)  # what the others are told by stays too
    for each in (story_id, new_id):
        _settle(session, each)
    return new_id


def join_stories(session: Session, story_ids: Sequence[int]) -> int:
    """Make one story of these; the number of the first, which has them all now.

    Raises:
        NotFound: There is no such story.
        QueryRefused: Fewer than two are named.
    """
    rows.lock_assigner(session)
    wanted = list(dict.fromkeys(story_ids))
    if len(wanted) < 2:  # noqa: PLR2004 - one story is joined with nothing
        raise QueryRefused("name two stories or more to join")
    for each in wanted:
        members = int(rows.require_story(session, each)["members"])
        articles = rows.member_articles(session, each, limit=members)
        index.drop_texts(driver_of(session), each)
        rows.move_members(session, [int(row["id"]) for row in articles], wanted[0])
    for each in reversed(wanted):
        _settle(session, each)
    return wanted[0]


def settle_stories(session: Session, story_ids: Collection[int]) -> None:
    """Make stories whole again after articles of them are gone."""
    rows.lock_assigner(session)
    for each in sorted(story_ids):
        _settle(session, each)


def reindex(database: Database, on_progress: Callable[[Reindexed], None]) -> int:
    """Decide about every article again, oldest first; how many were.

    One that was interrupted goes on where it was; so the first one after an upgrade, which looks
    at articles that were stored before there were stories.
    """
    with database.write() as session:
        rows.lock_assigner(session)
        is_over = not rows.count_unassigned(session, STORY_VERSION)
        if is_over or index.has_other_versions(driver_of(session), STORY_VERSION):
            _begin_anew(session)
        total = rows.count_unassigned(session, STORY_VERSION)
    done, after = 0, None
    while True:
        with database.write() as session:
            count, after = _assign_chunk(session, after)
        done += count
        if not count:
            break
        on_progress(Reindexed(done=done, total=max(total, done)))
    with database.write() as session:
        rows.lock_assigner(session)
        rows.drop_empty(session)
    return done


def _begin_anew(session: Session) -> None:
    """Nothing is assigned but what a person did."""
    index.empty_index(session)
    rows.forget_assignments(session)
    for story_id in rows.hand_made_stories(session):
        for row in rows.member_articles(session, story_id, by_hand=True, limit=MAX_TEXTS):
            recognise_by(session, story_id, told_article(row))


def _assign_chunk(
    session: Session, after: tuple[datetime, int] | None
) -> tuple[int, tuple[datetime, int] | None]:
    """How many articles were assigned, and the last of them."""
    rows.lock_assigner(session)
    chunk = rows.unassigned_articles(session, STORY_VERSION, after=after, limit=CHUNK_ARTICLES)
    left: set[int] = set()
    for row in chunk:
        former = row["story_id"]
        if former is not None:
            rows.leave_story(session, int(row["id"]))
            left.add(int(former))
        article = replace(
            told_article(row),
            credits=() if row["wire_service"] is None else (f"({row['wire_service']})",),
            former_story=former,
        )
        assign_story(session, article)
    for story_id in sorted(left):
        rows.count_again(session, story_id)
    last = (chunk[-1]["sort_at"], int(chunk[-1]["id"])) if chunk else after
    return len(chunk), last


def _settle(session: Session, story_id: int) -> None:
    """The row of a story and what it is recognised by, as its members are now."""
    index.drop_texts(driver_of(session), story_id)
    if not rows.count_again(session, story_id):
        return
    texts = rows.member_articles(session, story_id, by_hand=True, limit=MAX_TEXTS)
    for row in texts or rows.member_articles(session, story_id, limit=1):
        recognise_by(session, story_id, told_article(row))
