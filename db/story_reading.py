"""Stories as they are stored, for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from db.models import Article, Story, StoryLink, StoryMember
from db.stories import require_story

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from db.time_order import Place

MAX_MEMBERS = 1_000
"""Of one story in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory:
    """Articles that tell the same text."""

    id: int
    members: int
    title: str | None
    """Of the earliest copy."""
    earliest_id: int | None
    """The article that was published first. None: it was forgotten."""
    wire_service: str | None
    """Key of the agency that a member credits. None: none is named."""
    languages: tuple[str, ...]
    hosts: tuple[str, ...]
    first_seen_at: datetime
    """The earliest sort_at of its members."""
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMember:
    """One article of a story."""

    article_id: int
    reason: str
    """`first`, `exact`, `near` or `hand`."""
    wire_service: str | None
    url: str
    title: str | None
    site: str
    language: str | None
    sort_at: datetime
    word_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """Another story that shares much of the text."""

    story_id: int
    """The other one."""
    kind: str
    """`excerpt` or `related`."""
    containment: float
    title: str | None


def list_stories(
    session: Session, *, min_members: int, since: datetime | None, limit: int
) -> list[StoredStory]:
    """Stories with so many members, those seen last first."""
    chosen = select(Story, Article.title).outerjoin(Article, Article.id == Story.earliest_id)
    chosen = chosen.where(Story.members >= min_members)
    if since is not None:
        chosen = chosen.where(Story.last_seen_at >= since)
    rows = session.execute(chosen.order_by(Story.last_seen_at.desc(), Story.id).limit(limit))
    return [_stored_story(row.Story, row.title) for row in rows]


def get_story(session: Session, story_id: int) -> StoredStory:
    """One story.

    Raises:
        NotFound: There is none with this number.
    """
    require_story(session, story_id)
    chosen = select(Story, Article.title).outerjoin(Article, Article.id == Story.earliest_id)
    row = session.execute(chosen.where(Story.id == story_id)).one()
    return _stored_story(row.Story, row.title)


def members_of(session: Session, story_id: int) -> list[StoredMember]:
    """The articles of a story, earliest first, at most MAX_MEMBERS."""
    rows = session.execute(
        select(StoryMember, Article)
        .join(Article, Article.id == StoryMember.article_id)
        .where(StoryMember.story_id == story_id)
        .order_by(Article.sort_at, Article.id)
        .limit(MAX_MEMBERS)
    )
    return [
        StoredMember(
            article_id=article.id,
            reason=member.reason.value,
            wire_service=member.wire_service,
            url=article.url,
            title=article.title,
            site=article.site,
            language=article.language,
            sort_at=article.sort_at,
            word_count=article.word_count,
        )
        for member, article in rows
    ]


def links_of(session: Session, story_id: int) -> list[StoredLink]:
    """The stories that a story is linked with, those that share most first."""
    forth = (StoryLink.other_id, StoryLink.story_id)
    return sorted(
        [each for ends in (forth, forth[::-1]) for each in _links(session, story_id, ends)],
        key=lambda link: (-link.containment, link.story_id),
    )


def shown_before(
    session: Session,
    story_ids: Sequence[int],
    conditions: Sequence[ColumnElement[bool]],
    *,
    down_to: Place,
) -> set[int]:
    """Those of these stories with a member, at or before this place of the list, that is found."""
    at_once = (Article.sort_at == down_to.sort_at) & (Article.id >= down_to.article_id)
    before = or_(Article.sort_at > down_to.sort_at, at_once)
    chosen = (
        select(StoryMember.story_id)
        .join(Article, Article.id == StoryMember.article_id)
        .where(StoryMember.story_id.in_(story_ids), before, *conditions)
    )
    return set(session.scalars(chosen))


def _links(
    session: Session, story_id: int, ends: Sequence[InstrumentedAttribute[int]]
) -> list[StoredLink]:
    other, this = ends
    rows = session.execute(
        select(other.label("other"), StoryLink.kind, StoryLink.containment, Article.title)
        .join(Story, Story.id == other)
        .outerjoin(Article, Article.id == Story.earliest_id)
        .where(this == story_id)
    )
    return [
        StoredLink(story_id=row.other, kind=row.kind, containment=row.containment, title=row.title)
        for row in rows
    ]


def _stored_story(story: Story, title: str | None) -> StoredStory:
    return StoredStory(
        id=story.id,
        members=story.members,
        title=title,
        earliest_id=story.earliest_id,
        wire_service=story.wire_service,
        languages=tuple(story.languages),
        hosts=tuple(story.hosts),
        first_seen_at=story.first_seen_at,
        last_seen_at=story.last_seen_at,
    )
