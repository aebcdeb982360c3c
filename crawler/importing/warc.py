"""WARC files, as Common Crawl, wget and Winnow write them: their HTTP answers as pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.importing.answered_pages import page_of_answer
from crawler.importing.http_answers import parse_answer
from crawler.importing.records import ArchivedPage, BrokenRecord
from crawler.importing.warc_records import DamagedRecord, WarcRecord, iter_records
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome
from pipelines.records import Link
from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_HEADER_BYTES = 256 * 1024
"""Of an HTTP answer."""
LINK_TITLE = "winnow-link-title"
LINK_PUBLISHED_AT = "winnow-link-published-at"
"""Fields of Winnow's own files: what the feed or the linking page had said. WARC 1.1 §5 has other
programs ignore them."""


class WarcFile:
    """One WARC file, gzipped or plain."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = max(path.stat().st_size, 1)
        self._offset = 0

    @property
    def share_read(self) -> float:
        """How much of it was read, from 0 to 1."""
        return self._offset / self._size

    def __iter__(self) -> Iterator[ArchivedPage | BrokenRecord]:
        """Its HTTP answers, in their order; records of other kinds are passed over."""
        with self.path.open("rb") as file:
            for record in iter_records(file, max_block_bytes=MAX_BODY_BYTES + MAX_HEADER_BYTES):
                self._offset = record.offset
                place = f"{self.path.name}, byte {record.offset}"
                if isinstance(record, DamagedRecord):
                    yield BrokenRecord(place=place, reason=record.reason)
                elif _is_answer(record):
                    yield _page(record, place)
        self._offset = self._size


def _is_answer(record: WarcRecord) -> bool:
    """Whether it is what a web server said; wget and Heritrix also keep DNS answers."""
    url = _target(record).lower()
    return record.headers.get("warc-type") == "response" and url.startswith(("http:", "https:"))


def _page(record: WarcRecord, place: str) -> ArchivedPage | BrokenRecord:
    url, date = _target(record), record.headers.get("warc-date", "")
    if not is_http_url(url):
        return BrokenRecord(place=place, reason=f"its address is {url[:200]!r}")
    fetched_at = _time(date)
    if fetched_at is None:
        return BrokenRecord(place=place, reason=f"its WARC-Date is {date[:40]!r}")
    page = ArchivedPage(url=url, fetched_at=fetched_at)
    if record.block is None:
        return page.without_page(Outcome.TOO_LARGE, f"over {MAX_BODY_BYTES} bytes")
    if record.headers.get("warc-truncated"):
        return page.without_page(Outcome.PARSE_ERROR, "cut short when the archive was made")
    answer = parse_answer(record.block)
    if answer is None:
        return page.without_page(Outcome.PARSE_ERROR, "the record holds no HTTP answer")
    return page_of_answer(page, answer, _hints(record, url))


def _target(record: WarcRecord) -> str:
    """WARC 1.0 has the address between angle brackets in its grammar, and most do not."""
    return record.headers.get("warc-target-uri", "").strip("<> ")


def _hints(record: WarcRecord, url: str) -> Link:
    title = record.headers.get(LINK_TITLE)
    published_at = record.headers.get(LINK_PUBLISHED_AT)
    return Link(
        url=url,
        title=unquote(title) if title else None,
        published_at=_time(published_at) if published_at else None,
    )


def _time(text: str) -> datetime | None:
    """A time of W3CDTF with its zone, in UTC; None: it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
