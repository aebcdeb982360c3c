"""Data to stdout: tables on a terminal, JSON lines in a pipe. Everything else goes to stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CELL_WIDTH = 80
"""Longer cells are clipped on a terminal; JSON carries them whole."""


def print_rows(rows: Iterable[Mapping[str, object]], *, as_json: bool) -> None:
    """Rows as JSON lines, or as a table if stdout is a terminal and JSON was not asked for."""
    if as_json or not sys.stdout.isatty():
        for row in rows:
            print_json(row)
        return
    listed = list(rows)
    if listed:
        print_table(listed)
    else:
        note("nothing found")


def print_record(record: Mapping[str, object], *, as_json: bool) -> None:
    """One record as a line of JSON, or as name and value a line on a terminal."""
    if as_json or not sys.stdout.isatty():
        print_json(record)
        return
    width = max((len(name) for name in record), default=0)
    for name, value in record.items():
        print(f"{name:<{width}}  {cell(value)}")


def print_json(record: object) -> None:
    """One line of JSON."""
    print(json.dumps(plain(record), ensure_ascii=False))


def print_table(rows: Sequence[Mapping[str, object]]) -> None:
    """A table as wide as the terminal; the columns are those of the first row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(value)[:CELL_WIDTH]) for value in row.values()))
    Console().print(table)


def note(sentence: str) -> None:
    """A sentence for the person, on stderr."""
    print(sentence, file=sys.stderr)


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


def cell(value: object) -> str:
    """A value on one line of a terminal, without control characters."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {cell(item)}" for name, item in value.items()) or "-"
    return "".join(it if it.isprintable() else " " for it in str(value))


def local_time(moment: datetime) -> str:
    """A moment on the clock of this machine, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def duration(seconds: float | None) -> str | None:
    """A length of time as it may be typed; None stays None."""
    return None if seconds is None else format_duration(seconds)
