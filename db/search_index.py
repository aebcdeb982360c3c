"""The search entry of an article: written with its text, gone with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from db.prepared import Prepared
from db.session import is_sqlite
from db.terms import terms_of, tsvector_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

# ON CONFLICT, never INSERT OR REPLACE: that skips the triggers which keep FTS5 in step.
WRITE_SQLITE = Prepared(
    text(
        "INSERT INTO search_terms (article_id, title, authors, body) "
        "VALUES (:article_id, :title, :authors, :body) "
        "ON CONFLICT (article_id) DO UPDATE "
        "SET title = excluded.title, authors = excluded.authors, body = excluded.body"
    )
)
WRITE_POSTGRESQL = Prepared(
    text(
        "INSERT INTO search_terms (article_id, title, authors, body, terms) "
        "VALUES (:article_id, :title, :authors, :body, CAST(:terms AS tsvector)) "
        "ON CONFLICT (article_id) DO UPDATE SET title = excluded.title, "
        "authors = excluded.authors, body = excluded.body, terms = excluded.terms"
    )
)


def write_terms(
    session: Session, article_id: int, *, title: str | None, authors: Sequence[str], body: str
) -> None:
    """Make an article findable by these texts, and no longer by those before."""
    fields = (terms_of(title or ""), terms_of("\n".join(authors)), terms_of(body))
    row: dict[str, object] = {"article_id": article_id}
    row |= zip(("title", "authors", "body"), map(" ".join, fields), strict=True)
    if is_sqlite(session):
        WRITE_SQLITE.run(session, row)
    else:
        WRITE_POSTGRESQL.run(session, {**row, "terms": tsvector_text(*fields)})
