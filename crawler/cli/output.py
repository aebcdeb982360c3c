"""Data to stdout: tables on a terminal, JSON lines in a pipe. Everything else goes to stderr."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def print_rows(rows: Iterable[Mapping[str, object]], *, as_json: bool) -> None:
    """Rows as JSON lines, or as a table if stdout is a terminal and JSON was not asked for."""
    if as_json or not sys.stdout.isatty():
        for row in rows:
            print_json(row)
        return
    listed = list(rows)
    if not listed:
        note("nothing found")
        return
    from crawler.cli.tables import table_lines

    _print_lines(table_lines(listed))


def print_whole_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """The same with no value clipped: what a person asked for by name."""
    if as_json or not sys.stdout.isatty() or not rows:
        print_rows(rows, as_json=as_json)
        return
    from crawler.cli.tables import whole_lines

    _print_lines(whole_lines(rows, width=shutil.get_terminal_size().columns))


def print_record(record: Mapping[str, object], *, as_json: bool) -> None:
    """One record as a line of JSON, or as name and value a line on a terminal."""
    if as_json or not sys.stdout.isatty():
        print_json(record)
        return
    from crawler.cli.tables import record_lines

    _print_lines(record_lines(record))


def print_json(record: object) -> None:
    """One line of JSON."""
    print(json.dumps(plain(record), ensure_ascii=False))


def note(sentence: str) -> None:
    """A sentence for the person, on stderr."""
    print(sentence, file=sys.stderr)


def counted(number: int, noun: str) -> str:
    """`1 article`, `2 articles`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plain(value: object) -> object:
    """What JSON can hold: times as ISO 8601 in UTC, bytes as hex, records as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {it.name: plain(getattr(value, it.name)) for it in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def duration(seconds: float | None) -> str | None:
    """A length of time as it may be typed; None stays None."""
    return None if seconds is None else format_duration(seconds)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
