"""What a person may say about a source, from an option or a CSV cell to the column's value."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, cast

from crawler import setting_values as values
from crawler.errors import ConfigError, SourceError
from crawler.link_patterns import compile_patterns
from crawler.revisits import read_revisit
from pipelines.hosts import registered_domain, split_port
from pipelines.urls import is_http_url, site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from db.sources import SourceRecord

MIN_EVERY_SECONDS = 60
MAX_KEY_LENGTH = 40
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)


class SourceValues(TypedDict, total=False):
    """Columns of a source and their values, those that were given."""

    key: str
    name: str
    url: str
    section: str | None
    every_seconds: int
    delay_seconds: float | None
    max_pages: int
    reach_back_seconds: int
    revisit_seconds: tuple[int, ...] | None
    user_agent: str | None
    proxy: str | None
    cookies: bool
    verify_tls: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]


def read_key(value: object) -> str:
    """A short name for commands."""
    text = values.read_text(value).lower()
    if not _KEY.fullmatch(text):
        raise ValueError(f"give up to {MAX_KEY_LENGTH} letters, digits, dots and hyphens")
    return text


def read_url(value: object) -> str:
    """An http or https URL."""
    text = values.read_text(value)
    if not is_http_url(text):
        raise ValueError("give a URL with http:// or https:// and a host")
    return text


def _read_every(value: object) -> int:
    seconds = values.read_seconds(value)
    if seconds < MIN_EVERY_SECONDS:
        raise ValueError(f"give at least {MIN_EVERY_SECONDS}s: sites are not asked more often")
    return int(seconds)


def _read_reach_back(value: object) -> int:
    return int(values.read_seconds(value))


def _read_patterns(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(line for line in value.splitlines() if line)
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value if item)
    raise ValueError("give regular expressions")


def _or_none(read: Callable[[object], object]) -> Callable[[object], object]:
    """An empty text takes the value away."""
    return lambda value: None if value == "" else read(value)


_READERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "key": ("key", read_key),
    "name": ("name", values.read_text),
    "url": ("url", read_url),
    "section": ("section", _or_none(values.read_text)),
    "every": ("every_seconds", _read_every),
    "delay": ("delay_seconds", _or_none(values.read_seconds)),
    "max": ("max_pages", values.read_positive_count),
    "since": ("reach_back_seconds", _read_reach_back),
    "revisit": ("revisit_seconds", _or_none(read_revisit)),
    "user_agent": ("user_agent", _or_none(values.read_header_text)),
    "proxy": ("proxy", _or_none(values.read_proxy)),
    "cookies": ("cookies", values.read_switch),
    "verify_tls": ("verify_tls", values.read_switch),
    "include": ("include", _read_patterns),
    "exclude": ("exclude", _read_patterns),
}
"""The word of an option or CSV column -> the column of the table, and how it is read."""
FIELD_WORDS = tuple(_READERS)


def read_source_values(given: Mapping[str, object]) -> SourceValues:
    """The given words as columns and values; None means not given.

    Raises:
        ConfigError: A value is not of the allowed form.
    """
    read: dict[str, object] = {}
    for word, value in given.items():
        if value is not None:
            column, reader = _READERS[word]
            read[column] = _read(word, value, reader)
    return cast("SourceValues", read)


def changed_record(record: SourceRecord, changes: SourceValues) -> SourceRecord:
    """The record with these changes, its patterns checked.

    Raises:
        ConfigError: A pattern cannot be used.
    """
    changed = replace(record, **changes)
    compile_patterns(changed.include, changed.exclude)
    return changed


def free_key(url: str, taken: Collection[str]) -> str:
    """A key for a source at this URL: its domain's first word, longer or numbered if taken.

    Raises:
        SourceError: A thousand sources have that name already.
    """
    site, port = split_port(site_of(url))
    owner = registered_domain(site)
    word = owner if owner.replace(".", "").isdigit() or "[" in owner else owner.split(".")[0]
    short, full = _slug(word + port), _slug(site + port)
    numbered = (f"{short}-{number}" for number in range(2, 1_000))
    for key in (short, full, *numbered):
        if key not in taken:
            return key
    raise SourceError(f"every key like {short!r} is taken: give one with --key")


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug[: MAX_KEY_LENGTH - 4] or "source"


def _read(word: str, value: object, reader: Callable[[object], object]) -> object:
    try:
        return reader(value)
    except ValueError as error:
        name = word.replace("_", "-")
        raise ConfigError(f"{name} cannot be {value!r}: {error}") from error
