"""Which story an article belongs to; part of storing, so it asks the database.

docs/stories.md states the rules for people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from db import stories as rows
from db import story_index as index
from db import story_writing as writing
from db.driver import driver_of
from db.errors import NotFound
from db.models import MemberReason
from db.story_index import Entry, Link
from db.story_lookup import (
    LookedUp,
    SameText,
    StoryText,
    Wanted,
    look_up,
    paragraph_stories,
    stop_list,
    story_texts,
)
from db.story_writing import NewMember
from pipelines.stories.candidates import (
    WINDOW_DAYS,
    find_candidates,
    index_change,
)
from pipelines.stories.records import STORY_VERSION, Figures, PackedSketch, StoryTraits, Verdict
from pipelines.stories.rule import compare, compare_sides, failed_rules, side_of, verdict
from pipelines.stories.sketch import make_sketch, shown_paragraphs, unpack_sketch
from pipelines.stories.traits import sample_without, story_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from db.driver import Driver
    from pipelines.stories.records import Sketch


MIN_EXACT_WORDS = 20
"""A shorter text (`Weather: sunny`) may well be equal by chance."""
KIN_RULES = frozenset({"jaccard", "full_containment", "number_overlap"})
"""Rules that a part of a text fails, for being a part, or a later version of it."""
MAX_TEXTS = 4
"""By which a story is recognised; those after the first are only compared with, not looked up."""
MIN_JACCARD_OF_ONE_TEXT = 0.8
"""A member that is less like those known shows the story's text in another version."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_STORIES: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldArticle:
    """What deciding about an article's story needs of it."""

    id: int
    text: str
    """One paragraph a line."""
    content_hash: bytes
    word_count: int
    sort_at: datetime
    language: str | None
    site: str
    authors: Sequence[str]
    credits: Sequence[str] = ()
    """Other texts that may name a wire service: what cleaning cut."""
    traits: StoryTraits | None = None
    """What its text alone says. None: it is to be made."""
    former_story: int | None = None
    """Whose number serves again, if it begins a story and that one is free. None: none."""

    @property
    def day(self) -> int:
        """Of sort_at, counted from 1970-01-01."""
        return (self.sort_at - EPOCH).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What one story is to an article."""

    story_id: int
    """0: the article it was compared with is in no story."""
    article_id: int
    """Whose text it was compared with."""
    figures: Figures
    verdict: Verdict
    texts: int = 1
    """By which that story is recognised in the window."""
    is_exact: bool = False
    """Whether the two texts are equal but for spacing, case and punctuation."""


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
    text = _looked_up(driver, article, same=_same_text(article))
    if text.known.same is None:
        return _assign_by_text(driver, article, text)
    writing.join_story(driver, _member(article, text.traits, MemberReason.EXACT), text.known.same)
    return text.known.same


def likenesses_of(session: Session, article_id: int) -> list[Likeness]:
    """The stories that share shingles with a stored article, with their figures; likeliest first.

    Raises:
        NotFound: There is no such article.
    """
    article = _read_article(session, article_id)
    own = rows.stories_of(session, [article_id]).get(article_id)
    driver = driver_of(session)
    found = _likenesses(driver, article, _looked_up(driver, article, besides=own))
    hashes = {it["id"]: it["content_hash"] for it in _texts_of(session, found)}
    return [replace(it, is_exact=hashes.get(it.article_id) == article.content_hash) for it in found]


def compared_with(session: Session, article_id: int, other_id: int) -> Likeness:
    """The figures of two stored articles.

    Raises:
        NotFound: There is no such article.
    """
    one, other = (_read_article(session, each) for each in (article_id, other_id))
    left, right = make_sketch(one.text, site=one.site), make_sketch(other.text, site=other.site)
    every = {*left.hashes, *right.hashes}
    shown_by = paragraph_stories(driver_of(session), sorted(every))
    figures = compare(left, right, stop_list(shown_by))
    return Likeness(
        story_id=rows.stories_of(session, [other_id]).get(other_id, 0),
        article_id=other_id,
        figures=figures,
        verdict=verdict(figures),
        is_exact=one.content_hash == other.content_hash,
    )


def _read_article(session: Session, article_id: int) -> ToldArticle:
    found = rows.article_rows(session, [article_id])
    if not found:
        raise NotFound(f"no article {article_id}")
    return told_article(found[0])


def _texts_of(session: Session, found: Sequence[Likeness]) -> list[RowMapping]:
    return rows.article_rows(session, [it.article_id for it in found])


def told_article(row: RowMapping) -> ToldArticle:
    """A stored article, given db.stories.ARTICLE_COLUMNS of it."""
    return ToldArticle(
        id=int(row["id"]),
        text=str(row["text"]),
        content_hash=bytes(row["content_hash"]),
        word_count=int(row["word_count"]),
        sort_at=row["sort_at"],
        language=row["language"],
        site=str(row["site"]),
        authors=tuple(row["authors"]),
    )


def recognise_by(session: Session, story_id: int, article: ToldArticle) -> None:
    """Make a story recognisable by the text of one of its members."""
    driver = driver_of(session)
    text = _looked_up(driver, article, besides=story_id)
    kin = _kin(_likenesses(driver, article, text))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _LookedUp:
    """An article's text and what the index knows of it."""

    traits: StoryTraits
    known: LookedUp

    def new_paragraphs(self, kin: Set[int], *, story_id: int | None) -> list[int]:
        """Those to count for a story, without such as stories of its kin show: they count once."""
        shown_by = self.known.shown_by
        own = [it for it in self.traits.paragraphs if not shown_by.get(it, _NO_STORIES) & kin]
        return index.telling_paragraphs(own, shown_by, story_id=story_id)


