"""Earlier texts of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from db.tables import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def add_revision(session: Session, values: Mapping[str, object]) -> None:
    """Keep the text that an article had until now; `number` was the article's `revision`."""
    session.execute(insert(REVISIONS), dict(values))
