"""INSERT … ON CONFLICT DO NOTHING, the same on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from db.session import is_sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from db.models import Base


def insert_new(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose keys are new; the others stay as they are."""
    if not rows:
        return
    if is_sqlite(session):
        session.execute(sqlite.insert(model).on_conflict_do_nothing(), list(rows))
    else:
        session.execute(postgresql.insert(model).on_conflict_do_nothing(), list(rows))
