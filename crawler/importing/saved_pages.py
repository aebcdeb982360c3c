"""A folder of saved HTML pages: where each came from, and when."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from crawler.importing.records import ArchivedPage, BrokenRecord
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome
from pipelines.records import FetchedPage
from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = frozenset({".html", ".htm", ".xhtml"})
HEAD_BYTES = 256 * 1024
"""Where a page says its address."""
# Browsers and SingleFile; the canonical link; what social networks read. Bounded: a page may be
# made to hurt.
ADDRESSES = (
    re.compile(r"<!-- saved from url=\(\d{1,5}\)(\S{1,2000}?) -->"),
    re.compile(r"^ url: (https?://\S{1,2000})", re.MULTILINE),
    re.compile(
        r"""<link\b(?=[^>]{0,500}\brel=["']?canonical\b)[^>]{0,500}?\bhref=["']?([^"'\s>]{1,2000})""",
        re.IGNORECASE,
    ),
    re.compile(
        r"""<meta\b(?=[^>]{0,500}["']?og:url\b)[^>]{0,500}?\bcontent=["']?([^"'\s>]{1,2000})""",
        re.IGNORECASE,
    ),
)
HOST_FOLDER = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,24}", re.ASCII | re.IGNORECASE)
"""How `wget --mirror` names its folders."""
NO_ADDRESS = (
    "it does not say where it came from: give --base-url, the address of the folder, "
    "or keep pages in folders named after their hosts"
)


class SavedPages:
    """All HTML files of a folder and the folders in it, by name."""

    def __init__(self, path: Path, *, base_url: str | None = None) -> None:
        """Args: the folder, and its address if its pages do not say theirs."""
        self.path = path
        self._base_url = None if base_url is None else base_url.rstrip("/") + "/"
        self._files: list[Path] = []
        self._done = 0

    @property
    def share_read(self) -> float:
        """How much of it was read, from 0 to 1."""
        return self._done / max(len(self._files), 1)

    def __iter__(self) -> Iterator[ArchivedPage | BrokenRecord]:
        """Its pages."""
        found = self.path.rglob("*")
        self._files = sorted(it for it in found if it.suffix.lower() in ENDINGS and it.is_file())
        for done, file in enumerate(self._files, start=1):
            self._done = done
            yield self._page(file)

    def _page(self, file: Path) -> ArchivedPage | BrokenRecord:
        name = str(file.relative_to(self.path))
        size = file.stat().st_size
        body = b"" if size > MAX_BODY_BYTES else file.read_bytes()
        url = self._address(name, body)
        if url is None:
            return BrokenRecord(place=name, reason=NO_ADDRESS)
        fetched_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        fetched = FetchedPage(
            request_url=url, url=url, body=body, content_type="text/html", fetched_at=fetched_at
        )
        page = ArchivedPage(url=url, fetched_at=fetched_at, fetched=fetched)
        if size > MAX_BODY_BYTES:
            return page.without_page(Outcome.TOO_LARGE, f"over {MAX_BODY_BYTES} bytes")
        return page

    def _address(self, name: str, body: bytes) -> str | None:
        """Where a page came from; None: nothing says it."""
        path = quote(name.replace("\\", "/"))
        if self._base_url is not None:
            return urljoin(self._base_url, path)
        head = body[:HEAD_BYTES].decode("utf-8", errors="replace")
        for pattern in ADDRESSES:
            found = pattern.search(head)
            url = html.unescape(found[1]) if found else ""
            if url.startswith(("http://", "https://")) and is_http_url(url):
                return url
        host, _, rest = path.partition("/")
        return f"https://{path}" if rest and HOST_FOLDER.fullmatch(host) else None
