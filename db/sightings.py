"""What articles showed of their sites: a sighting an article, and which prose it was.

What it means is decided in pipelines/sites; docs/site-profiles.md says it for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from db.chunks import chunks
from db.prepared import Prepared
from db.session import is_sqlite
from db.tables import PROSE, SIGHTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Insert, RowMapping
    from sqlalchemy.orm import Session


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


def _sighting_upserts() -> tuple[Prepared, Prepared]:
    def finished(statement: sqlite.Insert | postgresql.Insert) -> Insert:
        new = statement.excluded
        names = ("site", "domain", "sample_key", "period", "day", "hashes", "layout")
        differs = or_(*(SIGHTINGS.c[name].is_distinct_from(new[name]) for name in names))
        values = {name: new[name] for name in names} | {"is_indexed": False}
        return statement.on_conflict_do_update(
            index_elements=[SIGHTINGS.c.article_id], set_=values, where=differs
        )

    columns = [*NewSighting.__slots__, "is_indexed"]
    made = (finished(sqlite.insert(SIGHTINGS)), finished(postgresql.insert(SIGHTINGS)))
    return Prepared(made[0], columns=columns), Prepared(made[1], columns=columns)


SIGHTING_UPSERTS = _sighting_upserts()
KNOWN_SIGHTING = select(SIGHTINGS).where(SIGHTINGS.c.article_id == bindparam("article_id"))


def known_sighting(session: Session, article_id: int) -> NewSighting | None:
    """What is stored of an article. None: nothing, or it left its site's sample."""
    row = session.execute(KNOWN_SIGHTING, {"article_id": article_id}).mappings().one_or_none()
    if row is None:
        return None
    return NewSighting(**{name: row[name] for name in NewSighting.__slots__})


def put_sighting(session: Session, sighting: NewSighting) -> None:
    """Make this the sighting of its article."""
    values = {name: getattr(sighting, name) for name in NewSighting.__slots__}
    statement = SIGHTING_UPSERTS[not is_sqlite(session)]
    statement.run(session, values | {"is_indexed": False})


def drop_index(session: Session, article_id: int) -> None:
    """Forget which prose an article showed: its sighting changes."""
    session.execute(delete(PROSE).where(PROSE.c.article_id == article_id))


def sightings_of(session: Session, site: str) -> list[RowMapping]:
    """Every sighting of a site, by key."""
    chosen = select(SIGHTINGS).where(SIGHTINGS.c.site == site).order_by(SIGHTINGS.c.sample_key)
    return list(session.execute(chosen).mappings())


def drop_sightings(session: Session, article_ids: Sequence[int]) -> None:
    """Of articles that left the sample."""
    for chunk in chunks(article_ids):
        session.execute(delete(SIGHTINGS).where(SIGHTINGS.c.article_id.in_(chunk)))


def index_prose(session: Session, prose: Mapping[int, Iterable[int]]) -> None:
    """Record which prose each of these articles showed: hashes by article id."""
    rows = [
        {"hash": each, "article_id": article_id}
        for article_id, hashes in prose.items()
        for each in hashes
    ]
    for chunk in chunks(list(prose)):
        session.execute(delete(PROSE).where(PROSE.c.article_id.in_(chunk)))
        marked = update(SIGHTINGS).where(SIGHTINGS.c.article_id.in_(chunk))
        session.execute(marked.values(is_indexed=True))
    if rows and is_sqlite(session):
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
    for chunk in chunks(hashes):
        chosen = (
            select(PROSE.c.hash)
            .join(SIGHTINGS, SIGHTINGS.c.article_id == PROSE.c.article_id)
            .where(PROSE.c.hash.in_(chunk), SIGHTINGS.c.domain != domain)
        )
        found.update(session.scalars(chosen))
    return found
