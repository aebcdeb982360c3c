"""The newest articles that a search finds, by the way that costs least on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.models import Article
from db.newest_postgresql import newest_on_postgresql
from db.newest_sqlite import newest_on_sqlite
from db.query_nodes import AllOf, Since, Until
from db.session import is_sqlite
from db.time_order import Place, after_place, read_in_order

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from db.query_nodes import Node


def newest_ids(
    session: Session, node: Node | None, *, limit: int, after: Place | None = None
) -> list[int]:
    """At most `limit` of the articles found, newest first; only those after a place, if given."""
    bounds = [] if after is None else after_place(after)
    if node is None:
        return read_in_order(session, bounds, limit)
    bounds += _time_bounds(node)
    if is_sqlite(session):
        return newest_on_sqlite(session, node, bounds, limit)
    return newest_on_postgresql(session, node, bounds, limit)


def _time_bounds(node: Node) -> list[ColumnElement[bool]]:
    """What must be fulfilled of the time."""
    parts = node.nodes if isinstance(node, AllOf) else (node,)
    since = [Article.sort_at >= part.at for part in parts if isinstance(part, Since)]
    return since + [Article.sort_at < part.before for part in parts if isinstance(part, Until)]
