"""Of each story one article: for lists that should not say the same thing twice."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.chunks import chunks
from db.models import Article, StoryMember
from db.newest import newest_ids
from db.search_conditions import found_by
from db.stories import stories_of
from db.story_reading import shown_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from db.query_nodes import Node
    from db.time_order import Place

MAX_READ = 10_000
"""Articles of an answer that are looked through for their stories."""


def one_of_each(session: Session, article_ids: Sequence[int]) -> list[int]:
    """The first of each story, in order; an article without a story is one by itself."""
    first: dict[int, int] = {}
    for article_id, story_id in _stories(session, article_ids).items():
        first.setdefault(story_id, article_id)
    return list(first.values())


def first_of_each_story(session: Session, node: Node | None) -> array[int]:
    """Of all that is found the first article of each story, by number; some 9 bytes each.

    An article without a story is one by itself.
    """
    found = (
        select(Article.id, StoryMember.story_id)
        .outerjoin(StoryMember, StoryMember.article_id == Article.id)
        .where(*([] if node is None else [found_by(node, session.get_bind().dialect.name)]))
        .order_by(Article.id)
    )
    ids, seen = array("q"), bytearray()
    for article_id, story_id in session.execute(found, execution_options={"yield_per": 10_000}):
        if story_id is not None:
            seen.extend(bytes(max(story_id + 1 - len(seen), 0)))
            if seen[story_id]:
                continue
            seen[story_id] = 1
        ids.append(article_id)
    return ids


def newest_of_each_story(
    session: Session, node: Node | None, *, limit: int, after: Place | None = None
) -> list[int]:
    """At most `limit` articles, of each story the newest one found; newest first.

    Args:
        session: Open for reading.
        node: What is looked for. None: every article.
        limit: Of articles.
        after: The place where an earlier page ended: of the stories that it and those before it
            showed none comes again. None: from the newest on.
    """
    found: list[int] = []
    size = limit
    while len(found) < limit:
        size = min(2 * size, MAX_READ)
        ids = newest_ids(session, node, limit=size, after=after)
        found = one_of_each(session, ids)
        if after is not None:
            found = _not_shown_before(session, found, node, down_to=after)
        if len(ids) < size or size == MAX_READ:
            break
    return found[:limit]


def _not_shown_before(
    session: Session, article_ids: Sequence[int], node: Node | None, *, down_to: Place
) -> list[int]:
    """Those whose story has no other article that is found at or before this place."""
    conditions = [] if node is None else [found_by(node, session.get_bind().dialect.name)]
    stories = _stories(session, article_ids)
    wanted = sorted({story_id for story_id in stories.values() if story_id > 0})
    shown: set[int] = set()
    for chunk in chunks(wanted):
        shown |= shown_before(session, chunk, conditions, down_to=down_to)
    return [each for each in article_ids if stories[each] not in shown]


def _stories(session: Session, article_ids: Sequence[int]) -> dict[int, int]:
    """Story by article, in order; minus its own number where it is in none."""
    known: dict[int, int] = {}
    for chunk in chunks(article_ids):
        known |= stories_of(session, chunk)
    return {each: known.get(each, -each) for each in article_ids}