def _looked_up(
    driver: Driver,
    article: ToldArticle,
    *,
    same: SameText | None = None,
    besides: int | None = None,
) -> _LookedUp:
    traits = _traits(article)
    wanted = Wanted(traits.paragraphs, partial(sample_without, traits), same)
    return _LookedUp(traits=traits, known=look_up(driver, wanted, besides=besides))


def _traits(article: ToldArticle) -> StoryTraits:
    if article.traits is not None:
        return article.traits
    return story_traits(article.text, [*article.authors, *article.credits])


def _assign_by_text(driver: Driver, article: ToldArticle, text: _LookedUp) -> int:
    found = _likenesses(driver, article, text)
    links = [_link_to(it) for it in found if it.verdict in {Verdict.EXCERPT, Verdict.RELATED}]
    same = [each for each in found if each.verdict is Verdict.SAME]
    if same:
        best = max(same, key=lambda each: (each.figures.jaccard, -each.story_id))
        entry = _entry_of_member(article, text, best, kin=_kin(found))
        member = _member(article, text.traits, MemberReason.NEAR)
        writing.join_story(driver, member, best.story_id, entry._replace(links=links))
        return best.story_id
    number = _free_number(driver, article)
    entry = _entry(driver, article, text, story_id=number, kin=_kin(found))
    member = _member(article, text.traits, MemberReason.FIRST)
    return writing.found_story(driver, member, entry._replace(links=links), story_id=number)


def _link_to(likeness: Likeness) -> Link:
    containment = round(likeness.figures.containment, 3)
    return Link(likeness.story_id, likeness.verdict.value, containment)


def _entry_of_member(
    article: ToldArticle, text: _LookedUp, likeness: Likeness, *, kin: Set[int]
) -> Entry:
    """What the index is to know of a story by a copy of its text."""
    is_another_text = likeness.figures.jaccard < MIN_JACCARD_OF_ONE_TEXT
    return Entry(
        text=_story_text(article, text) if is_another_text and likeness.texts < MAX_TEXTS else None,
        paragraphs=text.new_paragraphs(kin, story_id=likeness.story_id),
    )


def _likenesses(driver: Driver, article: ToldArticle, text: _LookedUp) -> list[Likeness]:
    candidates = find_candidates(text.known.rows, day=article.day)
    if not candidates:
        return []
    near = [
        it
        for it in story_texts(driver, candidates)
        if abs(it.day - article.day) <= WINDOW_DAYS
        and it.article_id != article.id
        and it.version == STORY_VERSION
    ]
    own = unpack_sketch(text.traits.sketch, site=article.site)
    sketches = [_sketch_of(it) for it in near]
    stopped = _stopped(driver, text, sketches)
    side = side_of(own, stopped)
    texts = Counter(it.story_id for it in near)
    best: dict[int, Likeness] = {}
    for row, sketch in zip(near, sketches, strict=True):
        figures = compare_sides(side, side_of(sketch, stopped))
        likeness = Likeness(
            story_id=row.story_id,
            article_id=row.article_id,
            figures=figures,
            verdict=verdict(figures),
            texts=texts[row.story_id],
        )
        known = best.get(row.story_id)
        if known is None or _rank(likeness) > _rank(known):
            best[row.story_id] = likeness
    return [best[it] for it in candidates if it in best]


def _stopped(driver: Driver, text: _LookedUp, others: Iterable[Sketch]) -> set[int]:
    """Of the paragraphs of a text and of others those that the stop-list names."""
    stopped = stop_list(text.known.shown_by)
    theirs = set(chain.from_iterable([shown_paragraphs(each) for each in others]))
    theirs.difference_update(text.traits.paragraphs)
    if theirs:
        stopped |= stop_list(paragraph_stories(driver, sorted(theirs)))
    return stopped


def _rank(likeness: Likeness) -> tuple[bool, float]:
    return likeness.verdict is Verdict.SAME, likeness.figures.jaccard


def _kin(found: Sequence[Likeness]) -> set[int]:
    """Stories of the same text, but shorter or with other numbers: they make no furniture of it."""
    return {it.story_id for it in found if not set(failed_rules(it.figures)) - KIN_RULES}


def _sketch_of(text: StoryText) -> Sketch:
    packed = PackedSketch(paragraphs=text.paragraphs, shingles=text.shingles, names=text.names)
    return unpack_sketch(packed, site=text.site)


def _free_number(driver: Driver, article: ToldArticle) -> int | None:
    """The number that its story had, if no other article is in that one."""
    number = article.former_story
    if number is None or writing.is_taken(driver, number, STORY_VERSION):
        return None
    return number


def _entry(
    driver: Driver, article: ToldArticle, text: _LookedUp, *, story_id: int | None, kin: Set[int]
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


def _story_text(article: ToldArticle, text: _LookedUp) -> StoryText:
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
