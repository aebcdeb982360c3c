"""Earlier texts of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, insert

from db.models import Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

REVISIONS = cast("Table", Revision.__table__)


def add_revision(session: Session, values: Mapping[str, object]) -> None:
    """Keep the text that an article had until now; `number` was the article's `revision`."""
    session.execute(insert(REVISIONS), dict(values))
