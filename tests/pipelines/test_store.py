"""What storing a page makes of it: new, the same, rewritten, another address, another article."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.articles import same_text_elsewhere
from db.models import Article, CutBlock, Page, RawPage, Revision, SearchTerms, Site
from db.outcomes import Outcome
from db.raw_pages import RawPageStore, read_raw_page
from pipelines.errors import InvariantError
from pipelines.page_visits import StoreTools
from pipelines.records import Metadata, Reason, Rejection, RightsSignals
from tests.storing import NOW, Shelf, add_page, body_of, clean_article, reclean_body, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.session import Database
    from pipelines.store import Stored

A = "https://www.harbour.example/2026/03/storm-hits-the-coast"
B = "https://www.harbour.example/2026/03/ferry-runs-again"
C = "https://www.harbour.example/2026/03/harbour-master-retires"
AMP_OF_A = A + "/amp"
ELSEWHERE = "https://valley.example/news/storm-hits-the-coast"


@pytest.fixture
def shelf(database: Database) -> Iterator[Shelf]:
    with database.write() as session:
        yield Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))


def test_a_new_article_is_saved_with_everything_known_of_it(shelf: Shelf) -> None:
    published_at = datetime(2026, 2, 28, 9, 30, 15, 123, tzinfo=UTC)
    stored = shelf.put(A + "?utm_source=feed", words(1), published_at=published_at, tags=("sea",))
    row = shelf.article(stored.article_id)
    assert stored.outcome is Outcome.SAVED
    assert row["url"] == A
    assert row["site"] == "harbour.example"
    assert row["text"] == words(1)
    assert row["tags"] == ["sea"]
    assert row["sort_at"] == row["published_at"] == published_at
    assert row["blocks"][0]["kind"] == "paragraph"
    assert row["evidence"] == [{"field": "title", "source": "h1", "raw": "A title"}]
    assert shelf.count(CutBlock) == shelf.count(SearchTerms) == 1
    assert read_raw_page(shelf.session, row["raw_page_id"]).body == body_of(words(1))
    assert shelf.session.scalar(select(Page.article_id)) == stored.article_id


def test_the_same_page_again_is_unchanged_and_adds_nothing(shelf: Shelf) -> None:
    first = shelf.put(A, words(1))
    again = shelf.put(A, words(1))
    assert again.outcome is Outcome.UNCHANGED
    assert again.article_id == first.article_id
    assert [shelf.count(model) for model in (Article, RawPage, Revision, CutBlock)] == [1, 1, 0, 1]


def test_new_metadata_of_the_same_text_is_taken_over_and_lost_metadata_is_kept(
    shelf: Shelf,
) -> None:
    shelf.put(A, words(1), section="Sea")
    again = shelf.put(A, words(1), authors=("Ann Ek",), tags=("storm",))
    row = shelf.article(again.article_id)
    assert again.outcome is Outcome.UNCHANGED
    assert (row["authors"], row["tags"], row["section"]) == (["Ann Ek"], ["storm"], "Sea")
    assert shelf.session.scalar(select(SearchTerms.authors)) == "ann ek"


def test_an_offset_goes_with_its_moment(shelf: Shelf) -> None:
    early, late = datetime(2026, 2, 28, 9, tzinfo=UTC), datetime(2026, 2, 28, 10, tzinfo=UTC)
    stored = shelf.put(A, words(1), published_at=early, published_offset_minutes=-300)
    assert shelf.article(stored.article_id)["published_offset_minutes"] == -300
    shelf.put(A, words(1))
    assert shelf.article(stored.article_id)["published_offset_minutes"] == -300
    shelf.put(A, words(1), published_at=late)
    row = shelf.article(stored.article_id)
    assert (row["published_at"], row["published_offset_minutes"]) == (late, None)


COPIES = [
    A + "/amp",
    A + "?outputType=amp",
    "https://m.harbour.example/2026/03/storm-hits-the-coast",
    A + "?print=1",
]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_in_another_form_never_makes_a_revision(shelf: Shelf, copy: str) -> None:
    first = shelf.put(A, words(1))
    second = shelf.put(copy, words(1) + " and a line that only this form has")
    assert (second.outcome, second.article_id) == (Outcome.DUPLICATE, first.article_id)
    assert shelf.article(first.article_id)["text"] == words(1)
    assert A in (second.detail or "")


@pytest.mark.parametrize("copy", COPIES)
def test_the_plain_address_takes_over_from_a_copy_without_a_revision(
    shelf: Shelf, copy: str
) -> None:
    first = shelf.put(copy, words(1) + " and a line that only this form has")
    second = shelf.put(A, words(1))
    assert (second.outcome, second.article_id) == (Outcome.DUPLICATE, first.article_id)
    assert shelf.article(first.article_id)["text"] == words(1)
    assert shelf.put(A, words(1)).outcome is Outcome.UNCHANGED
    assert shelf.count(Revision) == 0


def test_a_copy_that_names_its_article_by_canonical_link_is_another_address(shelf: Shelf) -> None:
    first = shelf.put("https://www.harbour.example/kiosk/4711", words(1), canonical_url=A)
    second = shelf.put(A, words(1) + " with one more line", canonical_url=A)
    third = shelf.put("https://www.harbour.example/kiosk/4711", words(1), canonical_url=A)
    assert [first.outcome, second.outcome, third.outcome] == [
        Outcome.SAVED,
        Outcome.DUPLICATE,
        Outcome.DUPLICATE,
    ]
    assert shelf.count(Article) == 1
    assert shelf.article(first.article_id)["text"] == words(1) + " with one more line"


def test_the_same_text_on_the_same_site_is_another_address(shelf: Shelf) -> None:
    first = shelf.put(A, words(1))
    second = shelf.put(B, words(1).upper())
    assert (second.outcome, second.article_id) == (Outcome.DUPLICATE, first.article_id)
    assert shelf.put(B, words(1)).outcome is Outcome.DUPLICATE
    assert shelf.count(Article) == 1
    linked = shelf.session.scalars(select(Page.article_id)).all()
    assert linked == [first.article_id, first.article_id]


def test_a_second_address_follows_its_article_through_an_edit(shelf: Shelf) -> None:
    first = shelf.put(A, words(1))
    shelf.put(B, words(1))
    shelf.put(A, words(1) + " and more")
    late = shelf.put(B, words(1))
    assert (late.outcome, late.article_id) == (Outcome.DUPLICATE, first.article_id)


def test_a_second_address_that_gets_a_story_of_its_own_becomes_an_article(shelf: Shelf) -> None:
    shelf.put(A, words(1))
    shelf.put(B, words(1))
    assert shelf.put(B, words(2)).outcome is Outcome.SAVED
    assert shelf.count(Article) == 2


def test_the_same_text_on_another_site_is_an_article_of_its_own(shelf: Shelf) -> None:
    first = shelf.put(A, words(1))
    second = shelf.put(ELSEWHERE, words(1))
    assert second.outcome is Outcome.SAVED
    assert second.article_id is not None
    assert same_text_elsewhere(shelf.session, second.article_id) == [first.article_id]


def test_short_texts_are_not_matched_by_hash_alone(shelf: Shelf) -> None:
    outcomes = [shelf.put(url, "Sunny, 20 degrees").outcome for url in (A, B, C)]
    assert outcomes == [Outcome.SAVED] * 3


def test_a_canonical_link_is_the_identity_of_a_page(shelf: Shelf) -> None:
    first = shelf.put(B, words(1), canonical_url=A)
    second = shelf.put(B, words(2), canonical_url=A)
    assert shelf.article(first.article_id)["url"] == A
    assert second.outcome is Outcome.UPDATED


def test_unlike_pages_with_one_canonical_link_both_stay_and_the_site_is_distrusted(
    shelf: Shelf,
) -> None:
    start = "https://www.harbour.example/2026/03/live-from-the-harbour"
    one = shelf.put(A, words(1), canonical_url=start)
    two = shelf.put(B, words(2), canonical_url=start)
    three = shelf.put(C, words(3), canonical_url=start)
    outcomes = [each.outcome for each in (one, two, three)]
    assert outcomes == [Outcome.SAVED] * 3
    urls = [shelf.article(each.article_id)["url"] for each in (one, two, three)]
    assert urls == [A, B, C]
    assert shelf.session.scalar(select(Site.canonical_distrusted_at)) is not None
    again = [shelf.put(url, words(n)).outcome for n, url in enumerate((A, B, C), 1)]
    assert again == [Outcome.UNCHANGED] * 3


def test_a_false_claim_to_a_page_that_exists_does_not_move_that_page(shelf: Shelf) -> None:
    one = shelf.put(A, words(1), canonical_url=A)
    two = shelf.put(B, words(2), canonical_url=A)
    assert [one.outcome, two.outcome] == [Outcome.SAVED, Outcome.SAVED]
    assert shelf.article(one.article_id)["url"] == A
    assert shelf.article(two.article_id)["url"] == B


def test_a_claimed_page_that_turns_out_to_be_another_story_gets_its_own_article(
    shelf: Shelf,
) -> None:
    one = shelf.put(B, words(1), canonical_url=A)
    two = shelf.put(A, words(2))
    assert two.outcome is Outcome.SAVED
    assert shelf.article(one.article_id)["url"] == B
    assert shelf.article(two.article_id)["url"] == A


def test_a_claim_that_nobody_contested_keeps_its_article_on_a_distrusted_site(
    shelf: Shelf,
) -> None:
    calm = shelf.put("https://www.harbour.example/kiosk/4711", words(9), canonical_url=C)
    shelf.put(A, words(1), canonical_url=A)
    shelf.put(B, words(2), canonical_url=A)
    again = shelf.put("https://www.harbour.example/kiosk/4711", words(8), canonical_url=C)
    assert (again.outcome, again.article_id) == (Outcome.UPDATED, calm.article_id)


def test_a_site_is_trusted_again_when_its_pages_agree(shelf: Shelf) -> None:
    shelf.put(A, words(1), canonical_url=A)
    shelf.put(B, words(2), canonical_url=A)
    shelf.put(B, words(2), canonical_url=B)
    assert shelf.session.scalar(select(Site.canonical_distrusted_at)) is None


def test_one_url_that_redirects_elsewhere_later_does_not_rewrite_the_first_article(
    shelf: Shelf,
) -> None:
    latest = "https://www.harbour.example/latest-story"
    one = shelf.put(latest, words(1), answered=A)
    two = shelf.put(latest, words(2), answered=B)
    assert [one.outcome, two.outcome] == [Outcome.SAVED, Outcome.SAVED]
    assert shelf.article(one.article_id)["text"] == words(1)


def rejected(reason: Reason, **fields: object) -> Rejection:
    values = {"request_url": A, "url": A, "fetched_at": NOW, "detail": "3 words", "reason": reason}
    return Rejection(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", list(Reason))
def test_a_rejection_is_its_outcome_and_keeps_its_page_unless_it_must_not(
    shelf: Shelf, reason: Reason
) -> None:
    stored = shelf.put_result(A, rejected(reason), body_of("short"))
    assert (stored.outcome.value, stored.detail) == (reason.value, "3 words")
    never = {Reason.RESERVED, Reason.TOO_LARGE, Reason.NOT_HTML}
    assert shelf.count(RawPage) == (0 if reason in never else 1)


def test_reserved_keeps_metadata_and_no_word_of_the_text(shelf: Shelf) -> None:
    reserved = rejected(Reason.RESERVED, metadata=Metadata(title="Storm"))
    stored = [shelf.put_result(A, reserved), shelf.put_result(A, reserved)]
    row = shelf.article(stored[0].article_id)
    assert stored[0] == stored[1]
    assert (row["title"], row["text"], row["tdm_reserved"]) == ("Storm", "", True)
    assert shelf.count(SearchTerms) == shelf.count(RawPage) == 0
    later = shelf.put(A, words(1))
    assert (later.outcome, later.article_id) == (Outcome.SAVED, stored[0].article_id)
    assert shelf.article(later.article_id)["tdm_reserved"] is False
    assert shelf.count(Revision) == 0


def test_hostile_but_legal_values_come_back_as_they_were(shelf: Shelf) -> None:
    text = (
        "\u202e\U0001f3f4\u200d\u2620\ufe0f \\' \"'; DROP TABLE articles;-- "
        "%s %(a)s :b {} \uffff\u0301 \u00e9 " * 9
    )
    stored = shelf.put(
        A, text, title=text[:200], authors=(text[:50], ""), tags=("\\x00", "{}", "null")
    )
    row = shelf.article(stored.article_id)
    assert (row["text"], row["title"]) == (text, text[:200])
    assert (row["authors"], row["tags"]) == ([text[:50], ""], ["\\x00", "{}", "null"])
    assert shelf.put(A, text, title=text[:200]).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "a\0b"},
        {"title": "a\0b"},
        {"description": "\ud800"},
        {"published_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - the naive time is the case
        {"content_hash": b"short"},
        {"authors": ("\udfff",)},
    ],
)
def test_a_value_that_a_database_refuses_is_our_own_bug(
    shelf: Shelf, fields: dict[str, object]
) -> None:
    article = clean_article(A, **({"text": "fine"} | fields))  # type: ignore[arg-type]
    with pytest.raises(InvariantError, match="store"):
        shelf.put_result(A, article)


def test_storing_works_without_tools_and_with_rights(shelf: Shelf) -> None:
    shelf.tools = None
    stored = shelf.put(A, words(1), rights=RightsSignals(noai=True))
    assert shelf.article(stored.article_id)["noai"] is True


def test_two_writers_at_once_store_one_article(database: Database) -> None:
    """Neither sees what the other did: PostgreSQL meets the taken key on inserting."""
    with database.write() as session:
        add_page(session, A)
        add_page(session, AMP_OF_A)
    both_begun = threading.Barrier(2 if not database.is_sqlite else 1)

    def store(url: str) -> Stored:
        with database.write() as session:
            session.execute(select(Page.id)).all()
            both_begun.wait(10)
            return Shelf(session).put(url, words(1))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(store, (A, AMP_OF_A))
    assert first.article_id == second.article_id
    assert {first.outcome, second.outcome} == {Outcome.SAVED, Outcome.DUPLICATE}
