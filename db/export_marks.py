"""What an export of a name gave already, so that the next one gives only what is new or changed.

Kept by article, hash of its text and revision, not by time or number: several crawls write at once,
and what is committed late is in neither order.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Article, ExportedArticle, ExportMark
from db.search import search_condition
from db.session import is_sqlite
from db.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.query_nodes import Node
    from db.session import Database

HASH_BYTES = 16
ROWS_A_TRANSACTION = 5_000
"""A crawl that writes meanwhile waits for no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Articles that are to be given: 32 bytes each."""

    ids: Sequence[int]
    """In order."""
    hashes: bytes
    """Of their texts before any was written: one that changes meanwhile is given again."""
    revisions: Sequence[int]
    """Their numbers, then."""


def pending(database: Database, name: str, node: Node | None) -> Pending:
    """What is found and was not given under this name with its text and headline of now."""
    ids, hashes, revisions = array("q"), bytearray(), array("q")
    with database.read() as session:
        given = (
            select(ExportedArticle.article_id)
            .join(ExportMark, ExportMark.id == ExportedArticle.mark_id)
            .where(
                ExportMark.name == name,
                ExportedArticle.article_id == Article.id,
                ExportedArticle.content_hash == Article.content_hash,
                ExportedArticle.revision == Article.revision,
            )
        )
        statement = (
            select(Article.id, Article.content_hash, Article.revision)
            .where(*search_condition(session, node), ~given.exists())
            .order_by(Article.id)
        )
        for article_id, content_hash, revision in session.execute(
            statement, execution_options={"yield_per": 10_000}
        ):
            ids.append(article_id)
            hashes += content_hash
            revisions.append(revision)
    return Pending(ids=ids, hashes=bytes(hashes), revisions=revisions)


def remember(database: Database, name: str, given: Pending, *, now: datetime) -> None:
    """All of these were given. Interrupted, the rest is given again: never too little."""
    with database.write() as session:
        insert_new(session, ExportMark, [{"name": name, "created_at": now, "exported_at": now}])
        mark = session.scalars(select(ExportMark).where(ExportMark.name == name)).one()
        mark.exported_at, mark_id = now, mark.id
    for start in range(0, len(given.ids), ROWS_A_TRANSACTION):
        with database.write() as session:
            _remember(session, list(_rows(given, mark_id, start)))


def _rows(given: Pending, mark_id: int, start: int) -> Iterator[dict[str, object]]:
    for index in range(start, min(start + ROWS_A_TRANSACTION, len(given.ids))):
        content_hash = given.hashes[index * HASH_BYTES : (index + 1) * HASH_BYTES]
        yield {
            "mark_id": mark_id,
            "article_id": given.ids[index],
            "content_hash": content_hash,
            "revision": given.revisions[index],
        }


def _remember(session: Session, rows: list[dict[str, object]]) -> None:
    """Those that were forgotten meanwhile have no row to refer to, and are left out."""
    ids = [row["article_id"] for row in rows]
    here = set(session.scalars(select(Article.id).where(Article.id.in_(ids))))
    rows = [row for row in rows if row["article_id"] in here]
    if not rows:
        return
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = make(ExportedArticle)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["mark_id", "article_id"],
            set_={it: statement.excluded[it] for it in ("content_hash", "revision")},
        ),
        rows,
    )
