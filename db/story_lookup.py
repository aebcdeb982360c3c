"""What the index of stories knows of a text: for every new article, asked before it is assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from db.driver import Statement, for_both, for_list
from db.models import MemberReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from db.driver import Driver

ShingleRow = tuple[int, int, int]
"""hash, story and day: a story has a shingle, since the day of its text."""
STOP_LIST_STORIES = 2
"""A paragraph that so many stories show says nothing about the next one."""
MAX_PARAGRAPH_STORIES = STOP_LIST_STORIES + 1
"""More rows of a paragraph would say nothing more."""


class SameText(NamedTuple):
    """Whose text an article may have, letter by letter."""

    article_id: int
    """The article itself."""
    content_hash: bytes
    since: datetime
    """Of the other's sort_at."""
    until: datetime
    version: int
    """Of the rules that gave the other its story."""


class Wanted(NamedTuple):
    """What a text is looked up by."""

    paragraphs: Sequence[int]
    """Hashes, distinct."""
    sample_without: Callable[[set[int]], Sequence[int]]
    """Its shingles to look up, without these paragraphs."""
    same: SameText | None = None
    """None: an equal text says nothing."""


class LookedUp(NamedTuple):
    """What the index knows of a text."""

    same: int | None
    """The story of an equal text: then the rest was not asked for. None: there is none."""
    shown_by: Mapping[int, set[int]]
    """The stories that show each of its paragraphs, at most MAX_PARAGRAPH_STORIES."""
    sample: Sequence[int]
    """Its shingles to look up, without the stop-list."""
    rows: list[ShingleRow]
    """Of the sample: hash, story and day of every story that has one of them."""


class StoryText(NamedTuple):
    """A text by which a story is recognised, packed as pipelines.stories.sketch does."""

    article_id: int
    story_id: int
    day: int
    """Of its sort_at, counted from 1970-01-01."""
    version: int
    paragraphs: bytes
    shingles: bytes
    names: bytes
    site: str
    """That of its article when it was read."""


TEXT_COLUMNS = ", ".join(StoryText._fields)
IS_SETTLED = f"(member.version = :version OR member.reason = '{MemberReason.HAND}')"
"""Where these rules, or a person, put it."""
_STORY_OF_SAME_TEXT = (
    "SELECT member.story_id FROM articles "  # noqa: S608 - our own words
    "JOIN story_members AS member ON member.article_id = articles.id "
    "WHERE articles.content_hash = :content_hash AND articles.id <> :article_id "
    f"AND {{sort_at}} BETWEEN :since AND :until AND {IS_SETTLED} "
    "ORDER BY member.story_id LIMIT 1"
)
STORY_OF_SAME_TEXT = Statement(
    sqlite=_STORY_OF_SAME_TEXT.format(sort_at="articles.sort_at"),
    # No index knows the sum: until it has analysed its tables, PostgreSQL takes the articles of two
    # months for fewer than those of one hash.
    postgresql=for_both(
        _STORY_OF_SAME_TEXT.format(sort_at="articles.sort_at + INTERVAL '0'")
    ).postgresql,
)
KNOWN_SHINGLES = for_list("SELECT hash, story_id, day FROM story_shingles WHERE hash IN ({list})")
KNOWN_PARAGRAPHS = for_list("SELECT hash, story_id FROM story_paragraphs WHERE hash IN ({list})")
ALL_KNOWN = Statement(
    sqlite="",  # asks step by step
    # Of a paragraph no day, of an equal text no hash.
    postgresql="SELECT hash, story_id, day FROM story_shingles "  # noqa: S608 - likewise
    "WHERE hash = ANY(CAST(%(shingles)s AS bigint[])) "
    "UNION ALL SELECT hash, story_id, NULL FROM story_paragraphs "
    "WHERE hash = ANY(CAST(%(paragraphs)s AS bigint[])) "
    f"UNION ALL SELECT NULL, story_id, NULL FROM ({STORY_OF_SAME_TEXT.postgresql}) AS same",
)
TEXTS = for_list(
    # With its site: joined with articles for it, PostgreSQL read all of them on a database whose
    # tables it had not analysed yet.
    f"SELECT {TEXT_COLUMNS} FROM story_texts "  # noqa: S608 - likewise
    "WHERE story_id IN ({list}) ORDER BY story_id, article_id"
)


