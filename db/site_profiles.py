"""Rows of what is learned about sites: sightings, blocks that recur, decisions.

What they mean is decided in pipelines/sites; docs/site-profiles.md says it for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import (
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.errors import NotFound
from db.models import Article, BlockStatus, CutBlock, SightedProse, Sighting, Site, SiteBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.orm import Session

SIGHTINGS = cast("Table", Sighting.__table__)
PROSE = cast("Table", SightedProse.__table__)
BLOCKS = cast("Table", SiteBlock.__table__)
SITES = cast("Table", Site.__table__)
ARTICLES = cast("Table", Article.__table__)
CUTS = cast("Table", CutBlock.__table__)

DECIDED = (BlockStatus.ACCEPTED, BlockStatus.KEPT, BlockStatus.FORGOTTEN)
ACTIVE = (BlockStatus.LEARNED, BlockStatus.ACCEPTED, BlockStatus.KEPT)
ACTIVE_COLUMNS = ("hash", "articles", "of_articles", "followers", "status")
IDS_A_STATEMENT = 500
PROSE_BIT = 1
"""Lowest bit of a hash: prose."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSighting:
    """What one article showed."""

    article_id: int
    site: str
    domain: str
    sample_key: bytes
    period: int
    day: str | None
    hashes: bytes
    layout: bytes


def _sighting_upserts() -> tuple[sqlite.Insert, postgresql.Insert]:
    def finished(statement: sqlite.Insert | postgresql.Insert) -> object:
        new = statement.excluded
        names = ("site", "domain", "sample_key", "period", "day", "hashes", "layout")
        differs = or_(*(SIGHTINGS.c[name].is_distinct_from(new[name]) for name in names))
        values = {name: new[name] for name in names} | {"is_indexed": False}
        return statement.on_conflict_do_update(
            index_elements=[SIGHTINGS.c.article_id], set_=values, where=differs
        )

    made = (finished(sqlite.insert(SIGHTINGS)), finished(postgresql.insert(SIGHTINGS)))
    return cast("tuple[sqlite.Insert, postgresql.Insert]", made)


def _change_counts() -> tuple[sqlite.Insert, postgresql.Insert]:
    def finished(statement: sqlite.Insert | postgresql.Insert) -> object:
        return statement.on_conflict_do_update(
            index_elements=[SITES.c.site],
            set_={
                "profile_changes": SITES.c.profile_changes + 1,
                "needs_refill": or_(SITES.c.needs_refill, statement.excluded.needs_refill),
            },
        ).returning(SITES.c.profile_changes, SITES.c.profile_articles)

    made = (finished(sqlite.insert(SITES)), finished(postgresql.insert(SITES)))
    return cast("tuple[sqlite.Insert, postgresql.Insert]", made)


def _block_upserts() -> tuple[sqlite.Insert, postgresql.Insert]:
    def finished(statement: sqlite.Insert | postgresql.Insert) -> object:
        names = [column.name for column in BLOCKS.c if column.name not in {"id", "site", "hash"}]
        return statement.on_conflict_do_update(
            index_elements=[BLOCKS.c.site, BLOCKS.c.hash],
            set_={name: statement.excluded[name] for name in names},
        )

    made = (finished(sqlite.insert(BLOCKS)), finished(postgresql.insert(BLOCKS)))
    return cast("tuple[sqlite.Insert, postgresql.Insert]", made)


# Built once: these run for every page.
BLOCK_UPSERTS = _block_upserts()
SIGHTING_UPSERTS = _sighting_upserts()
CHANGE_COUNTS = _change_counts()
KNOWN_SIGHTING = select(SIGHTINGS).where(SIGHTINGS.c.article_id == bindparam("article_id"))


def set_sample_key(session: Session, article_id: int, key: bytes) -> None:
    """The article is sampled by this key from now on."""
    session.execute(update(ARTICLES).where(ARTICLES.c.id == article_id).values(sample_key=key))


def known_sighting(session: Session, article_id: int) -> NewSighting | None:
    """What is stored of an article. None: nothing, or it left its site's sample."""
    row = session.execute(KNOWN_SIGHTING, {"article_id": article_id}).mappings().one_or_none()
    if row is None:
        return None
    return NewSighting(**{name: row[name] for name in NewSighting.__slots__})


def put_sighting(session: Session, sighting: NewSighting) -> None:
    """Make this the sighting of its article."""
    values = {name: getattr(sighting, name) for name in NewSighting.__slots__}
    statement = SIGHTING_UPSERTS[not _is_sqlite(session)]
    session.execute(statement, values | {"is_indexed": False})


def drop_index(session: Session, article_id: int) -> None:
    """Forget which prose an article showed: its sighting changes."""
    session.execute(delete(PROSE).where(PROSE.c.article_id == article_id))


