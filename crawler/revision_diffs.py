"""Two texts of one article side by side: which two, what differs, as data and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from pipelines.word_diff import PieceKind, diff_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from db.stored_articles import StoredRevision
    from pipelines.word_diff import Piece

NAMED = {"first": 0, "previous": -2, "current": -1}
"""Words for a revision -> its place among the article's."""
_TAGS = {PieceKind.REMOVED: "del", PieceKind.ADDED: "ins"}
_HTML_HEAD = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 serif;max-width:46em;margin:2em auto}}
h1,p{{white-space:pre-wrap}}.when{{color:#666;font-size:.85em}}
del{{color:#a00;background:#fee}}ins{{color:#060;background:#efe;text-decoration:none}}
</style></head><body>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDiff:
    """What one revision says otherwise than another."""

    before: StoredRevision
    after: StoredRevision
    title: tuple[Piece, ...]
    """A revision without a headline counts as one with an empty headline."""
    text: tuple[Piece, ...]

    @property
    def is_empty(self) -> bool:
        """Whether headline and text are the same."""
        return all(piece.kind is PieceKind.EQUAL for piece in (*self.title, *self.text))


def chosen(revisions: Sequence[StoredRevision], name: str) -> StoredRevision:
    """The revision of that number, or the `first`, `previous` or `current` one.

    Raises:
        ConfigError: There is no such revision, or only one; says which there are.
    """
    if len(revisions) == 1:
        raise ConfigError("--diff: the article has one text only, its first")
    if name in NAMED:
        return revisions[NAMED[name]]
    if not name.isascii() or not name.isdecimal():
        words = ", ".join(NAMED)
        raise ConfigError(f"--diff cannot be {name!r}: give the number of a revision, or {words}")
    for revision in revisions:
        if str(revision.number) == name.lstrip("0"):
            return revision
    raise ConfigError(f"--diff: the article has no revision {name}, only {_told(revisions)}")


def revision_diff(before: StoredRevision, after: StoredRevision) -> RevisionDiff:
    """What `after` says otherwise."""
    return RevisionDiff(
        before=before,
        after=after,
        title=tuple(diff_pieces(before.title or "", after.title or "")),
        text=tuple(diff_pieces(before.text, after.text)),
    )


def diff_row(diff: RevisionDiff) -> dict[str, object]:
    """The difference as plain data, for JSON."""
    return {
        "from": _told_revision(diff.before),
        "to": _told_revision(diff.after),
        "title": _told_pieces(diff.title),
        "text": _told_pieces(diff.text),
    }


def diff_html(diff: RevisionDiff) -> str:
    """A page that stands alone: the text with what went struck out and what came marked."""
    title = escape(diff.after.title or "(no title)")
    when = " to ".join(
        f"revision {it.number} ({it.fetched_at:%Y-%m-%d %H:%M} UTC)"
        for it in (diff.before, diff.after)
    )
    return "\n".join(
        [
            _HTML_HEAD.format(title=title),
            f"<h1>{_marked_up(diff.title)}</h1>",
            f'<p class="when">{when}</p>',
            f"<p>{_marked_up(diff.text)}</p>",
            "</body></html>",
        ]
    )


def _told(revisions: Sequence[StoredRevision]) -> str:
    numbers = [str(it.number) for it in revisions]
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _told_revision(revision: StoredRevision) -> dict[str, object]:
    return {"revision": revision.number, "fetched_at": revision.fetched_at}


def _told_pieces(pieces: Iterable[Piece]) -> list[dict[str, str]]:
    return [{"kind": str(piece.kind), "text": piece.text} for piece in pieces]


def _marked_up(pieces: Iterable[Piece]) -> str:
    return "".join(_element(piece) for piece in pieces)


def _element(piece: Piece) -> str:
    tag = _TAGS.get(piece.kind)
    text = escape(piece.text)
    return f"<{tag}>{text}</{tag}>" if tag else text
