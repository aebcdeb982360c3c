"""What articles showed of their sites: a sighting an article, and which prose it was.

What it means is decided in pipelines/sites; docs/site-profiles.md says it for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from db.chunks import chunks
from db.driver import Statement, driver_of, for_both
from db.prepared import Prepared
from db.session import is_sqlite
from db.tables import PROSE, SIGHTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Insert
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


class StoredSighting(NamedTuple):
    """What counting a profile needs of a sighting; in the order of SIGHTINGS_OF."""

    article_id: int
    sample_key: bytes
    period: int
    day: str | None
    hashes: bytes
    layout: bytes
    is_indexed: bool
    """Its prose is known to `shown_elsewhere`."""


SIGHTINGS_OF = Prepared(
    select(*(SIGHTINGS.c[name] for name in StoredSighting._fields))
    .where(SIGHTINGS.c.site == bindparam("site"))
    .order_by(SIGHTINGS.c.sample_key)
)
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


def sightings_of(session: Session, site: str) -> list[StoredSighting]:
    """Every sighting of a site, by key."""
    return [StoredSighting._make(row) for row in SIGHTINGS_OF.rows(session, {"site": site})]


def drop_sightings(session: Session, article_ids: Sequence[int]) -> None:
    """Of articles that left the sample."""
    for chunk in chunks(article_ids):
        session.execute(delete(SIGHTINGS).where(SIGHTINGS.c.article_id.in_(chunk)))


def index_prose(session: Session, prose: Mapping[int, Iterable[int]]) -> None:
    """Record which prose each of these articles showed: hashes by article id."""
    if not prose:
        return
    driver = driver_of(session)
    articles = {"list": driver.numbers(prose)}
    driver.run(DROP_PROSE, articles)
    driver.run(MARK_INDEXED, articles)
    rows = sorted((each, article_id) for article_id, hashes in prose.items() for each in hashes)
    if driver.is_sqlite:
        driver.run_many(ADD_PROSE.sqlite, rows)
    elif rows:
        hashes, shown_in = map(driver.numbers, zip(*rows, strict=True))
        driver.run(ADD_PROSE, {"hashes": hashes, "shown_in": shown_in})


DROP_PROSE = for_both("DELETE FROM sighted_prose WHERE article_id IN ({list})")
MARK_INDEXED = for_both("UPDATE sightings SET is_indexed = TRUE WHERE article_id IN ({list})")
ADD_PROSE = Statement(
    sqlite="INSERT INTO sighted_prose (hash, article_id) VALUES (?, ?)",
    # One statement for all rows: each row of an executemany costs PostgreSQL a message.
    postgresql="INSERT INTO sighted_prose (hash, article_id) SELECT * FROM "
    "unnest(CAST(%(hashes)s AS bigint[]), CAST(%(shown_in)s AS bigint[]))",
)


def shown_elsewhere(session: Session, hashes: Sequence[int], domain: str) -> set[int]:
    """Those of these hashes that an article of another domain shows."""
    if not hashes:
        return set()
    driver = driver_of(session)
    wanted = {"list": driver.numbers(hashes), "domain": domain}
    return {cast("int", found) for (found,) in driver.rows(SHOWN_ELSEWHERE, wanted)}


SHOWN_ELSEWHERE = for_both(
    "SELECT prose.hash FROM sighted_prose AS prose "
    "JOIN sightings ON sightings.article_id = prose.article_id "
    "WHERE prose.hash IN ({list}) AND sightings.domain <> :domain"
)