def count_change(session: Session, site: str, *, needs_refill: bool) -> tuple[int, int]:
    """Note that the sightings of a site changed: changes since the last count, articles in it."""
    values = {
        "site": site,
        "profile_version": 0,
        "profile_articles": 0,
        "profile_changes": 1,
        "needs_refill": needs_refill,
        "layout_changed": False,
    }
    row = session.execute(CHANGE_COUNTS[not _is_sqlite(session)], values).one()
    return int(row[0]), int(row[1])


def site_state(session: Session, site: str) -> SiteState:
    """How a site's profile stands; a new site has an empty one."""
    names = SiteState.__slots__
    row = session.execute(select(*(SITES.c[name] for name in names)).where(SITES.c.site == site))
    found = row.mappings().one_or_none()
    return SiteState(site=site) if found is None else SiteState(**found)


def set_site_state(session: Session, state: SiteState) -> None:
    """Write how a site's profile stands; the site has a row."""
    values = {name: getattr(state, name) for name in SiteState.__slots__ if name != "site"}
    session.execute(update(SITES).where(SITES.c.site == state.site).values(values))


def sightings_of(session: Session, site: str) -> list[RowMapping]:
    """Every sighting of a site, by key."""
    chosen = select(SIGHTINGS).where(SIGHTINGS.c.site == site).order_by(SIGHTINGS.c.sample_key)
    return list(session.execute(chosen).mappings())


def drop_sightings(session: Session, article_ids: Sequence[int]) -> None:
    """Of articles that left the sample."""
    for chunk in _chunks(article_ids):
        session.execute(delete(SIGHTINGS).where(SIGHTINGS.c.article_id.in_(chunk)))


def index_prose(session: Session, prose: Mapping[int, Iterable[int]]) -> None:
    """Record which prose each of these articles showed: hashes by article id."""
    rows = [
        {"hash": each, "article_id": article_id}
        for article_id, hashes in prose.items()
        for each in hashes
    ]
    for chunk in _chunks(list(prose)):
        session.execute(delete(PROSE).where(PROSE.c.article_id.in_(chunk)))
        marked = update(SIGHTINGS).where(SIGHTINGS.c.article_id.in_(chunk))
        session.execute(marked.values(is_indexed=True))
    if rows and _is_sqlite(session):
        session.execute(insert(PROSE), rows)
    elif rows:
        columns = {name: [row[name] for row in rows] for name in ("hash", "article_id")}
        session.execute(POSTGRESQL_PROSE, columns)


# One statement for all rows: each row of an executemany costs PostgreSQL a message.
POSTGRESQL_PROSE = text(
    "INSERT INTO sighted_prose (hash, article_id) "
    "SELECT * FROM unnest(CAST(:hash AS bigint[]), CAST(:article_id AS bigint[]))"
)


def shown_elsewhere(session: Session, hashes: Sequence[int], domain: str) -> set[int]:
    """Those of these hashes that an article of another domain shows."""
    found: set[int] = set()
    for chunk in _chunks(hashes):
        chosen = (
            select(PROSE.c.hash)
            .join(SIGHTINGS, SIGHTINGS.c.article_id == PROSE.c.article_id)
            .where(PROSE.c.hash.in_(chunk), SIGHTINGS.c.domain != domain)
        )
        found.update(session.scalars(chosen))
    return found


def stale_sites(session: Session, limit: int = 500) -> list[str]:
    """Sites whose profile is not what their sightings say, by name."""
    chosen = select(SITES.c.site).where(SITES.c.profile_changes > 0).order_by(SITES.c.site)
    return list(session.scalars(chosen.limit(limit)))


def contradicted_sites(session: Session) -> list[str]:
    """Sites with prose that another domain began, or ceased, to show too; by name."""
    elsewhere = exists(
        select(PROSE.c.hash)
        .join(SIGHTINGS, SIGHTINGS.c.article_id == PROSE.c.article_id)
        .where(PROSE.c.hash == BLOCKS.c.hash, SIGHTINGS.c.domain != BLOCKS.c.domain)
    )
    wrong = or_(
        and_(BLOCKS.c.status == BlockStatus.LEARNED, elsewhere),
        and_(BLOCKS.c.status == BlockStatus.ELSEWHERE, ~elsewhere),
    )
    is_prose = BLOCKS.c.hash.bitwise_and(PROSE_BIT) == PROSE_BIT
    chosen = select(BLOCKS.c.site).where(is_prose, wrong).distinct().order_by(BLOCKS.c.site)
    return list(session.scalars(chosen))


def blocks_of(session: Session, site: str) -> list[RowMapping]:
    """Every learned or decided block of a site, by hash."""
    chosen = select(BLOCKS).where(BLOCKS.c.site == site).order_by(BLOCKS.c.hash)
    return list(session.execute(chosen).mappings())


def active_blocks(session: Session, site: str) -> list[RowMapping]:
    """What the profile is made of: the blocks that are cut or kept, by hash."""
    chosen = select(*(BLOCKS.c[name] for name in ACTIVE_COLUMNS)).where(
        BLOCKS.c.site == site, BLOCKS.c.status.in_(ACTIVE)
    )
    return list(session.execute(chosen.order_by(BLOCKS.c.hash)).mappings())


