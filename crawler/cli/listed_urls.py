"""The URLs that a command line lists: typed, in files, on stdin."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from crawler.url_lists import read_url_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BAD_LINES_SHOWN = 10
STDIN = "-"


def listed_urls(urls: list[str], files: list[Path], *, skip_bad: bool) -> tuple[str, ...]:
    """Every URL of the command line and its lists, once.

    Raises:
        ConfigError: A list cannot be read, holds no URL, or a line of it is no URL.
    """
    found: dict[str, None] = {}
    complaints: list[str] = []
    for name, lines in _lists(urls, files):
        listed = read_url_list(lines)
        found.update(dict.fromkeys(listed.urls))
        complaints += [_complaint(name, bad.number, bad.text) for bad in listed.bad_lines]
    for complaint in complaints[:MAX_BAD_LINES_SHOWN]:
        print(f"winnow: {complaint}", file=sys.stderr)
    if complaints and not skip_bad:
        raise ConfigError(
            f"{len(complaints)} not usable, nothing was fetched: "
            "correct them, or crawl the others with --skip-bad"
        )
    if not found and (urls or files):
        raise ConfigError("the list holds no URL")
    return tuple(found)


def _lists(urls: list[str], files: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """A name and lines for the command line itself, for stdin, for each file."""
    typed = [url for url in urls if url != STDIN]
    if typed:
        yield "", typed
    if STDIN in urls or STDIN in map(str, files):
        yield "stdin", _read_stdin()
    for path in files:
        if str(path) != STDIN:
            yield str(path), _read_lines(path)


def _read_stdin() -> list[str]:
    return sys.stdin.buffer.read().decode("utf-8", errors="replace").splitlines()


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise ConfigError(f"cannot read the list {path}: {error.strerror}") from error


def _complaint(name: str, number: int, text: str) -> str:
    where = f"{name} line {number}: " if name else ""
    return f"{where}{text!r} is not a URL: give http:// or https:// and a host"