def look_up(driver: Driver, wanted: Wanted, *, besides: int | None = None) -> LookedUp:
    """What the index knows of a text; one story may be left out of the stop-list."""
    if driver.is_sqlite:
        return _look_up_in_steps(driver, wanted, besides)
    # A round trip costs more than what it asks for, and few texts have a paragraph to leave out.
    guessed = wanted.sample_without(set())
    known = _all_known(driver, wanted, guessed)
    stopped = stop_list(known.shown_by, besides=besides)
    if not stopped or known.same is not None:
        return known
    sample = wanted.sample_without(stopped)
    left, missing = set(sample), sorted({*sample} - {*guessed})
    rows = [row for row in known.rows if row[0] in left]
    return known._replace(sample=sample, rows=rows + _shingle_rows(driver, missing))


def _look_up_in_steps(driver: Driver, wanted: Wanted, besides: int | None) -> LookedUp:
    if wanted.same is not None:
        found = driver.first(STORY_OF_SAME_TEXT, _values_of(driver, wanted.same))
        if found is not None:
            return LookedUp(cast("int", found[0]), {}, (), [])
    shown_by = paragraph_stories(driver, wanted.paragraphs)
    sample = wanted.sample_without(stop_list(shown_by, besides=besides))
    return LookedUp(None, shown_by, sample, _shingle_rows(driver, sample))


def _all_known(driver: Driver, wanted: Wanted, sample: Sequence[int]) -> LookedUp:
    values = {
        "paragraphs": driver.numbers(wanted.paragraphs),
        "shingles": driver.numbers(sample),
        **_values_of(driver, wanted.same),
    }
    found = cast("list[tuple[int | None, int, int | None]]", driver.rows(ALL_KNOWN, values))
    same = [story_id for hashed, story_id, _ in found if hashed is None]
    of_paragraphs = [row for row in found if row[2] is None and row[0] is not None]
    shingles = [row for row in found if row[2] is not None]
    return LookedUp(
        same=same[0] if same else None,
        shown_by=_by_paragraph((cast("int", row[0]), row[1]) for row in of_paragraphs),
        sample=sample,
        rows=cast("list[ShingleRow]", shingles),
    )


def _values_of(driver: Driver, same: SameText | None) -> dict[str, object]:
    if same is None:
        return dict.fromkeys(SameText._fields)
    times = {"since": driver.time(same.since), "until": driver.time(same.until)}
    return same._asdict() | times


def _shingle_rows(driver: Driver, shingles: Sequence[int]) -> list[ShingleRow]:
    return cast("list[ShingleRow]", driver.rows_among(KNOWN_SHINGLES, shingles))


def paragraph_stories(driver: Driver, paragraphs: Sequence[int]) -> dict[int, set[int]]:
    """The stories that show each of the paragraphs, at most MAX_PARAGRAPH_STORIES."""
    rows = driver.rows_among(KNOWN_PARAGRAPHS, paragraphs)
    return _by_paragraph(cast("list[tuple[int, int]]", rows))


def _by_paragraph(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for hashed, story_id in rows:
        found.setdefault(hashed, set()).add(story_id)
    return found


def stop_list(shown_by: Mapping[int, set[int]], *, besides: int | None = None) -> set[int]:
    """The paragraphs that enough stories show; one story may be left out.

    Args:
        shown_by: As `paragraph_stories` gives it.
        besides: The story to leave out. None: none.
    """
    return {
        each for each, stories in shown_by.items() if len(stories - {besides}) >= STOP_LIST_STORIES
    }


def story_texts(driver: Driver, story_ids: Sequence[int]) -> list[StoryText]:
    """The texts by which these stories are recognised, by story and article."""
    rows = driver.rows_among(TEXTS, story_ids)
    return [StoryText._make(row) for row in rows]