def put_blocks(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add or replace blocks of sites; each row has every column but id."""
    if rows:
        session.execute(BLOCK_UPSERTS[not _is_sqlite(session)], list(rows))


def drop_blocks(session: Session, site: str, hashes: Sequence[int]) -> None:
    """Blocks that recur no longer and that nobody decided about."""
    for chunk in _chunks(hashes):
        gone = delete(BLOCKS).where(BLOCKS.c.site == site, BLOCKS.c.hash.in_(chunk))
        session.execute(gone)


def read_block(session: Session, block_id: int) -> RowMapping:
    """One block with every column.

    Raises:
        NotFound: There is none with this number.
    """
    row = session.execute(select(BLOCKS).where(BLOCKS.c.id == block_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no block {block_id}: `winnow boilerplate list` shows their numbers")
    return row


def list_blocks(
    session: Session, *, site: str | None, status: BlockStatus | None, limit: int
) -> list[RowMapping]:
    """Blocks ordered by the articles they touch; undecided ones first."""
    chosen = select(BLOCKS)
    if site is not None:
        chosen = chosen.where(BLOCKS.c.site == site)
    if status is not None:
        chosen = chosen.where(BLOCKS.c.status == status)
    is_decided = case((BLOCKS.c.decided_at.is_(None), 0), else_=1)
    order = (is_decided, BLOCKS.c.articles.desc(), BLOCKS.c.site, BLOCKS.c.hash)
    return list(session.execute(chosen.order_by(*order).limit(limit)).mappings())


def decide(session: Session, block_id: int, status: BlockStatus, *, now: datetime) -> None:
    """Write a person's decision about a block."""
    values = {"status": status, "decided_at": now, "decided_period": BLOCKS.c.last_period}
    session.execute(update(BLOCKS).where(BLOCKS.c.id == block_id).values(values))


def articles_to_sight(session: Session, article_ids: Sequence[int]) -> Iterator[RowMapping]:
    """id, url, sample_key, sort_at, published_at and blocks of stored articles, by id."""
    columns = ("id", "url", "sample_key", "sort_at", "published_at", "blocks")
    for chunk in _chunks(sorted(article_ids)):
        chosen = select(*(ARTICLES.c[name] for name in columns)).where(ARTICLES.c.id.in_(chunk))
        yield from session.execute(chosen.order_by(ARTICLES.c.id)).mappings()


def cuts_of(session: Session, article_id: int) -> list[RowMapping]:
    """What was cut from an article, in page order."""
    chosen = select(CUTS).where(CUTS.c.article_id == article_id).order_by(CUTS.c.id)
    return list(session.execute(chosen).mappings())


def lowest_articles(
    session: Session, site: str, *, between: tuple[datetime, datetime] | None = None, limit: int
) -> list[int]:
    """Ids of a site's articles with the lowest sample keys, by key.

    Args:
        session: Open; nothing is written.
        site: Whose articles.
        between: Only those whose sort_at is in this span, its end excluded. None: all.
        limit: At most so many.
    """
    chosen = select(ARTICLES.c.id).where(_is_sampled(site))
    if between is not None:
        chosen = chosen.where(ARTICLES.c.sort_at >= between[0], ARTICLES.c.sort_at < between[1])
    ordered = chosen.order_by(ARTICLES.c.sample_key, ARTICLES.c.id).limit(limit)
    return list(session.scalars(ordered))


def newest_date(session: Session, site: str, *, before: datetime | None) -> datetime | None:
    """The newest sort_at of a site's articles, of those before a time if one is given."""
    chosen = select(func.max(ARTICLES.c.sort_at)).where(_is_sampled(site))
    if before is not None:
        chosen = chosen.where(ARTICLES.c.sort_at < before)
    newest: datetime | None = session.scalar(chosen)
    return newest


def urls_of(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """URL by id."""
    found: dict[int, str] = {}
    for chunk in _chunks(article_ids):
        rows = session.execute(
            select(ARTICLES.c.id, ARTICLES.c.url).where(ARTICLES.c.id.in_(chunk))
        )
        found.update((row.id, row.url) for row in rows)
    return found


def forget_sightings(session: Session, sites: Iterable[str]) -> None:
    """Articles of these sites are gone: what was learned from them is to be learned again.

    Decisions stay where the site has other articles.
    """
    for site in sorted(set(sites)):
        gone = delete(BLOCKS).where(BLOCKS.c.site == site)
        if session.scalar(select(func.count()).select_from(ARTICLES).where(_is_sampled(site))):
            gone = gone.where(BLOCKS.c.status.not_in(DECIDED))
        session.execute(gone)
        session.execute(
            update(SITES)
            .where(SITES.c.site == site)
            .values(profile_changes=SITES.c.profile_changes + 1, needs_refill=True)
        )


def _is_sampled(site: str) -> ColumnElement[bool]:
    return and_(ARTICLES.c.site == site, ARTICLES.c.sample_key.is_not(None))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), IDS_A_STATEMENT):
        yield ids[start : start + IDS_A_STATEMENT]
