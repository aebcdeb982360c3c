"""How like an article's text is to those of known stories; asks the database.

docs/stories.md states the rules for people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from db import stories as rows
from db import story_index as index
from db.driver import driver_of
from db.errors import NotFound
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
from pipelines.stories.candidates import WINDOW_DAYS, find_candidates
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

KIN_RULES = frozenset({"jaccard", "full_containment", "number_overlap"})
"""Rules that a part of a text fails, for being a part, or a later version of it."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLookedUp:
    """An article's text and what the index knows of it."""

    traits: StoryTraits
    known: LookedUp

    def new_paragraphs(self, kin: Set[int], *, story_id: int | None) -> list[int]:
        """Those to count for a story, without such as stories of its kin show: they count once."""
        shown_by = self.known.shown_by
        own = [it for it in self.traits.paragraphs if not shown_by.get(it, _NO_STORIES) & kin]
        return index.telling_paragraphs(own, shown_by, story_id=story_id)


def look_up_text(
    driver: Driver,
    article: ToldArticle,
    *,
    same: SameText | None = None,
    besides: int | None = None,
) -> TextLookedUp:
    """Ask the index for what it knows of an article's text.

    Args:
        driver: Of the transaction.
        article: The article.
        same: Which text would be equal. None: that is not asked.
        besides: A story that is left out of the stop-list. None: none.
    """
    traits = _traits(article)
    wanted = Wanted(traits.paragraphs, partial(sample_without, traits), same)
    return TextLookedUp(traits=traits, known=look_up(driver, wanted, besides=besides))


def _traits(article: ToldArticle) -> StoryTraits:
    if article.traits is not None:
        return article.traits
    return story_traits(article.text, [*article.authors, *article.credits])


def likenesses_of(session: Session, article_id: int) -> list[Likeness]:
    """The stories that share shingles with a stored article, with their figures; likeliest first.

    Raises:
        NotFound: There is no such article.
    """
    article = _read_article(session, article_id)
    own = rows.stories_of(session, [article_id]).get(article_id)
    driver = driver_of(session)
    found = likenesses(driver, article, look_up_text(driver, article, besides=own))
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


def likenesses(driver: Driver, article: ToldArticle, text: TextLookedUp) -> list[Likeness]:
    """The stories in the window that share shingles with an article, most of them first."""
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


def _stopped(driver: Driver, text: TextLookedUp, others: Iterable[Sketch]) -> set[int]:
    """Of the paragraphs of a text and of others those that the stop-list names."""
    stopped = stop_list(text.known.shown_by)
    theirs = set(chain.from_iterable([shown_paragraphs(each) for each in others]))
    theirs.difference_update(text.traits.paragraphs)
    if theirs:
        stopped |= stop_list(paragraph_stories(driver, sorted(theirs)))
    return stopped


def _rank(likeness: Likeness) -> tuple[bool, float]:
    return likeness.verdict is Verdict.SAME, likeness.figures.jaccard


def kin_of(found: Sequence[Likeness]) -> set[int]:
    """Stories of the same text, but shorter or with other numbers: they make no furniture of it."""
    return {it.story_id for it in found if not set(failed_rules(it.figures)) - KIN_RULES}


def _sketch_of(text: StoryText) -> Sketch:
    packed = PackedSketch(paragraphs=text.paragraphs, shingles=text.shingles, names=text.names)
    return unpack_sketch(packed, site=text.site)


def _read_article(session: Session, article_id: int) -> ToldArticle:
    found = rows.article_rows(session, [article_id])
    if not found:
        raise NotFound(f"no article {article_id}")
    return told_article(found[0])


def _texts_of(session: Session, found: Sequence[Likeness]) -> list[RowMapping]:
    return rows.article_rows(session, [it.article_id for it in found])
