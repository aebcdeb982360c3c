"""Queries for sources and their seeds. They take a session and never commit."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text

from db.models import Article, Page, Run, Seed, SeedKind, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MAX_SOURCES = 10_000
"""Every list has a limit; the schedule of one machine is far below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRecord:
    """A URL that a source's crawl starts from."""

    url: str
    """Absolute, http or https."""
    url_hash: bytes
    """16 bytes of the fetch key."""
    kind: str
    """A value of SeedKind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What a person may say about a source; columns of the same names."""

    key: str
    name: str
    url: str
    section: str | None = None
    every_seconds: int = 1800
    delay_seconds: float | None = None
    max_pages: int = 200
    reach_back_seconds: int = 7 * 86_400
    revisit_seconds: tuple[int, ...] | None = None
    """Ages at which its articles are looked at again. None: the usual ones; empty: never."""
    user_agent: str | None = None
    proxy: str | None = None
    cookies: bool = False
    verify_tls: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOverview:
    """One line of `sources list`."""

    source: Source
    seeds: int
    articles: int
    """Stored from its pages, whatever run."""
    last_read_at: datetime | None
    """When a seed of it last answered. None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReading:
    """How one reading of a seed ended."""

    outcome: str
    """`read`, `not_modified`, or a value of db.outcomes.Outcome."""
    detail: str | None = None
    read_at: datetime | None = None
    """When it answered. None: it did not, and the last time stays."""
    etag: str | None = None
    last_modified: str | None = None
    links_found: int = 0


def source_by_key(session: Session, key: str) -> Source | None:
    """The source of that key, whatever its case."""
    return session.scalars(select(Source).where(Source.key == key.strip().lower())).one_or_none()


def source_keys(session: Session) -> list[str]:
    """Every key, in alphabetical order."""
    return list(session.scalars(select(Source.key).order_by(Source.key).limit(MAX_SOURCES)))


def all_sources(session: Session) -> list[Source]:
    """Every source, by key."""
    return list(session.scalars(select(Source).order_by(Source.key).limit(MAX_SOURCES)))


def due_sources(session: Session, *, now: datetime) -> list[Source]:
    """Sources to crawl now, the longest overdue first; none that is paused."""
    query = (
        select(Source)
        .where(Source.paused_at.is_(None), Source.next_due_at <= now)
        .order_by(Source.next_due_at, Source.key)
        .limit(MAX_SOURCES)
    )
    return list(session.scalars(query))


def active_sources(session: Session) -> list[Source]:
    """Every source that is not paused, by key."""
    query = select(Source).where(Source.paused_at.is_(None)).order_by(Source.key)
    return list(session.scalars(query.limit(MAX_SOURCES)))


def overviews(session: Session) -> list[SourceOverview]:
    """Every source with what it brought, by key."""
    seeds = (
        select(Seed.source_id, func.count().label("seeds"), func.max(Seed.read_at).label("read_at"))
        .group_by(Seed.source_id)
        .subquery()
    )
    articles = (
        select(Page.source_id, func.count(func.distinct(Article.id)).label("articles"))
        .join(Article, Page.article_id == Article.id)
        .group_by(Page.source_id)
        .subquery()
    )
    query = (
        select(Source, seeds.c.seeds, articles.c.articles, seeds.c.read_at)
        .outerjoin(seeds, seeds.c.source_id == Source.id)
        .outerjoin(articles, articles.c.source_id == Source.id)
        .order_by(Source.key)
        .limit(MAX_SOURCES)
    )
    return [
        SourceOverview(source=source, seeds=count or 0, articles=found or 0, last_read_at=read_at)
        for source, count, found, read_at in session.execute(query)
    ]


def seeds_of(session: Session, source_id: int) -> list[Seed]:
    """The seeds of a source, in the order they were added."""
    query = select(Seed).where(Seed.source_id == source_id).order_by(Seed.id).limit(MAX_SOURCES)
    return list(session.scalars(query))


def source_with_seed(session: Session, url_hashes: Sequence[bytes]) -> Source | None:
    """The first source that already starts from one of these URLs."""
    query = (
        select(Source)
        .join(Seed, Seed.source_id == Source.id)
        .where(Seed.url_hash.in_(url_hashes))
        .order_by(Source.id)
        .limit(1)
    )
    return session.scalars(query).first()


def last_run_of(session: Session, source_id: int) -> Run | None:
    """The newest crawl run of a source. None: it was never crawled."""
    query = select(Run).where(Run.source_id == source_id).order_by(Run.id.desc()).limit(1)
    return session.scalars(query).first()


def hold_sources(session: Session) -> None:
    """Until the commit nobody else adds or renames a source: what was looked up stays so.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE sources IN SHARE ROW EXCLUSIVE MODE"))


def insert_source(
    session: Session, record: SourceRecord, *, seeds: Iterable[SeedRecord], now: datetime
) -> Source:
    """Store a new source, due at once."""
    source = Source(next_due_at=now, created_at=now, failures=0)
    write_record(source, record)
    session.add(source)
    session.flush()
    insert_seeds(session, source.id, seeds)
    return source


def insert_seeds(session: Session, source_id: int, seeds: Iterable[SeedRecord]) -> int:
    """Add the seeds that the source does not have yet; how many those were."""
    present = {seed.url_hash for seed in seeds_of(session, source_id)}
    added = 0
    for seed in seeds:
        if seed.url_hash in present:
            continue
        present.add(seed.url_hash)
        added += 1
        session.add(
            Seed(
                source_id=source_id,
                url=seed.url,
                url_hash=seed.url_hash,
                kind=SeedKind(seed.kind),
                links_found=0,
            )
        )
    session.flush()
    return added


def record_of(source: Source) -> SourceRecord:
    """What a person said about this source."""
    values = {field.name: getattr(source, field.name) for field in fields(SourceRecord)}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return SourceRecord(**(values | lists))


def write_record(source: Source, record: SourceRecord) -> None:
    """Set the columns of a source to what a person said."""
    for name, value in asdict(record).items():
        setattr(source, name, list(value) if isinstance(value, tuple) else value)


def delete_source(session: Session, source: Source) -> None:
    """Forget a source and its seeds; its pages and articles stay."""
    session.execute(delete(Seed).where(Seed.source_id == source.id))
    session.delete(source)
    session.flush()


def write_seed_reading(seed: Seed, reading: SeedReading) -> None:
    """Note on a seed how its last reading ended; validators change only with an answer."""
    seed.outcome = reading.outcome
    seed.detail = reading.detail
    if reading.read_at is None:
        return
    seed.read_at = reading.read_at
    if reading.outcome == "read":
        seed.etag = reading.etag
        seed.last_modified = reading.last_modified
        seed.links_found = reading.links_found
