"""Whether the canonical links of a site are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from db.models import Page, Site
from db.tables import SITES
from db.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def distrust_canonical_links(session: Session, site: str, at: datetime) -> None:
    """Unlike pages of this site claim one canonical link: from now on none is believed."""
    insert_new(session, Site, [{"site": site}])
    session.execute(
        update(SITES)
        .where(SITES.c.site == site, SITES.c.canonical_distrusted_at.is_(None))
        .values(canonical_distrusted_at=at)
    )


def trust_canonical_links(session: Session, site: str) -> None:
    """The pages of this site agree again."""
    session.execute(update(SITES).where(SITES.c.site == site).values(canonical_distrusted_at=None))


def has_contested_links(session: Session, site: str, *, leaving_out: int) -> bool:
    """Whether pages of this site that lead to different articles claim one canonical link.

    Args:
        session: Open; nothing is written.
        site: Whose pages are looked at, all of them: rarely needed.
        leaving_out: The page that is about to claim something else.
    """
    one, other = aliased(Page), aliased(Page)
    contested = (
        select(one.id)
        .join(other, other.canonical_hash == one.canonical_hash)
        .where(one.site == site, other.article_id != one.article_id)
        .where(one.id != leaving_out, other.id != leaving_out)
        .limit(1)
    )
    return session.scalar(contested) is not None
