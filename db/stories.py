"""Rows of stories and their members. What makes a story is decided in pipelines/stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)

from db.errors import NotFound
from db.models import Article, MemberReason, Story, StoryMember

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import FromClause, RowMapping
    from sqlalchemy.orm import Session

ARTICLES = cast("Table", Article.__table__)
STORIES = cast("Table", Story.__table__)
MEMBERS = cast("Table", StoryMember.__table__)

ASSIGNER_LOCK = 0x53544F52594E
"""PostgreSQL's advisory lock of who assigns stories: the letters STORYN. SQLite has one writer."""
LOCK = text(f"SELECT pg_advisory_xact_lock({ASSIGNER_LOCK})")

ARTICLE_COLUMNS = (
    "id",
    "text",
    "content_hash",
    "word_count",
    "sort_at",
    "language",
    "site",
    "authors",
)
"""What assigning a stored article needs of it."""

IS_SETTLED = or_(MEMBERS.c.version == bindparam("version"), MEMBERS.c.reason == MemberReason.HAND)
"""Where these rules, or a person, put it."""
IS_UNASSIGNED = (ARTICLES.c.text != "") & or_(MEMBERS.c.article_id.is_(None), not_(IS_SETTLED))
STORY = select(STORIES).where(STORIES.c.id == bindparam("story_id"))
UPDATE_STORY = update(STORIES).where(STORIES.c.id == bindparam("story_id"))


def lock_assigner(session: Session) -> None:
    """From now to the end of the transaction nobody else assigns stories."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(LOCK)


def move_members(session: Session, article_ids: Collection[int], story_id: int) -> None:
    """By hand: these articles are in this story, and stay there."""
    session.execute(
        update(MEMBERS)
        .where(MEMBERS.c.article_id.in_(article_ids))
        .values(story_id=story_id, reason=MemberReason.HAND)
    )


def count_again(session: Session, story_id: int) -> int:
    """Make the row of a story what its members say; without members it goes. How many it has."""
    rows = session.execute(
        select(ARTICLES.c.id, ARTICLES.c.sort_at, ARTICLES.c.language, ARTICLES.c.site)
        .add_columns(MEMBERS.c.wire_service)
        .join(MEMBERS, MEMBERS.c.article_id == ARTICLES.c.id)
        .where(MEMBERS.c.story_id == story_id)
        .order_by(ARTICLES.c.sort_at, ARTICLES.c.id)
    ).all()
    if not rows:
        session.execute(delete(STORIES).where(STORIES.c.id == story_id))
        return 0
    values = {
        "members": len(rows),
        "earliest_id": rows[0].id,
        "wire_service": next((row.wire_service for row in rows if row.wire_service), None),
        "languages": sorted({row.language for row in rows if row.language}),
        "hosts": sorted({row.site for row in rows}),
        "first_seen_at": rows[0].sort_at,
        "last_seen_at": rows[-1].sort_at,
    }
    session.execute(UPDATE_STORY, {"story_id": story_id, **values})
    return len(rows)


def empty_story(session: Session) -> int:
    """The number of a new story that awaits its members; `count_again` fills its row."""
    never = func.now()
    values = {"members": 0, "languages": [], "hosts": []}
    made = insert(STORIES).returning(STORIES.c.id)
    made = made.values(**values, first_seen_at=never, last_seen_at=never)
    return int(session.execute(made).scalar_one())


def member_articles(
    session: Session, story_id: int, *, by_hand: bool = False, limit: int
) -> list[RowMapping]:
    """ARTICLE_COLUMNS of the members of a story, earliest first; only those put there by hand."""
    chosen = (
        select(*(ARTICLES.c[name] for name in ARTICLE_COLUMNS))
        .join(MEMBERS, MEMBERS.c.article_id == ARTICLES.c.id)
        .where(MEMBERS.c.story_id == story_id)
        .order_by(ARTICLES.c.sort_at, ARTICLES.c.id)
        .limit(limit)
    )
    if by_hand:
        chosen = chosen.where(MEMBERS.c.reason == MemberReason.HAND)
    return list(session.execute(chosen).mappings())


def article_rows(session: Session, article_ids: Collection[int]) -> list[RowMapping]:
    """ARTICLE_COLUMNS of these articles, earliest first."""
    chosen = select(*(ARTICLES.c[name] for name in ARTICLE_COLUMNS))
    chosen = chosen.where(ARTICLES.c.id.in_(article_ids))
    return list(session.execute(chosen.order_by(ARTICLES.c.sort_at, ARTICLES.c.id)).mappings())


def stories_of(session: Session, article_ids: Collection[int]) -> dict[int, int]:
    """Story by article, for those that are in one."""
    chosen = select(MEMBERS.c.article_id, MEMBERS.c.story_id).where(
        MEMBERS.c.article_id.in_(article_ids)
    )
    return {row.article_id: row.story_id for row in session.execute(chosen)}


def placed_by_hand(session: Session, article_ids: Collection[int]) -> set[int]:
    """Those of these articles that a person put into the story they are in."""
    chosen = select(MEMBERS.c.article_id).where(
        MEMBERS.c.article_id.in_(article_ids), MEMBERS.c.reason == MemberReason.HAND
    )
    return {row.article_id for row in session.execute(chosen)}


def require_story(session: Session, story_id: int) -> RowMapping:
    """The row of a story.

    Raises:
        NotFound: There is none with this number.
    """
    row = session.execute(STORY, {"story_id": story_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no story {story_id}: `winnow stories list` shows their numbers")
    return row


def forget_assignments(session: Session) -> None:
    """Every article is to be looked at again, but those that a person put where they are."""
    by_hand = MEMBERS.c.reason == MemberReason.HAND
    session.execute(update(MEMBERS).where(~by_hand).values(version=0))


def hand_made_stories(session: Session) -> list[int]:
    """Stories with members that a person put there."""
    chosen = select(MEMBERS.c.story_id).where(MEMBERS.c.reason == MemberReason.HAND).distinct()
    return list(session.scalars(chosen.order_by(MEMBERS.c.story_id)))


def leave_story(session: Session, article_id: int) -> None:
    """An article is in no story for the moment; `count_again` makes its story's row true."""
    session.execute(delete(MEMBERS).where(MEMBERS.c.article_id == article_id))


