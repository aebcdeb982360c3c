"""Response bodies as received, small: zstd with an earlier page of the same host as dictionary.

Pages of one host share their frame, so the dictionary halves what zstd alone leaves. A dictionary
is a row of its own that keeps its content, so no raw page needs another raw page to be read.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import xxhash
from sqlalchemy import bindparam, delete, insert, select, update

from db.errors import NotFound
from db.models import Article
from db.prepared import Prepared
from db.session import changed_rows
from db.tables import DICTIONARIES, RAW_PAGES

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDict, compress, decompress
else:
    from backports.zstd import ZstdDict, compress, decompress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.driver import Row


# Built once: these run for every page.
SAME_BODY = Prepared(
    select(RAW_PAGES.c.id).where(
        RAW_PAGES.c.page_id == bindparam("page_id"), RAW_PAGES.c.body_hash == bindparam("body_hash")
    )
)
INSERT_RAW = Prepared(
    insert(RAW_PAGES).returning(RAW_PAGES.c.id),
    columns=[column.name for column in RAW_PAGES.c if not column.primary_key],
)
NEWEST_DICTIONARY = Prepared(
    select(DICTIONARIES.c.id, DICTIONARIES.c.page_id, DICTIONARIES.c.created_at)
    .where(DICTIONARIES.c.host == bindparam("host"))
    .order_by(DICTIONARIES.c.id.desc())
    .limit(1)
)

LEVEL = 3
"""Measured on news pages of 439 KiB with dictionary: 33.6 KiB in 1.3 ms; level 5 saves 8 % and
takes 3.4 ms, level 1 leaves 62 KiB."""
MAX_DICTIONARY_BYTES = 1024 * 1024
"""The head of a longer page serves: the frame that pages share is not longer."""
MIN_DICTIONARY_BYTES = 4 * 1024
"""A shorter page has no frame worth sharing."""
CACHED_DICTIONARIES = 24
"""Loaded ones that a store holds, about 2 MiB each."""
STALE_RATIO = 0.8
"""With a dictionary of use, a page shrinks to less than this part of what its dictionary, being a
page of the same host, shrank to without one."""
STALE_PAGES = 4
"""After so many pages in a row without gain, the next one becomes the host's dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPageRecord:
    """One response as it was received, with all that is needed to decode it again."""

    id: int
    page_id: int
    url: str
    """After redirects."""
    status: int
    content_type: str | None
    robots_tag: str | None
    fetched_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRawPage:
    """What is to be kept of a response."""

    page_id: int
    host: str
    url: str
    status: int
    content_type: str | None
    robots_tag: str | None
    fetched_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class _DictionaryKey:
    """Names a dictionary's content: an id alone is used again after a rollback."""

    id: int
    page_id: int | None
    created_at: datetime


@dataclass(slots=True)
class _Loaded:
    content: ZstdDict
    plain_ratio: float
    """What zstd alone left of it."""
    pages_without_gain: int = 0


class RawPageStore:
    """Writes raw pages. Holds loaded dictionaries, so the writer keeps one; for one thread."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[_DictionaryKey, _Loaded] = OrderedDict()

    def put(self, session: Session, page: NewRawPage) -> int:
        """The raw page's id. An equal body of the same page is stored once."""
        body_hash = xxhash.xxh3_128_digest(page.body)
        same = SAME_BODY.first(session, {"page_id": page.page_id, "body_hash": body_hash})
        if same is not None:
            return cast("int", same[0])
        data, dictionary_id = self._compress(session, page)
        row = {
            "page_id": page.page_id,
            "url": page.url,
            "status": page.status,
            "content_type": page.content_type,
            "robots_tag": page.robots_tag,
            "fetched_at": page.fetched_at,
            "body_hash": body_hash,
            "size_bytes": len(page.body),
            "data": data,
            "dictionary_id": dictionary_id,
        }
        return cast("int", cast("Row", INSERT_RAW.first(session, row))[0])

    def _compress(self, session: Session, page: NewRawPage) -> tuple[bytes, int | None]:
        key = self._dictionary_for(session, page)
        if key is None:
            return compress(page.body, LEVEL), None
        loaded = self._load(session, key)
        data = compress(page.body, LEVEL, zstd_dict=loaded.content.as_digested_dict)
        gained = len(data) <= STALE_RATIO * loaded.plain_ratio * len(page.body)
        loaded.pages_without_gain = 0 if gained else loaded.pages_without_gain + 1
        return data, key.id

    def _dictionary_for(self, session: Session, page: NewRawPage) -> _DictionaryKey | None:
        """Asked of the database each time: what was made may have been rolled back."""
        key = _newest_dictionary(session, page.host)
        is_stale = key is not None and self._load(session, key).pages_without_gain >= STALE_PAGES
        if (key is None or is_stale) and len(page.body) >= MIN_DICTIONARY_BYTES:
            return self._make_dictionary(session, page)
        return key

    def _make_dictionary(self, session: Session, page: NewRawPage) -> _DictionaryKey:
        content = page.body[:MAX_DICTIONARY_BYTES]
        data = compress(content, LEVEL)
        row = {
            "host": page.host,
            "page_id": page.page_id,
            "data": data,
            "created_at": page.fetched_at,
        }
        made = session.execute(insert(DICTIONARIES).returning(DICTIONARIES.c.id), row)
        key = _DictionaryKey(made.scalar_one(), page.page_id, page.fetched_at)
        self._keep(key, _Loaded(ZstdDict(content, is_raw=True), len(data) / len(content)))
        return key

    def _load(self, session: Session, key: _DictionaryKey) -> _Loaded:
        loaded = self._loaded.get(key)
        if loaded is None:
            loaded = _read_dictionary(session, key.id)
            self._keep(key, loaded)
        self._loaded.move_to_end(key)
        return loaded

    def _keep(self, key: _DictionaryKey, loaded: _Loaded) -> None:
        self._loaded[key] = loaded
        if len(self._loaded) > CACHED_DICTIONARIES:
            self._loaded.popitem(last=False)


