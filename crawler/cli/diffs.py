"""`winnow show --diff`: two texts of an article as one, by lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipelines.word_diff import MARKS, Piece, PieceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from crawler.revision_diffs import RevisionDiff

COLOURS = {
    PieceKind.EQUAL: "",
    PieceKind.REMOVED: "red strike",
    PieceKind.ADDED: "green",
}

Line = list[Piece]


def print_diff(diff: RevisionDiff) -> None:
    """Headline and changed paragraphs; in colours on a terminal that has them, else in marks."""
    from crawler.cli.output import note

    if sys.stdout.isatty():
        from rich.console import Console

        console = Console(highlight=False, soft_wrap=True)
        if console.color_system is not None and not console.no_color:
            _print_coloured(console, diff)
        else:
            _print_marked(diff)
    else:
        _print_marked(diff)
    if diff.is_empty:
        note("headline and text are the same")


def shown_lines(diff: RevisionDiff) -> Iterator[Line]:
    """From when to when, the headline, then the text with what stayed counted instead of shown."""
    yield [_equal(_heading(diff))]
    yield list(diff.title) or [_equal("(no title)")]
    yield []
    same = 0
    for line in _lines(diff.text):
        if all(piece.kind is PieceKind.EQUAL for piece in line):
            same += 1
            continue
        yield from _left_out(same)
        same = 0
        yield line
    yield from _left_out(same)


def _print_coloured(console: Console, diff: RevisionDiff) -> None:
    from rich.text import Text

    for line in shown_lines(diff):
        console.print(Text.assemble(*((piece.text, COLOURS[piece.kind]) for piece in line)))


def _print_marked(diff: RevisionDiff) -> None:
    for line in shown_lines(diff):
        print("".join(piece.text.join(MARKS[piece.kind]) for piece in line))


def _heading(diff: RevisionDiff) -> str:
    from crawler.cli.tables import local_time

    return " to ".join(
        f"revision {it.number} ({local_time(it.fetched_at)})" for it in (diff.before, diff.after)
    )


def _lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """The pieces line by line, each cut where its text has a line end."""
    line: Line = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line += _some(piece.kind, first)
        for text in others:
            yield from _some_line(line)
            line = _some(piece.kind, text)
    yield from _some_line(line)


def _some(kind: PieceKind, text: str) -> Line:
    return [Piece(kind=kind, text=text)] if text else []


def _some_line(line: Line) -> Iterator[Line]:
    if line:
        yield line


def _left_out(lines: int) -> Iterator[Line]:
    if lines:
        yield [_equal(f"… {lines} {'paragraph' if lines == 1 else 'paragraphs'} the same")]


def _equal(text: str) -> Piece:
    return Piece(kind=PieceKind.EQUAL, text=text)
