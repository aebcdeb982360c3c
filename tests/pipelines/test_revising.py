"""What of a page seen again becomes a revision: another text, another headline, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.models import RawPage, Revision, SearchTerms, Story, StoryMember
from db.outcomes import Outcome
from db.raw_pages import RawPageStore, read_raw_page
from db.search import search, search_node
from pipelines.fingerprint import content_hash
from pipelines.page_visits import StoreTools
from pipelines.records import CLEANER_VERSION
from pipelines.revising import is_another_text
from tests.storing import NOW, Shelf, body_of, clean_article, reclean_body, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.session import Database

A = "https://www.harbour.example/2026/03/storm-hits-the-coast"


@pytest.fixture
def shelf(database: Database) -> Iterator[Shelf]:
    with database.write() as session:
        yield Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))


def test_another_text_at_the_same_address_is_a_revision(shelf: Shelf) -> None:
    first = shelf.put(A, words(1))
    second = shelf.put(A, words(2), cuts=())
    third = shelf.put(A, words(3))
    assert [second.outcome, third.outcome] == [Outcome.UPDATED, Outcome.UPDATED]
    assert first.article_id == second.article_id == third.article_id
    row = shelf.article(first.article_id)
    assert (row["revision"], row["text"], row["first_fetched_at"]) == (
        3,
        words(3),
        NOW.replace(hour=13),
    )
    kept = shelf.session.execute(select(Revision).order_by(Revision.number)).scalars().all()
    assert [(each.number, each.text) for each in kept] == [(1, words(1)), (2, words(2))]
    assert read_raw_page(shelf.session, kept[0].raw_page_id or 0).body == body_of(words(1))
    assert shelf.session.scalar(select(SearchTerms.body)) == words(3)


def test_cleaning_in_another_way_is_not_a_revision(shelf: Shelf) -> None:
    shelf.put_result(A, clean_article(A, words(1) + " Share this"), body_of(words(1)))
    again = shelf.put(A, words(1), cleaner_version=CLEANER_VERSION + 1)
    row = shelf.article(again.article_id)
    assert again.outcome is Outcome.UNCHANGED
    assert (row["text"], row["revision"], row["cleaner_version"]) == (
        words(1),
        1,
        CLEANER_VERSION + 1,
    )
    assert shelf.count(Revision) == 0


def test_a_rewritten_page_is_a_revision_whatever_cleaned_it(shelf: Shelf) -> None:
    shelf.put_result(A, clean_article(A, words(1) + " Share this"), body_of(words(1)))
    again = shelf.put(A, words(2), cleaner_version=CLEANER_VERSION + 1)
    assert again.outcome is Outcome.UPDATED
    assert shelf.session.scalar(select(Revision.text)) == words(1)


STORM, CALM = "Storm hits the coast", "Coast escapes the storm"


def test_another_headline_of_the_same_text_is_a_revision(shelf: Shelf) -> None:
    first = shelf.put(A, words(1), title=STORM)
    story = shelf.session.execute(select(Story.__table__)).all()
    members = shelf.session.execute(select(StoryMember.__table__)).all()
    second = shelf.put(A, words(1), title=CALM)
    assert (second.outcome, second.detail) == (Outcome.UPDATED, "revision 2: another headline")
    row = shelf.article(first.article_id)
    assert (row["title"], row["revision"], row["text"]) == (CALM, 2, words(1))
    assert (row["first_fetched_at"], row["fetched_at"]) == (
        NOW.replace(hour=13),
        NOW.replace(hour=14),
    )
    kept = shelf.session.execute(select(Revision)).scalar_one()
    assert (kept.number, kept.title, kept.text) == (1, STORM, words(1))
    assert shelf.session.scalar(select(SearchTerms.title)) == CALM.lower()
    assert found(shelf, "changed:headline since:2026-03-01") == [CALM]
    assert found(shelf, "title:escapes") == [CALM]
    assert found(shelf, "title:hits") == found(shelf, "changed:text") == []
    assert shelf.session.execute(select(Story.__table__)).all() == story
    assert shelf.session.execute(select(StoryMember.__table__)).all() == members


def found(shelf: Shelf, query: str) -> list[str]:
    node = search_node(query, now=NOW, filters={})
    return [it.title.text for it in search(shelf.session, node, limit=9) if it.title]


@pytest.mark.parametrize("title", ["STORM  hits\xa0the coast", "“Storm” hits: the coast!", None])
def test_a_headline_in_another_typography_or_none_is_no_revision(
    shelf: Shelf, title: str | None
) -> None:
    shelf.put(A, words(1), title=STORM)
    again = shelf.put(A, words(1), title=title)
    assert again.outcome is Outcome.UNCHANGED
    assert shelf.article(again.article_id)["title"] == title or STORM
    assert shelf.count(Revision) == 0


def test_a_headline_that_was_not_said_before_did_not_change(shelf: Shelf) -> None:
    shelf.put(A, words(1), title=None)
    assert shelf.put(A, words(2), title=STORM).outcome is Outcome.UPDATED
    assert (found(shelf, "changed:headline"), found(shelf, "changed:text")) == ([], [STORM])


def test_a_headline_that_another_cleaner_reads_otherwise_is_no_revision(shelf: Shelf) -> None:
    """The earlier page, cleaned as the new one is, says the new headline."""
    shelf.put(A, words(1), title="A title | The Harbour Post")
    again = shelf.put(A, words(1), cleaner_version=CLEANER_VERSION + 1)
    row = shelf.article(again.article_id)
    assert (again.outcome, row["title"], row["revision"]) == (Outcome.UNCHANGED, "A title", 1)
    rewritten = shelf.put(A, words(1), title=CALM, cleaner_version=CLEANER_VERSION + 2)
    assert rewritten.outcome is Outcome.UPDATED
    assert shelf.session.scalar(select(Revision.title)) == "A title"


PROSE = [words(1), "Only 3 people died.", words(2)]


def with_counters(*counters: str, prose: list[str] = PROSE) -> str:
    return "\n".join([prose[0], *counters, *prose[1:]])


def test_what_only_counts_or_ages_makes_no_revision(shelf: Shelf) -> None:
    before = with_counters("Updated 14 minutes ago", "12 comments")
    first = shelf.put(A, before, section="Sea")
    pages = shelf.count(RawPage)
    for counters in (
        ["Updated 2 hours ago", "1,340 comments"],
        [],
        ["vor 3 Stunden | 3 Kommentare"],
    ):
        again = shelf.put(A, with_counters(*counters), section="Coast")
        assert (again.outcome, again.article_id) == (Outcome.UNCHANGED, first.article_id)
    row = shelf.article(first.article_id)
    assert (row["text"], row["section"], row["revision"]) == (before, "Coast", 1)
    assert (shelf.count(Revision), shelf.count(RawPage)) == (0, pages)
    byline = shelf.put(A, with_counters("13 comments"), authors=("Ann Ek",))
    assert byline.outcome is Outcome.UNCHANGED
    row = shelf.article(first.article_id)
    assert row["text"] == with_counters("13 comments")  # of the page that names its author
    assert shelf.count(RawPage) == pages + 1
    changed = [PROSE[0], "Only 5 people died.", PROSE[2]]
    news = shelf.put(A, with_counters("13 comments", prose=changed))
    assert news.outcome is Outcome.UPDATED


@dataclass(frozen=True, slots=True)
class Shown:
    text: str

    @property
    def content_hash(self) -> bytes:
        return content_hash(self.text)


PARAGRAPHS = st.lists(
    st.lists(st.text("abcdefgh0123456789", min_size=1, max_size=6), min_size=4, max_size=12),
    min_size=1,
    max_size=5,
)
COUNTERS = st.sampled_from(
    ["3 comments", "vor 2 Stunden", "il y a 5 min", "hace 1 hora", "4 min read"]
)


@given(PARAGRAPHS, st.lists(COUNTERS, max_size=3), st.lists(COUNTERS, max_size=3), st.data())
def test_a_changed_word_in_any_paragraph_is_another_text_and_counters_never_are(
    paragraphs: list[list[str]], before: list[str], after: list[str], data: st.DataObject
) -> None:
    lines = ["So " + " ".join(paragraph) for paragraph in paragraphs]
    known = Shown("\n".join([*lines, *before]))
    assert not is_another_text(known, Shown("\n".join([*after, *lines])))
    paragraph = data.draw(st.sampled_from(paragraphs))
    paragraph[data.draw(st.integers(0, len(paragraph) - 1))] += "x"
    changed = ["So " + " ".join(paragraph) for paragraph in paragraphs]
    assert is_another_text(known, Shown("\n".join([*changed, *after])))
