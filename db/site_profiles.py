"""How the profiles of sites stand: how much was learned, and whether it is to be counted again.

What it means is decided in pipelines/sites; docs/site-profiles.md says it for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.sampled_articles import is_sampled
from db.session import is_sqlite
from db.site_blocks import DECIDED
from db.tables import ARTICLES, SITE_BLOCKS, SITES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.dml import ReturningInsert


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """How a site's profile stands."""

    site: str
    profile_version: int = 0
    profile_articles: int = 0
    profile_changes: int = 0
    needs_refill: bool = False
    layout_changed: bool = False
    layout: dict[str, object] | None = None
    """What stands where, and the bounds of the sample. None: nothing was counted."""
    layout_given: dict[str, object] | None = None
    """What a pack said of it. None: there was none."""


_NEW_STATE = {
    "profile_version": 0,
    "profile_articles": 0,
    "profile_changes": 1,
    "layout_changed": False,
}


def _change_counts() -> tuple[Prepared, Prepared]:
    def finished(statement: sqlite.Insert | postgresql.Insert) -> ReturningInsert[tuple[int, int]]:
        return statement.on_conflict_do_update(
            index_elements=[SITES.c.site],
            set_={
                "profile_changes": SITES.c.profile_changes + 1,
                "needs_refill": or_(SITES.c.needs_refill, statement.excluded.needs_refill),
            },
        ).returning(SITES.c.profile_changes, SITES.c.profile_articles)

    columns = ["site", "needs_refill", *_NEW_STATE]
    made = (finished(sqlite.insert(SITES)), finished(postgresql.insert(SITES)))
    return Prepared(made[0], columns=columns), Prepared(made[1], columns=columns)


CHANGE_COUNTS = _change_counts()


def count_change(session: Session, site: str, *, needs_refill: bool) -> tuple[int, int]:
    """Note that the sightings of a site changed: changes since the last count, articles in it."""
    values = {**_NEW_STATE, "site": site, "needs_refill": needs_refill}
    row = CHANGE_COUNTS[not is_sqlite(session)].first(session, values)
    return cast("tuple[int, int]", row)


STATE_COLUMNS = tuple(name for name in SiteState.__slots__ if name != "site")
SITE_STATE = Prepared(
    select(*(SITES.c[name] for name in STATE_COLUMNS)).where(SITES.c.site == bindparam("of_site"))
)
SET_SITE_STATE = Prepared(
    update(SITES)
    .where(SITES.c.site == bindparam("of_site"))
    .values({name: bindparam(f"new_{name}", type_=SITES.c[name].type) for name in STATE_COLUMNS})
)


def site_state(session: Session, site: str) -> SiteState:
    """How a site's profile stands; a new site has an empty one."""
    row = SITE_STATE.first(session, {"of_site": site})
    if row is None:
        return SiteState(site=site)
    said = cast("dict[str, Any]", dict(zip(STATE_COLUMNS, row, strict=True)))
    return SiteState(site=site, **said)


def set_site_state(session: Session, state: SiteState) -> None:
    """Write how a site's profile stands; the site has a row."""
    values = {f"new_{name}": getattr(state, name) for name in STATE_COLUMNS}
    SET_SITE_STATE.run(session, {**values, "of_site": state.site})


def stale_sites(session: Session, limit: int = 500) -> list[str]:
    """Sites whose profile is not what their sightings say, by name."""
    chosen = select(SITES.c.site).where(SITES.c.profile_changes > 0).order_by(SITES.c.site)
    return list(session.scalars(chosen.limit(limit)))


def forget_sightings(session: Session, sites: Iterable[str]) -> None:
    """Articles of these sites are gone: what was learned from them is to be learned again.

    Decisions stay where the site has other articles.
    """
    for site in sorted(set(sites)):
        gone = delete(SITE_BLOCKS).where(SITE_BLOCKS.c.site == site)
        if session.scalar(select(func.count()).select_from(ARTICLES).where(is_sampled(site))):
            gone = gone.where(SITE_BLOCKS.c.status.not_in(DECIDED))
        session.execute(gone)
        session.execute(
            update(SITES)
            .where(SITES.c.site == site)
            .values(profile_changes=SITES.c.profile_changes + 1, needs_refill=True)
        )
