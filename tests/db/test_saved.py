"""A saved search gives each article once, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, update

from db import saved
from db.errors import NotFound, QueryRefused
from db.models import Article, SavedMatch
from db.saved import NewSearch, add_search, batches_of, get_search, new_matches, skip_matches
from db.search import search_node
from tests.db.small_archive import START, Told, add_article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.session import Database


def add(database: Database, query: str, *, name: str = "storms") -> int:
    with database.write() as session:
        return add_search(session, NewSearch(name=name, query=query), now=START)


def put(database: Database, *titles: str) -> list[int]:
    with database.write() as session:
        told = [Told(title=title, text=f"A text of {title}.") for title in titles]
        return [add_article(session, it, sort_at=START).id for it in told]


def found(database: Database, search_id: int, query: str) -> Iterable[saved.NewMatches]:
    node = search_node(query, now=START, filters={})
    return batches_of(new_matches(database, search_id, node))


def give(database: Database, search_id: int, query: str) -> list[int]:
    """What a run gives, remembered."""
    given: list[int] = []
    for batch in found(database, search_id, query):
        with database.write() as session:
            saved.remember_given(session, search_id, batch)
        given += batch.ids
    return given


def test_what_was_given_is_not_given_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "BATCH_MATCHES", 2)
    search_id, all_id = add(database, "storm"), add(database, "", name="all")
    first = put(database, "storm one", "calm", "storm two", "storm three")
    storms = [first[0], first[2], first[3]]
    assert [list(it.ids) for it in found(database, search_id, "storm")] == [storms[:2], storms[2:]]
    assert give(database, search_id, "storm") == storms
    assert give(database, search_id, "storm") == []
    assert give(database, all_id, "") == first
    later = put(database, "storm four")
    assert give(database, search_id, "storm") == later


def test_an_article_that_becomes_a_match_is_new_and_a_changed_one_is_not(
    database: Database,
) -> None:
    search_id = add(database, "lang:de")
    [known, other] = put(database, "eins", "zwei")
    with database.write() as session:
        session.execute(update(Article).where(Article.id == known).values(language="de"))
    assert give(database, search_id, "lang:de") == [known]
    with database.write() as session:
        session.execute(update(Article).values(language="de", revision=2))
    assert give(database, search_id, "lang:de") == [other]


def test_a_search_for_changes_gives_an_article_with_each_new_text(database: Database) -> None:
    query = "storm (lang:en OR -changed:text)"
    search_id = add(database, query)
    [article] = put(database, "storm")
    assert give(database, search_id, query) == [article]
    [batch] = found(database, add(database, "storm", name="other"), "storm")
    with database.write() as session:
        session.execute(update(Article).values(revision=2))
    assert give(database, search_id, query) == [article]
    with database.write() as session:
        saved.remember_given(session, search_id, batch)  # by a run that began before the change
    assert give(database, search_id, query) == []


def test_the_number_of_a_forgotten_article_that_comes_again_is_new(database: Database) -> None:
    search_id = add(database, "storm")
    [article] = put(database, "storm one")
    [batch] = found(database, search_id, "storm")
    with database.write() as session:
        saved.remember_given(session, search_id, batch)
        session.execute(delete(Article).where(Article.id == article))
        saved.remember_given(session, search_id, batch)  # forgotten while it was given
        assert session.scalar(select(func.count()).select_from(SavedMatch)) == 0
    again = put(database, "storm two")
    assert give(database, search_id, "storm") == again


def test_what_is_there_already_can_be_skipped(database: Database) -> None:
    put(database, "storm one", "calm")
    search_id = add(database, "storm")
    node = search_node("storm", now=START, filters={})
    with database.write() as session:
        assert skip_matches(session, search_id, node) == 1
    assert give(database, search_id, "storm") == []
    later = put(database, "storm two")
    assert give(database, search_id, "storm") == later


def test_searches_are_known_by_name(database: Database) -> None:
    add(database, "storm")
    with database.write() as session:
        stored = get_search(session, "storms")
        assert (stored.query, stored.last_run_at, stored.created_at) == ("storm", None, START)
        saved.end_run(session, stored.id, now=START)
    with database.read() as session:
        assert saved.list_searches(session) == [get_search(session, "storms")]
        assert get_search(session, "storms").last_run_at == START
        with pytest.raises(NotFound, match="did you mean 'storms'"):
            get_search(session, "storm")
    with pytest.raises(QueryRefused, match="winnow saved remove storms"):
        add(database, "calm")
    put(database, "storm")
    give(database, stored.id, "storm")
    with database.write() as session:
        saved.remove_search(session, "storms")
        assert saved.list_searches(session) == []
        assert session.scalar(select(func.count()).select_from(SavedMatch)) == 0
