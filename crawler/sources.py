"""What can be done with sources: add, edit, pause, resume, remove. Each is one transaction."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import SourceError
from crawler.source_fields import SourceValues, changed_record, free_key
from db.sources import (
    SeedRecord,
    SourceRecord,
    delete_source,
    hold_sources,
    insert_seeds,
    insert_source,
    record_of,
    seeds_of,
    source_by_key,
    source_keys,
    source_with_seed,
    write_record,
)
from pipelines.urls import fetch_key, host_of, key_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.seeding import SeedChoice
    from db.models import Seed, Source
    from db.session import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWithSeeds:
    """A stored source and where it starts."""

    source: Source
    seeds: tuple[Seed, ...]


def add_source(
    database: Database,
    url: str,
    *,
    seeds: Sequence[SeedChoice],
    values: SourceValues,
    now: datetime,
) -> SourceWithSeeds:
    """Follow a publication from now on; it is due at once. `url` is absolute, http or https.

    Raises:
        SourceError: The key is taken, or a source starts from one of these URLs already.
        ConfigError: A pattern cannot be used.
    """
    with database.write() as session:
        hold_sources(session)
        _refuse_known_seeds(session, seeds)
        record = _new_record(session, url, values)
        source = insert_source(session, record, seeds=seed_records(seeds), now=now)
        return _with_seeds(session, source)


def edit_source(
    database: Database,
    key: str,
    *,
    values: SourceValues,
    more_seeds: Sequence[SeedChoice] = (),
) -> SourceWithSeeds:
    """Change what was said about a source, or let it start from more URLs.

    Raises:
        SourceError: There is no such source, or the new key is taken.
        ConfigError: A pattern cannot be used.
    """
    with database.write() as session:
        hold_sources(session)
        source = find_source(session, key)
        new_key = values.get("key", source.key)
        if new_key != source.key:
            _refuse_taken_key(session, new_key)
        write_record(source, changed_record(record_of(source), values))
        insert_seeds(session, source.id, seed_records(more_seeds))
        return _with_seeds(session, source)


def pause_source(database: Database, key: str, *, now: datetime) -> None:
    """Leave a source out of every schedule until it is resumed."""
    with database.write() as session:
        find_source(session, key).paused_at = now


def resume_source(database: Database, key: str, *, now: datetime) -> None:
    """Crawl a paused source again, at once."""
    with database.write() as session:
        source = find_source(session, key)
        source.paused_at = None
        source.next_due_at = now
        source.failures = 0


def remove_source(database: Database, key: str) -> None:
    """Stop following a source; what it brought stays."""
    with database.write() as session:
        delete_source(session, find_source(session, key))


def show_source(database: Database, key: str) -> SourceWithSeeds:
    """A source and its seeds."""
    with database.read() as session:
        return _with_seeds(session, find_source(session, key))


def find_source(session: Session, key: str) -> Source:
    """The source of that key.

    Raises:
        SourceError: There is none; names the nearest.
    """
    source = source_by_key(session, key)
    if source is not None:
        return source
    keys = source_keys(session)
    near = difflib.get_close_matches(key.lower(), keys, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `winnow sources list` names them"
    raise SourceError(f"no source {key!r}{hint if keys else '; there is none yet'}")


def seed_records(seeds: Iterable[SeedChoice]) -> list[SeedRecord]:
    """Seeds as rows, with their hashes."""
    return [
        SeedRecord(url=it.url, url_hash=key_hash(fetch_key(it.url)), kind=it.kind) for it in seeds
    ]


def _new_record(session: Session, url: str, values: SourceValues) -> SourceRecord:
    key = values.get("key")
    if key is None:
        key = free_key(url, source_keys(session))
    else:
        _refuse_taken_key(session, key)
    base = SourceRecord(key=key, name=host_of(url), url=url)
    return changed_record(base, values)


def _refuse_taken_key(session: Session, key: str) -> None:
    taken = source_by_key(session, key)
    if taken is not None:
        raise SourceError(f"the key {key!r} is taken by the source at {taken.url}")


def _refuse_known_seeds(session: Session, seeds: Sequence[SeedChoice]) -> None:
    known = source_with_seed(session, [seed.url_hash for seed in seed_records(seeds)])
    if known is not None:
        raise SourceError(
            f"the source {known.key!r} starts from this already: "
            f"change it with `winnow sources edit {known.key}`"
        )


def _with_seeds(session: Session, source: Source) -> SourceWithSeeds:
    return SourceWithSeeds(source=source, seeds=tuple(seeds_of(session, source.id)))
