"""Rows and records as lines for a terminal: aligned columns where they fit, else a line a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = Mapping[str, object]

GAP = "  "
INDENT = "  "
CLIP_WIDTH = 44
"""Cells of our own reports are clipped so, but for the last column: a URL stays whole."""
LAST_WIDTH = 20
"""What the last column needs at least; a longer cell runs on over the terminal's next line."""
EMPTY: tuple[object, ...] = (None, (), [], {})


def table_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Aligned columns, those that are empty in every row left out."""
    yield from _aligned(_columns(rows, clip=CLIP_WIDTH))


def whole_lines(rows: Sequence[Row], *, width: int) -> Iterator[str]:
    """The same with no cell clipped; where that is too wide, each row as a record."""
    columns = {name: [cell(row[name]) for row in rows] for name in rows[0]}
    *others, _last = [_width(name, cells) for name, cells in columns.items()]
    if sum(others) + len(GAP) * len(others) + LAST_WIDTH <= width:
        yield from _aligned(columns)
        return
    for number, row in enumerate(rows):
        yield from [""] if number else []
        yield from record_lines(row)


def record_lines(record: Row) -> Iterator[str]:
    """Name and value a line; rows, lists and long texts stand indented below their name."""
    width = max((cell_len(name) for name in record), default=0)
    for name, value in record.items():
        below = list(_below(value))
        if below:
            yield name
            yield from (INDENT + line for line in below)
        else:
            yield f"{set_cell_size(name, width)}{GAP}{cell(value)}".rstrip()


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
    return _printable(str(value))


def local_time(moment: datetime) -> str:
    """A moment on the clock of this machine, to the minute."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone().strftime("%Y-%m-%d %H:%M")


def _columns(rows: Sequence[Row], *, clip: int) -> dict[str, list[str]]:
    names = [name for name in rows[0] if any(row[name] not in EMPTY for row in rows)]
    names = names or list(rows[0])
    columns = {name: [cell(row[name]) for row in rows] for name in names}
    for name in names[:-1]:
        columns[name] = [_clipped(text, clip) for text in columns[name]]
    return columns


def _aligned(columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    widths = [_width(name, cells) for name, cells in columns.items()]
    for line in (tuple(columns), *zip(*columns.values(), strict=True)):
        cells = (set_cell_size(text, width) for text, width in zip(line, widths, strict=True))
        yield GAP.join(cells).rstrip()


def _below(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple) and value:
        if all(isinstance(item, Mapping) for item in value):
            yield from table_lines(value)
        elif len(cell(value)) > CLIP_WIDTH:
            yield from (cell(item) for item in value)
    elif isinstance(value, str) and "\n" in value:
        yield from (_printable(line) for line in value.splitlines())


def _width(name: str, cells: Sequence[str]) -> int:
    return max(cell_len(text) for text in (name, *cells))


def _clipped(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _printable(text: str) -> str:
    """One line; what a terminal would obey instead of showing is a space."""
    return "".join(it if it.isprintable() else " " for it in re.sub(r"\s+", " ", text))