def read_raw_page(session: Session, raw_page_id: int) -> RawPageRecord:
    """A stored response, its body as received.

    Raises:
        NotFound: No such raw page: never kept, pruned or forgotten.
    """
    row = session.execute(select(RAW_PAGES).where(RAW_PAGES.c.id == raw_page_id)).one_or_none()
    if row is None:
        raise NotFound(f"no raw page {raw_page_id}: it was not kept, or was pruned")
    return RawPageRecord(
        id=row.id,
        page_id=row.page_id,
        url=row.url,
        status=row.status,
        content_type=row.content_type,
        robots_tag=row.robots_tag,
        fetched_at=row.fetched_at,
        body=_decompress(session, row.data, row.dictionary_id),
    )


def newest_raw_pages(session: Session, site: str, *, limit: int) -> list[RawPageRecord]:
    """The kept pages of a site's articles that were fetched last, newest first."""
    kept = (
        select(Article.raw_page_id)
        .where(Article.site == site, Article.raw_page_id.is_not(None))
        .order_by(Article.fetched_at.desc(), Article.id.desc())
        .limit(limit)
    )
    return [read_raw_page(session, page) for page in session.scalars(kept) if page is not None]


def prune(session: Session, older_than: datetime) -> int:
    """Delete the raw pages fetched before a time; how many there were. Articles stay.

    A dictionary stays for as long as a younger page needs it.
    """
    pruned = session.execute(delete(RAW_PAGES).where(RAW_PAGES.c.fetched_at < older_than))
    drop_unused_dictionaries(session, older_than)
    return changed_rows(pruned)


def drop_unused_dictionaries(session: Session, older_than: datetime) -> None:
    """Delete the dictionaries made before a time that no raw page was compressed with."""
    used = select(RAW_PAGES.c.id).where(RAW_PAGES.c.dictionary_id == DICTIONARIES.c.id).exists()
    session.execute(delete(DICTIONARIES).where(DICTIONARIES.c.created_at < older_than, ~used))


def compress_again(session: Session, raw_page_ids: Sequence[int]) -> None:
    """Free raw pages of their dictionaries, which are about to go."""
    chosen = select(RAW_PAGES.c.id, RAW_PAGES.c.data, RAW_PAGES.c.dictionary_id).where(
        RAW_PAGES.c.id.in_(raw_page_ids)
    )
    for row in session.execute(chosen).all():
        body = _decompress(session, row.data, row.dictionary_id)
        alone = {"data": compress(body, LEVEL), "dictionary_id": None}
        session.execute(update(RAW_PAGES).where(RAW_PAGES.c.id == row.id).values(alone))


def _newest_dictionary(session: Session, host: str) -> _DictionaryKey | None:
    row = NEWEST_DICTIONARY.first(session, {"host": host})
    return None if row is None else _DictionaryKey(*cast("tuple[int, int | None, datetime]", row))


def _read_dictionary(session: Session, dictionary_id: int) -> _Loaded:
    data = session.execute(
        select(DICTIONARIES.c.data).where(DICTIONARIES.c.id == dictionary_id)
    ).scalar_one()
    content = decompress(data)
    return _Loaded(ZstdDict(content, is_raw=True), len(data) / len(content))


def _decompress(session: Session, data: bytes, dictionary_id: int | None) -> bytes:
    if dictionary_id is None:
        return decompress(data)
    return decompress(data, zstd_dict=_read_dictionary(session, dictionary_id).content)
