"""A prepared statement binds and reads what SQLAlchemy would."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.models import PageState
from db.prepared import Prepared
from db.tables import ARTICLES, PAGES
from tests.storing import NOW, Shelf, add_page, words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.session import Database

URL = "https://harbour.test/2026/03/a-storm-hits-the-coast"
BY_ID = select(ARTICLES).where(ARTICLES.c.id == bindparam("wanted"))
POSTPONE = (
    update(PAGES)
    .where(PAGES.c.id == bindparam("page"))
    .values(
        state=PageState.DUE,
        run_id=None,
        due_at=bindparam("until", type_=PAGES.c.due_at.type),
        attempts=PAGES.c.attempts + 2,
    )
)


def stored(session: Session) -> tuple[int, int]:
    """Ids of a page and its article."""
    shelf = Shelf(session)
    made = shelf.put(
        URL, words(1), authors=("Ann Quay",), published_at=NOW - timedelta(hours=3), paywalled=True
    )
    assert made.article_id is not None
    return add_page(session, URL), made.article_id


def test_a_row_of_every_type_reads_the_same(database: Database) -> None:
    prepared = Prepared(BY_ID)
    with database.write() as session:
        _, article_id = stored(session)
        for _ in range(2):  # the second time as prepared
            row = prepared.first(session, {"wanted": article_id})
            assert row == tuple(session.execute(BY_ID, {"wanted": article_id}).one())
        assert prepared.first(session, {"wanted": article_id + 1}) is None


def test_values_given_and_written_are_bound_by_their_types(database: Database) -> None:
    prepared = Prepared(POSTPONE)
    with database.write() as session:
        page_id, _ = stored(session)
        until = NOW + timedelta(minutes=90, microseconds=7)
        prepared.run(session, {"page": page_id, "until": until})
        row = session.execute(select(PAGES).where(PAGES.c.id == page_id)).mappings().one()
        assert (row["state"], row["run_id"], row["due_at"]) == (PageState.DUE, None, until)
        assert row["attempts"] == 2


def test_what_the_database_refuses_is_an_error_of_sqlalchemy(database: Database) -> None:
    names = ("id", "fetch_hash", "url", "host", "site", "state", "discovered_at", "attempts")
    copy = Prepared(insert(PAGES), columns=[*names, "depth"])
    with database.write() as session:
        page_id, _ = stored(session)
        chosen = select(*(PAGES.c[name] for name in (*names, "depth")))
        row = session.execute(chosen.where(PAGES.c.id == page_id)).mappings().one()
        with pytest.raises(IntegrityError), session.begin_nested():
            copy.run(session, dict(row))
