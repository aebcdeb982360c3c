"""Blocks that the articles of a site share, their evidence, and what people decided of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, case, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.chunks import chunks
from db.errors import NotFound
from db.models import BlockStatus
from db.prepared import Prepared
from db.session import is_sqlite
from db.tables import PROSE, SIGHTINGS, SITE_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

DECIDED = (BlockStatus.ACCEPTED, BlockStatus.KEPT, BlockStatus.FORGOTTEN)
ACTIVE = (BlockStatus.LEARNED, BlockStatus.ACCEPTED, BlockStatus.KEPT)
PROSE_BIT = 1
"""Lowest bit of a hash: prose."""


def _block_upserts() -> tuple[Prepared, Prepared]:
    columns = [column.name for column in SITE_BLOCKS.c if not column.primary_key]

    def finished(statement: sqlite.Insert | postgresql.Insert) -> Prepared:
        changed = {name: statement.excluded[name] for name in columns if name not in IDENTITY}
        return Prepared(
            statement.on_conflict_do_update(
                index_elements=[SITE_BLOCKS.c[name] for name in IDENTITY], set_=changed
            ),
            columns=columns,
        )

    return finished(sqlite.insert(SITE_BLOCKS)), finished(postgresql.insert(SITE_BLOCKS))


IDENTITY = ("site", "hash")
# Built once: these run for every page.
BLOCK_UPSERTS = _block_upserts()


class StoredBlock(NamedTuple):
    """What the profile says of a block; in the order of ACTIVE_BLOCKS."""

    hash: int
    articles: int
    of_articles: int
    followers: int
    status: BlockStatus


ACTIVE_BLOCKS = Prepared(
    select(*(SITE_BLOCKS.c[name] for name in StoredBlock._fields))
    .where(
        SITE_BLOCKS.c.site == bindparam("of_site"),
        or_(*(SITE_BLOCKS.c.status == each for each in ACTIVE)),
    )
    .order_by(SITE_BLOCKS.c.hash)
)
BLOCKS_OF = Prepared(
    select(SITE_BLOCKS).where(SITE_BLOCKS.c.site == bindparam("of_site")).order_by("hash")
)
BLOCK_COLUMNS = tuple(column.name for column in SITE_BLOCKS.c)


def blocks_of(session: Session, site: str) -> list[dict[str, object]]:
    """Every learned or decided block of a site, every column by name; by hash."""
    rows = BLOCKS_OF.rows(session, {"of_site": site})
    return [dict(zip(BLOCK_COLUMNS, row, strict=True)) for row in rows]


def active_blocks(session: Session, site: str) -> list[StoredBlock]:
    """What the profile is made of: the blocks that are cut or kept, by hash."""
    return [StoredBlock._make(row) for row in ACTIVE_BLOCKS.rows(session, {"of_site": site})]


def put_blocks(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add or replace blocks of sites; each row has every column but id."""
    if rows:
        BLOCK_UPSERTS[not is_sqlite(session)].run_for_each(session, rows)


def drop_blocks(session: Session, site: str, hashes: Sequence[int]) -> None:
    """Blocks that recur no longer and that nobody decided about."""
    for chunk in chunks(hashes):
        gone = delete(SITE_BLOCKS).where(SITE_BLOCKS.c.site == site, SITE_BLOCKS.c.hash.in_(chunk))
        session.execute(gone)


def read_block(session: Session, block_id: int) -> RowMapping:
    """One block with every column.

    Raises:
        NotFound: There is none with this number.
    """
    row = (
        session.execute(select(SITE_BLOCKS).where(SITE_BLOCKS.c.id == block_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(f"no block {block_id}: `winnow boilerplate list` shows their numbers")
    return row


def list_blocks(
    session: Session, *, site: str | None, status: BlockStatus | None, limit: int
) -> list[RowMapping]:
    """Blocks ordered by the articles they touch; undecided ones first."""
    chosen = select(SITE_BLOCKS)
    if site is not None:
        chosen = chosen.where(SITE_BLOCKS.c.site == site)
    if status is not None:
        chosen = chosen.where(SITE_BLOCKS.c.status == status)
    is_decided = case((SITE_BLOCKS.c.decided_at.is_(None), 0), else_=1)
    order = (is_decided, SITE_BLOCKS.c.articles.desc(), SITE_BLOCKS.c.site, SITE_BLOCKS.c.hash)
    return list(session.execute(chosen.order_by(*order).limit(limit)).mappings())


def decide(session: Session, block_id: int, status: BlockStatus, *, now: datetime) -> None:
    """Write a person's decision about a block."""
    values = {"status": status, "decided_at": now, "decided_period": SITE_BLOCKS.c.last_period}
    session.execute(update(SITE_BLOCKS).where(SITE_BLOCKS.c.id == block_id).values(values))


def contradicted_sites(session: Session) -> list[str]:
    """Sites with prose that another domain began, or ceased, to show too; by name."""
    elsewhere = exists(
        select(PROSE.c.hash)
        .join(SIGHTINGS, SIGHTINGS.c.article_id == PROSE.c.article_id)
        .where(PROSE.c.hash == SITE_BLOCKS.c.hash, SIGHTINGS.c.domain != SITE_BLOCKS.c.domain)
    )
    wrong = or_(
        and_(SITE_BLOCKS.c.status == BlockStatus.LEARNED, elsewhere),
        and_(SITE_BLOCKS.c.status == BlockStatus.ELSEWHERE, ~elsewhere),
    )
    is_prose = SITE_BLOCKS.c.hash.bitwise_and(PROSE_BIT) == PROSE_BIT
    chosen = (
        select(SITE_BLOCKS.c.site).where(is_prose, wrong).distinct().order_by(SITE_BLOCKS.c.site)
    )
    return list(session.scalars(chosen))
