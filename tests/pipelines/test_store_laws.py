"""Laws of storing that hold whatever the pages and their order."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models import Article, Page, Revision
from db.outcomes import KEPT, Outcome
from db.raw_pages import RawPageStore
from db.session import Database
from pipelines.page_visits import StoreTools
from tests.storing import Shelf, reclean_body, words

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://www.harbour.example"
STORIES = [f"{SITE}/2026/03/story-about-number-{n}" for n in range(4)]
FORMS = ["{}", "{}?utm_source=feed", "{}/amp", "{}?outputType=amp", "{}?print=1"]
ADDRESSES = [(form.format(url), n) for (n, url), form in product(enumerate(STORIES), FORMS)]
REPRINTS = [(f"{SITE}/kiosk/issue-47/page-number-{n}", n) for n in range(4)]
PAGES = st.lists(st.sampled_from(ADDRESSES + REPRINTS), max_size=10)
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(STORIES),
        st.integers(0, 5),
        st.none() | st.sampled_from([*STORIES, f"{SITE}/2026/03/start-of-everything-here"]),
    ),
    max_size=8,
)


@settings(max_examples=15, deadline=None)
@given(pages=PAGES, seed=st.integers())
def test_in_any_order_no_story_is_stored_twice(
    sqlite_template: Path, pages: list[tuple[str, int]], seed: int
) -> None:
    orders = [pages, random.Random(seed).sample(pages, len(pages))]
    assert stored_texts(sqlite_template, orders[0]) == stored_texts(sqlite_template, orders[1])


def stored_texts(template: Path, pages: list[tuple[str, int]]) -> list[str]:
    with Database(str(template)) as database, database.read() as session:
        shelf = Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))
        outcomes = [shelf.put(url, words(n)).outcome for url, n in pages]
        stories = {n for _, n in pages}
        assert outcomes.count(Outcome.SAVED) == len(stories)
        assert set(outcomes) <= {Outcome.SAVED, Outcome.UNCHANGED, Outcome.DUPLICATE}
        texts = sorted(session.scalars(select(Article.text)))
        assert texts == sorted(words(n) for n in stories)
        assert None not in session.scalars(select(Page.article_id)).all()
        return texts


@settings(max_examples=25, deadline=None)
@given(visits=CLAIMS)
def test_whatever_pages_claim_no_text_is_lost(
    sqlite_template: Path, visits: list[tuple[str, int, str | None]]
) -> None:
    """A page's text is its article's, and storing it once more changes nothing."""
    with Database(str(sqlite_template)) as database, database.read() as session:
        shelf = Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))
        for url, n, claim in visits:
            stored = shelf.put(url, words(n), canonical_url=claim)
            assert stored.outcome in KEPT
            assert shelf.article(stored.article_id)["text"] == words(n)
            again = shelf.put(url, words(n), canonical_url=claim)
            assert again.outcome in {Outcome.UNCHANGED, Outcome.DUPLICATE}
            assert again.article_id == stored.article_id
        texts = {*session.scalars(select(Article.text)), *session.scalars(select(Revision.text))}
        assert texts == {words(n) for _, n, _ in visits}
