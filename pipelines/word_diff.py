"""What two texts of one article differ in, in words."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import regex

from pipelines.edit_script import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_EDITS = 1_000
"""Paragraphs, then words, taken out and put in: half a million steps, about half a second. What
differs in more is shown as removed and added whole."""
CONTEXT_WORDS = 5
"""Shown on each side of a change."""
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts that put no space between words: there a character is a word."""
_LETTERS = rf"[[\w\p{{M}}'\u2019]--[{_UNSPACED}]]+"
_TOKEN = regex.compile(
    rf"{_LETTERS}(?:[.,:-]{_LETTERS})*|\n|[^\S\n]+|.\p{{M}}*", regex.VERSION1 | regex.DOTALL
)
"""A word (`well-known`, `3.5`), a line end, spaces, or one other character."""


class PieceKind(StrEnum):
    """What became of a piece of text."""

    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Neighbouring words, spaces and line ends that share one fate; never empty."""

    kind: PieceKind
    text: str


MARKS = {
    PieceKind.EQUAL: ("", ""),
    PieceKind.REMOVED: ("[-", "-]"),
    PieceKind.ADDED: ("{+", "+}"),
}
"""Around a piece where there are no colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What stood at one place before, and what stands there now."""

    old: str
    new: str
    equal: bool


def lost_share(old: str, new: str) -> float:
    """Of the old text's words, those that the new one has no more; 0 for an empty old text."""
    before, after = Counter(old.split()), Counter(new.split())
    total = before.total()
    return (before - after).total() / total if total else 0.0


def diff_pieces(old: str, new: str) -> list[Piece]:
    """Both texts as one list, no two neighbours of one kind.

    Without the added pieces it is the old text, without the removed ones the new; what is removed
    stands before what is added in its place.
    """
    return list(_merged(piece for passage in _passages(old, new) for piece in passage))


def word_diff(old: str, new: str) -> str:
    """The changed passages: `[-removed-]` and `{+added+}`, one a line, long equal parts cut."""
    lines = (_shortened_line(passage) for passage in _passages(old, new))
    return "\n".join(line for line in lines if line)


def _passages(old: str, new: str) -> Iterator[list[Piece]]:
    """Equal and changed runs of paragraphs in turn; a changed run's pieces are of words."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found = list(runs(before, after, max_edits=MAX_EDITS))
    # The cost of a passage grows with the square of its edits; all together stay at one's cost.
    most = int(MAX_EDITS / math.sqrt(max(sum(not it.equal for it in found), 1)))
    for it in found:
        removed, added = "".join(before[it.a : it.b]), "".join(after[it.c : it.d])
        if it.equal:
            yield [Piece(kind=PieceKind.EQUAL, text=removed)]
        else:
            yield _changed_passage(removed, added, most)


def _changed_passage(old: str, new: str, max_edits: int) -> list[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    parts = [
        _Part(old="".join(before[it.a : it.b]), new="".join(after[it.c : it.d]), equal=it.equal)
        for it in runs(before, after, max_edits=max_edits)
    ]
    return [piece for part in _without_islands(parts) for piece in _pieces_of(part)]


def _without_islands(parts: list[_Part]) -> list[_Part]:
    """The parts, where an equal one no longer than the changes on both its sides joins them.

    An `a` in two sentences that say different things is nothing they share.
    """
    kept: list[_Part] = []
    for index, part in enumerate(parts):
        beside = [*kept[-1:], *parts[index + 1 : index + 2]]
        is_island = part.equal and len(beside) == 2 and len(part.old) <= min(map(_size, beside))  # noqa: PLR2004 - a change on each side
        if kept and not kept[-1].equal and (is_island or not part.equal):
            kept[-1] = _joined(kept[-1], part)
        else:
            kept.append(part)
    return kept


def _size(part: _Part) -> int:
    return max(len(part.old), len(part.new))


def _joined(left: _Part, right: _Part) -> _Part:
    return _Part(old=left.old + right.old, new=left.new + right.new, equal=False)


def _pieces_of(part: _Part) -> Iterator[Piece]:
    if part.equal:
        yield Piece(kind=PieceKind.EQUAL, text=part.old)
        return
    space = _shared_last_space(part)
    end = -len(space) or None
    for kind, text in (
        (PieceKind.REMOVED, part.old[:end]),
        (PieceKind.ADDED, part.new[:end]),
        (PieceKind.EQUAL, space),
    ):
        if text:
            yield Piece(kind=kind, text=text)


def _shared_last_space(part: _Part) -> str:
    """Joined islands may leave one at the end of both."""
    return part.old[-1:] if part.old[-1:] == part.new[-1:] and part.old[-1:].isspace() else ""


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Equal neighbours as one: a changed passage may begin with what it shares."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.kind is piece.kind is PieceKind.EQUAL:
            last = Piece(kind=PieceKind.EQUAL, text=last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _shortened_line(passage: list[Piece]) -> str:
    if all(piece.kind is PieceKind.EQUAL for piece in passage):
        return ""
    return "".join(_shown(piece) for piece in passage).strip()


def _shown(piece: Piece) -> str:
    opening, closing = MARKS[piece.kind]
    text = piece.text.rstrip("\n") or piece.text
    words = text.split(" ")
    if piece.kind is PieceKind.EQUAL and len(words) > 2 * CONTEXT_WORDS:
        words = [*words[:CONTEXT_WORDS], "…", *words[-CONTEXT_WORDS:]]
    return opening + " ".join(words) + closing + piece.text[len(text) :]
