"""Which story a stored article belongs to, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.forget import forget_url
from db.models import Story, StoryLink, StoryMember, StoryShingle, StoryText
from db.search import Spread, search
from db.writer import BatchLimits, Writer
from pipelines.records import Reason, Rejection
from pipelines.stories.records import STORY_VERSION
from pipelines.story_decisions import join_stories, reindex, settle_stories, split_story
from pipelines.story_keeping import assign_story
from pipelines.story_likeness import compared_with, likenesses_of, told_article
from pipelines.urls import fetch_key, key_hash, url_key
from tests.storing import NOW, Shelf, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from db.session import Database


@pytest.fixture
def shelf(database: Database) -> Iterator[Shelf]:
    with database.write() as session:
        yield Shelf(session)


def text(seed: int, paragraphs: int = 8) -> list[str]:
    return [words(seed * 100 + number, 30) for number in range(paragraphs)]


def put(shelf: Shelf, site: str, lines: list[str], **fields: object) -> int:
    stored = shelf.put(f"https://{site}.example/2026/03/a-{len(lines)}", "\n".join(lines), **fields)
    assert stored.article_id is not None
    return stored.article_id


def stories(session: Session) -> dict[int, int]:
    rows = session.execute(select(StoryMember.article_id, StoryMember.story_id))
    return {row.article_id: row.story_id for row in rows}


def groups(session: Session) -> set[frozenset[int]]:
    """The stories as sets of articles, whatever their numbers."""
    found: dict[int, set[int]] = {}
    for article_id, story_id in stories(session).items():
        found.setdefault(story_id, set()).add(article_id)
    return {frozenset(each) for each in found.values()}


def test_copies_are_one_story_that_knows_its_papers(shelf: Shelf) -> None:
    lead = "HARBOUR CITY (AP) — " + text(1)[0]
    later = put(shelf, "valley", [lead, *text(1)[1:]], language="en", published_at=NOW)
    early = NOW - timedelta(hours=5)
    exact = put(shelf, "hill", [lead, *text(1)[1:]], language="en", published_at=early)
    near = put(shelf, "coast", text(1)[1:], language="de")
    other = put(shelf, "lake", text(2))
    assert groups(shelf.session) == {frozenset({later, exact, near}), frozenset({other})}
    story = shelf.session.scalars(select(Story).order_by(Story.id)).first()
    assert story is not None
    assert (story.members, story.wire_service, story.earliest_id) == (3, "ap", exact)
    assert story.hosts == ["coast.example", "hill.example", "valley.example"]
    assert story.languages == ["de", "en"]
    assert story.first_seen_at == early
    reasons = shelf.session.execute(select(StoryMember.reason).order_by(StoryMember.article_id))
    assert [row.reason for row in reasons] == ["first", "exact", "near", "first"]


def test_assigning_again_changes_nothing(shelf: Shelf) -> None:
    first = put(shelf, "valley", text(1))
    before = stories(shelf.session)
    told = told_article(shelf.article(first))
    assert assign_story(shelf.session, told) == before[first]
    assert stories(shelf.session) == before
    assert shelf.session.scalar(select(Story.members)) == 1


def test_a_part_is_linked_and_not_merged(shelf: Shelf) -> None:
    whole, part = put(shelf, "valley", text(1, 10)), put(shelf, "hill", text(1, 10)[:2])
    found = stories(shelf.session)
    link = shelf.session.scalars(select(StoryLink)).one()
    assert (link.story_id, link.other_id, link.kind) == (found[part], found[whole], "excerpt")
    assert link.containment == 1


def test_a_text_that_comes_back_after_the_window_is_a_new_story(shelf: Shelf) -> None:
    long_ago = NOW - timedelta(days=31)
    put(shelf, "valley", text(1), published_at=NOW)
    put(shelf, "hill", text(1)[1:], published_at=long_ago)
    put(shelf, "coast", text(1), published_at=long_ago - timedelta(days=31))
    assert len(groups(shelf.session)) == 3


def test_a_sites_boilerplate_is_counted_in_stories_and_then_ignored(shelf: Shelf) -> None:
    tail = text(9, 4)
    for seed in range(1, 7):
        put(shelf, f"paper{seed}", [*text(seed, 3), *tail])
    assert len(groups(shelf.session)) == 6
    copies = {put(shelf, f"copy{number}", [*text(3, 3), *tail]) for number in range(5)}
    assert any(copies < each for each in groups(shelf.session))


def test_many_copies_do_not_make_a_text_boilerplate(shelf: Shelf) -> None:
    for number in range(40):
        lines = text(1)
        del lines[number % 8]
        put(shelf, f"paper{number}", [*lines, words(5_000 + number, 12)])
    assert len(groups(shelf.session)) == 1


def test_an_article_without_text_is_in_no_story_until_it_has_one(shelf: Shelf) -> None:
    url = "https://valley.example/2026/03/a-8"
    reserved = Rejection(
        request_url=url, url=url, fetched_at=NOW, reason=Reason.RESERVED, detail="reserved"
    )
    shelf.put_result(url, reserved)
    assert stories(shelf.session) == {}
    article_id = put(shelf, "valley", text(1))
    assert list(stories(shelf.session)) == [article_id]


def test_what_is_split_and_joined_by_hand_outlasts_a_reindex(database: Database) -> None:
    with database.write() as session:
        shelf = Shelf(session)
        one, two, three = (put(shelf, name, text(1)) for name in ("valley", "hill", "coast"))
        four, five = put(shelf, "lake", text(2)), put(shelf, "moor", text(3))
        found = stories(session)
        split_story(session, found[one], [two])
        join_stories(session, [found[four], found[five]])
        wanted = {frozenset({one, three}), frozenset({two}), frozenset({four, five})}
        assert groups(session) == wanted
        before = stories(session)
    assert reindex(database, lambda _: None) == 1
    with database.write() as session:
        assert groups(session) == wanted
        assert stories(session) == before
        shelf = Shelf(session, now=NOW + timedelta(days=1))
        six = put(shelf, "dale", text(3)[1:])
        assert stories(session)[six] == before[four]


def test_a_reindex_gives_the_same_stories_and_numbers(database: Database) -> None:
    with database.write() as session:
        shelf = Shelf(session)
        for number in range(12):
            put(shelf, f"paper{number}", text(number % 4)[number // 4 :])
        before = stories(session)
    assert reindex(database, lambda _: None) == 12
    with database.read() as session:
        assert stories(session) == before
        assert [row.members for row in session.scalars(select(Story))] == [3, 3, 3, 3]


def test_an_interrupted_reindex_goes_on(database: Database) -> None:
    with database.write() as session:
        shelf = Shelf(session)
        for number in range(6):
            put(shelf, f"paper{number}", text(number % 2)[number // 2 :])
        wanted = groups(session)
        for each in session.scalars(select(StoryMember).where(StoryMember.article_id > 3)):
            each.version = 0
    assert reindex(database, lambda _: None) == 3
    with database.read() as session:
        assert groups(session) == wanted
        assert set(session.scalars(select(StoryMember.version))) == {STORY_VERSION}


def test_forgetting_the_first_article_leaves_a_story_that_is_recognised(shelf: Shelf) -> None:
    first, second = put(shelf, "valley", text(1)), put(shelf, "hill", text(1))
    url = "https://valley.example/2026/03/a-8"
    gone = forget_url(shelf.session, fetch_hash=key_hash(fetch_key(url)), url_key=url_key(url))
    settle_stories(shelf.session, gone.stories)
    story = shelf.session.scalars(select(Story)).one()
    assert (story.members, story.earliest_id, story.hosts) == (1, second, ["hill.example"])
    third = put(shelf, "coast", text(1)[1:])
    assert groups(shelf.session) == {frozenset({second, third})}
    assert first not in stories(shelf.session)


def test_forgetting_all_of_a_story_leaves_nothing_of_it(shelf: Shelf) -> None:
    put(shelf, "valley", text(1))
    url = "https://valley.example/2026/03/a-8"
    gone = forget_url(shelf.session, fetch_hash=key_hash(fetch_key(url)), url_key=url_key(url))
    settle_stories(shelf.session, gone.stories)
    assert [shelf.count(model) for model in (Story, StoryText, StoryShingle)] == [0, 0, 0]


def test_the_figures_say_why(shelf: Shelf) -> None:
    whole, part = put(shelf, "valley", text(1, 10)), put(shelf, "hill", text(1, 10)[:2])
    found = likenesses_of(shelf.session, part)
    assert [(it.article_id, it.verdict, it.figures.containment) for it in found] == [
        (whole, "excerpt", 1.0)
    ]
    assert compared_with(shelf.session, whole, part).figures == found[0].figures


def test_a_distinct_search_shows_each_story_once_on_all_its_pages(shelf: Shelf) -> None:
    for number in range(12):
        put(shelf, f"paper{number}", text(number % 3)[number // 3 :])
    session = shelf.session
    everything = search(session, None, limit=20)
    hits = search(session, None, limit=20, spread=Spread.STORIES)
    assert len(everything) == 12
    assert [it.article_id for it in hits] == [it.article_id for it in everything[:3]]
    first = search(session, None, limit=1, spread=Spread.STORIES)
    second = search(session, None, limit=5, after=first[0], spread=Spread.STORIES)
    assert [it.article_id for it in first + second] == [it.article_id for it in hits]


def test_two_writers_at_once_make_one_story_of_one_text(database: Database) -> None:
    """Each copy comes to either writer; the transactions overlap as they like."""
    texts = {seed: "\n".join(text(seed)) for seed in range(6)}
    start = threading.Barrier(2)

    def store(writer_number: int) -> None:
        writer = Writer(database, BatchLimits(rows=3, seconds=0.01))
        start.wait()

        def job(number: int, seed: int) -> None:
            url = f"https://paper{number}-{writer_number}.example/2026/03/a-{seed}"
            writer.submit(lambda session: Shelf(session).put(url, texts[seed]))

        for number in range(4):
            for seed in texts:
                job(number, seed)
        writer.close()
        assert writer.failure is None

    threads = [threading.Thread(target=store, args=(number,)) for number in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.read() as session:
        assert sorted(session.scalars(select(Story.members))) == [8] * 6
        assert len(stories(session)) == 48
