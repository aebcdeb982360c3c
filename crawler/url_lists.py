"""Lists of URLs as people keep them: one a line, with blank lines and # comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is not a URL Winnow can fetch."""

    number: int
    """From 1."""
    text: str
    """Clipped for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlList:
    """What a list says."""

    urls: tuple[str, ...]
    """Absolute, http or https, in order, each spelling once."""
    bad_lines: tuple[BadLine, ...]


def read_url_list(lines: Iterable[str]) -> UrlList:
    """The URLs and the lines that are none; a byte order mark is dropped."""
    urls: dict[str, None] = {}
    bad_lines: list[BadLine] = []
    for number, line in enumerate(lines, start=1):
        text = line.lstrip("\ufeff").strip()
        if not text or text.startswith("#"):
            continue
        if is_http_url(text):
            urls.setdefault(text)
        else:
            bad_lines.append(BadLine(number=number, text=text[:SHOWN_LENGTH]))
    return UrlList(urls=tuple(urls), bad_lines=tuple(bad_lines))
