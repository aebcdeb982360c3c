"""Winnow's own export in JSON lines, read back: articles without their pages.

Their texts are clean already and are stored as they are; the ledger has one attempt for each.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.importing.records import ArchivedPage, BrokenRecord
from crawler.importing.row_values import minutes_of, text_of, texts_of, time_of
from db.export import EXPORT_SCHEMA
from pipelines.fingerprint import content_hash, count_words
from pipelines.records import (
    Block,
    BlockKind,
    BlockLink,
    CleanArticle,
    FetchedPage,
    Metadata,
    Reason,
    Rejection,
    RightsSignals,
)
from pipelines.render import blocks_to_text
from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

MAX_LINE_BYTES = 32 * 2**20
"""An article's text has at most some 10 MB, and twice that as blocks."""
UNKNOWN_CLEANER = 0
"""Another text of the page is no revision before both were cleaned alike."""
LIST_SIGN = "- "
RIGHTS = ("noindex", "noarchive", "noai", "tdm_reserved")


class ArticleLines:
    """A .jsonl file of articles."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = max(path.stat().st_size, 1)
        self._read = 0

    @property
    def share_read(self) -> float:
        """How much of it was read, from 0 to 1."""
        return self._read / self._size

    def __iter__(self) -> Iterator[ArchivedPage | BrokenRecord]:
        """Its articles, in their order."""
        with self.path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                self._read = file.tell()
                if line.strip():
                    yield _article(line, place=f"{self.path.name}, line {number}")


def _article(line: bytes, *, place: str) -> ArchivedPage | BrokenRecord:
    try:
        row = json.loads(line)
        return _page(row) if isinstance(row, dict) else _broken(place, "it is no JSON object")
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        return _broken(place, f"it is no JSON: {error}"[:300])
    except (ValueError, RecursionError) as error:
        return _broken(place, f"{error}"[:300])


def _broken(place: str, reason: str) -> BrokenRecord:
    return BrokenRecord(place=place, reason=reason)


def _page(row: Mapping[str, object]) -> ArchivedPage:
    """The article of a row.

    Raises:
        ValueError: It has no address or time, or a column holds what it cannot.
    """
    schema = row.get("schema", EXPORT_SCHEMA)
    if schema != EXPORT_SCHEMA:
        raise ValueError(f"its schema is {schema!r}, this Winnow reads {EXPORT_SCHEMA}")
    url, fetched_at = text_of(row, "url") or "", time_of(row, "fetched_at")
    if not is_http_url(url):
        raise ValueError(f"its url is {url[:200]!r}" if url else "it has no url")
    if fetched_at is None:
        raise ValueError("it has no fetched_at")
    result = _result(row, url, fetched_at)
    fetched = FetchedPage(request_url=url, url=url, body=b"", fetched_at=fetched_at)
    return ArchivedPage(url=url, fetched_at=fetched_at, fetched=fetched, result=result)


def _result(row: Mapping[str, object], url: str, fetched_at: datetime) -> CleanArticle | Rejection:
    rights = RightsSignals(**{name: row.get(name) is True for name in RIGHTS})
    metadata, text = _metadata(row, url), text_of(row, "text")
    if text:
        return _clean(url, fetched_at, metadata, rights, blocks=_blocks(row, text))
    if not rights.tdm_reserved:
        raise ValueError("it has no text")
    return Rejection(
        request_url=url,
        url=url,
        fetched_at=fetched_at,
        reason=Reason.RESERVED,
        detail="the publisher reserves text and data mining",
        metadata=metadata,
        rights=rights,
    )


def _clean(
    url: str,
    fetched_at: datetime,
    metadata: Metadata,
    rights: RightsSignals,
    *,
    blocks: tuple[Block, ...],
) -> CleanArticle:
    text = blocks_to_text(blocks)
    return CleanArticle(
        request_url=url,
        url=url,
        fetched_at=fetched_at,
        metadata=metadata,
        blocks=blocks,
        cuts=(),
        text=text,
        content_hash=content_hash(text),
        word_count=count_words(text),
        rights=rights,
        cleaner_version=UNKNOWN_CLEANER,
        is_outside_sample=True,  # its site cannot learn from a text without its page
    )


def _metadata(row: Mapping[str, object], url: str) -> Metadata:
    paywalled = row.get("paywalled")
    return Metadata(
        title=text_of(row, "title"),
        authors=texts_of(row, "authors"),
        published_at=time_of(row, "published_at"),
        published_offset_minutes=minutes_of(row, "published_offset_minutes"),
        modified_at=time_of(row, "modified_at"),
        modified_offset_minutes=minutes_of(row, "modified_offset_minutes"),
        language=text_of(row, "language"),
        section=text_of(row, "section"),
        tags=texts_of(row, "tags"),
        image_url=text_of(row, "image_url"),
        image_caption=text_of(row, "image_caption"),
        site_name=text_of(row, "site_name"),
        description=text_of(row, "description"),
        paywalled=paywalled if isinstance(paywalled, bool) else None,
        canonical_url=url,
    )


def _blocks(row: Mapping[str, object], text: str) -> tuple[Block, ...]:
    """The row's blocks if they are of this text; else one a line, list items together."""
    given = row.get("blocks")
    if isinstance(given, list):
        blocks = tuple(_block(each) for each in given)
        if blocks_to_text(blocks) == text:
            return blocks
    return tuple(_blocks_of_lines(text.split("\n")))


def _block(given: object) -> Block:
    if not isinstance(given, dict):
        raise ValueError(f"no block: {str(given)[:100]}")  # noqa: TRY004 - of a value in a file
    try:
        links = tuple(
            BlockLink(start=int(it["start"]), end=int(it["end"]), url=str(it["url"]))
            for it in given.get("links", [])
        )
        return Block(
            kind=BlockKind(given["kind"]),
            text=str(given["text"]),
            level=int(given.get("level", 0)),
            links=links,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no block: {str(given)[:100]}") from error


def _blocks_of_lines(lines: list[str]) -> Iterator[Block]:
    items: list[str] = []
    for line in lines:
        if line.startswith(LIST_SIGN):
            items.append(line.removeprefix(LIST_SIGN))
            continue
        if items:
            yield Block(kind=BlockKind.LIST, text="\n".join(items))
            items = []
        if line:
            yield Block(kind=BlockKind.PARAGRAPH, text=line)
    if items:
        yield Block(kind=BlockKind.LIST, text="\n".join(items))
