"""Which story an article belongs to; part of storing, so it asks the database.

docs/stories.md states the rules for people.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from db import stories as rows
from db import story_index as index
from db import story_writing as writing
from db.driver import driver_of
from db.models import MemberReason
from db.story_index import Entry, Link
from db.story_lookup import SameText, StoryText
from db.story_writing import NewMember
from pipelines.stories.candidates import WINDOW_DAYS, index_change
from pipelines.stories.records import STORY_VERSION, StoryTraits, Verdict
from pipelines.story_likeness import (
    Likeness,
    TextLookedUp,
    ToldArticle,
    kin_of,
    likenesses,
    look_up_text,
)

if TYPE_CHECKING:
    from collections.abc import Set

    from sqlalchemy.orm import Session

    from db.driver import Driver

MIN_EXACT_WORDS = 20
"""A shorter text (`Weather: sunny`) may well be equal by chance."""
MAX_TEXTS = 4
"""By which a story is recognised; those after the first are only compared with, not looked up."""
MIN_JACCARD_OF_ONE_TEXT = 0.8
"""A member that is less like those known shows the story's text in another version."""


def assign_story(session: Session, article: ToldArticle) -> int | None:
    """The story of a stored article, decided now if it was not yet. None: it has no text.

    The caller's transaction is the only one that assigns stories until it ends.
    """
    if not article.text:
        return None
    rows.lock_assigner(session)
    known = writing.known_story(driver_of(session), article.id, STORY_VERSION)
    return assign_new_story(session, article) if known is None else known


def assign_new_story(session: Session, article: ToldArticle) -> int:
    """As `assign_story`, for an article with a text that is in no story yet; locked already."""
    driver = driver_of(session)
    text = look_up_text(driver, article, same=_same_text(article))
    if text.known.same is None:
        return _assign_by_text(driver, article, text)
    writing.join_story(driver, _member(article, text.traits, MemberReason.EXACT), text.known.same)
    return text.known.same


def recognise_by(session: Session, story_id: int, article: ToldArticle) -> None:
    """Make a story recognisable by the text of one of its members."""
    driver = driver_of(session)
    text = look_up_text(driver, article, besides=story_id)
    kin = kin_of(likenesses(driver, article, text))
    entry = _entry(driver, article, text, story_id=story_id, kin=kin)
    index.add_entry(driver, story_id, entry)


def _same_text(article: ToldArticle) -> SameText | None:
    """Which text is equal. None: this one is too short to tell a story."""
    if article.word_count < MIN_EXACT_WORDS:
        return None
    window = timedelta(days=WINDOW_DAYS)
    return SameText(
        article_id=article.id,
        content_hash=article.content_hash,
        since=article.sort_at - window,
        until=article.sort_at + window,
        version=STORY_VERSION,
    )


def _assign_by_text(driver: Driver, article: ToldArticle, text: TextLookedUp) -> int:
    found = likenesses(driver, article, text)
    links = [_link_to(it) for it in found if it.verdict in {Verdict.EXCERPT, Verdict.RELATED}]
    same = [each for each in found if each.verdict is Verdict.SAME]
    if same:
        best = max(same, key=lambda each: (each.figures.jaccard, -each.story_id))
        entry = _entry_of_member(article, text, best, kin=kin_of(found))
        member = _member(article, text.traits, MemberReason.NEAR)
        writing.join_story(driver, member, best.story_id, entry._replace(links=links))
        return best.story_id
    number = _free_number(driver, article)
    entry = _entry(driver, article, text, story_id=number, kin=kin_of(found))
    member = _member(article, text.traits, MemberReason.FIRST)
    return writing.found_story(driver, member, entry._replace(links=links), story_id=number)


def _link_to(likeness: Likeness) -> Link:
    containment = round(likeness.figures.containment, 3)
    return Link(likeness.story_id, likeness.verdict.value, containment)


def _entry_of_member(
    article: ToldArticle, text: TextLookedUp, likeness: Likeness, *, kin: Set[int]
) -> Entry:
    """What the index is to know of a story by a copy of its text."""
    is_another_text = likeness.figures.jaccard < MIN_JACCARD_OF_ONE_TEXT
    return Entry(
        text=_story_text(article, text) if is_another_text and likeness.texts < MAX_TEXTS else None,
        paragraphs=text.new_paragraphs(kin, story_id=likeness.story_id),
    )


def _free_number(driver: Driver, article: ToldArticle) -> int | None:
    """The number that its story had, if no other article is in that one."""
    number = article.former_story
    if number is None or writing.is_taken(driver, number, STORY_VERSION):
        return None
    return number


def _entry(
    driver: Driver, article: ToldArticle, text: TextLookedUp, *, story_id: int | None, kin: Set[int]
) -> Entry:
    """What the index is to know of a story by a text of its own; makes room for its shingles."""
    known = text.known
    change = index_change(known.sample, known.rows, day=article.day, kin=kin)
    for hashed, other_id, _ in change.removed:
        index.drop_shingles(driver, other_id, [hashed])
    mine = {row for row in known.rows if row[1] == story_id}
    own = {row[0] for row in mine.difference(change.removed)}
    return Entry(
        text=_story_text(article, text),
        shingles=[each for each in change.added if each not in own],
        paragraphs=text.new_paragraphs(kin, story_id=story_id),
    )


def _story_text(article: ToldArticle, text: TextLookedUp) -> StoryText:
    sketch = text.traits.sketch
    return StoryText(
        article_id=article.id,
        story_id=0,  # of the entry's story, when it is written
        day=article.day,
        version=STORY_VERSION,
        paragraphs=sketch.paragraphs,
        shingles=sketch.shingles,
        names=sketch.names,
        site=article.site,
    )


def _member(article: ToldArticle, traits: StoryTraits, reason: MemberReason) -> NewMember:
    return NewMember(
        article_id=article.id,
        reason=reason,
        version=STORY_VERSION,
        wire_service=traits.wire_service,
        language=article.language,
        site=article.site,
        sort_at=article.sort_at,
    )