def count_unassigned(session: Session, version: int) -> int:
    """Articles with a text that these rules have not put into a story yet."""
    chosen = select(func.count()).select_from(_with_members()).where(IS_UNASSIGNED)
    return int(session.scalar(chosen, {"version": version}) or 0)


def unassigned_articles(
    session: Session, version: int, *, after: tuple[datetime, int] | None, limit: int
) -> list[RowMapping]:
    """The next of them, by sort_at and number: ARTICLE_COLUMNS, story_id and wire_service."""
    chosen = (
        select(*(ARTICLES.c[name] for name in ARTICLE_COLUMNS))
        .add_columns(MEMBERS.c.story_id, MEMBERS.c.wire_service)
        .select_from(_with_members())
        .where(IS_UNASSIGNED)
        .order_by(ARTICLES.c.sort_at, ARTICLES.c.id)
        .limit(limit)
    )
    if after is not None:
        later = or_(
            ARTICLES.c.sort_at > after[0],
            (ARTICLES.c.sort_at == after[0]) & (ARTICLES.c.id > after[1]),
        )
        chosen = chosen.where(ARTICLES.c.sort_at >= after[0], later)
    return list(session.execute(chosen, {"version": version}).mappings())


def drop_empty(session: Session) -> None:
    """Stories without a member go."""
    has_member = exists().where(MEMBERS.c.story_id == STORIES.c.id)
    session.execute(delete(STORIES).where(~has_member))


def _with_members() -> FromClause:
    return ARTICLES.outerjoin(MEMBERS, MEMBERS.c.article_id == ARTICLES.c.id)
