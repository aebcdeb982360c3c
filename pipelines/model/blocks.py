"""Judged lines to typed blocks, the kept ones and those cut between them."""

import html
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, takewhile
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from pipelines.clean.draft import BLOCK_MODEL, Draft, Verdict, reads_as_prose
from pipelines.clean.places import Place, SiblingPaths
from pipelines.clean.runs import Run
from pipelines.clean.steps import MAX_HEADINGS
from pipelines.decode import clean_characters
from pipelines.extract.blocks import clean_line, is_clean
from pipelines.model.classifier import KEPT, Judged
from pipelines.model.features import HEADINGS
from pipelines.model.outline import Box, Line, Outline
from pipelines.records import Block, BlockKind, Metadata

MAX_CELL_CHARACTERS = 200
"""Of a line in a table of data; a longer one is a paragraph in a table that lays out a page."""

LINES_BEFORE = 3
LINES_AFTER = 6
"""Short ones around the text that are named though they are cut: a prompt, a pager and a teaser.
What a site repeats there is learned from all its pages, not only where the model kept it."""

_KINDS = {
    "ul": BlockKind.LIST,
    "ol": BlockKind.LIST,
    "dl": BlockKind.LIST,
    "table": BlockKind.TABLE,
    "blockquote": BlockKind.QUOTE,
    "pre": BlockKind.CODE,
    "figcaption": BlockKind.CAPTION,
} | dict.fromkeys(HEADINGS, BlockKind.HEADING)
_JOINED = frozenset(
    {BlockKind.LIST, BlockKind.TABLE, BlockKind.QUOTE, BlockKind.CODE, BlockKind.HEADING}
)
_HEADING, _TABLE, _CODE = BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE
_PARAGRAPH = BlockKind.PARAGRAPH  # to reach a member costs more than to compare it


_counts = attrgetter("characters", "link_characters", "own_link_characters", "control_characters")
"""Of a line, in the order of a place's."""


class PlacedBlock(NamedTuple):
    """A block, where it stands, and why it is cut; None: it is kept."""

    block: Block
    place: Place
    verdict: Verdict | None


class _Group(NamedTuple):
    """What consecutive lines of one block have in common."""

    is_kept: bool
    kind: BlockKind
    box: int
    line: int
    """-1 for kinds whose lines are joined: the line itself parts the others."""


def learned_draft(judged: Judged, metadata: Metadata) -> Draft:
    """The article before any step of cleaning; what the model cuts has its verdict already."""
    placed = tuple(placed_blocks(judged))
    return Draft(
        metadata=metadata,
        blocks=tuple(item.block for item in placed),
        places=tuple(item.place for item in placed),
        runs=runs_of(judged.outline),
        headings=_headings(judged.outline),
        verdicts={
            index: item.verdict for index, item in enumerate(placed) if item.verdict is not None
        },
    )


def placed_blocks(judged: Judged) -> Iterator[PlacedBlock]:
    """Blocks in page order: all that are kept, and those cut between them or kept by trafilatura.

    Text is never added, and no line stands in two blocks.
    """
    outline = judged.outline
    shown = _shown(judged)
    groups = _groups(judged, shown)
    texts = dict(zip(shown, _texts([outline.lines[line] for line in shown]), strict=True))
    said = judged.probabilities.tolist()
    paths = SiblingPaths()
    for group, members in groupby(shown, key=groups.__getitem__):
        lines = list(members)
        text = _text(outline, lines, group, texts)
        if text:
            yield PlacedBlock(
                _block(outline, lines[0], group, text, paths),
                _place(outline, lines),
                None if group.is_kept else _verdict(f"{max([said[it] for it in lines]):.2f}"),
            )


def runs_of(outline: Outline) -> tuple[Run, ...]:
    """The page's lines as cleaning reads them."""
    boxes = outline.boxes
    return tuple(
        Run(  # by position: half the time
            boxes[line.box].element,
            boxes[line.box].is_in_navigation,
            line.text,
            line.characters,
            line.link_characters,
            line.own_link_characters,
            line.control_characters,
        )
        for line in outline.lines
    )


def _headings(outline: Outline) -> tuple[str, ...]:
    """As `headings_in` reads them of runs."""
    boxes = outline.boxes
    texts = [line.text for line in outline.lines if boxes[line.box].tag == "h1"]
    return tuple(texts[:MAX_HEADINGS])


def _shown(judged: Judged) -> list[int]:
    kept = np.flatnonzero(judged.probabilities >= KEPT)
    if not len(kept):
        return []
    is_shown = judged.heard > 0
    is_shown[kept[0] : kept[-1] + 1] = True
    lines = range(len(is_shown))
    is_shown[_hugging(judged.outline, lines[: kept[0]][: -LINES_BEFORE - 1 : -1])] = True
    is_shown[_hugging(judged.outline, lines[kept[-1] + 1 :][:LINES_AFTER])] = True
    shown: list[int] = np.flatnonzero(is_shown).tolist()
    return shown


def _hugging(outline: Outline, near: range) -> list[int]:
    """The short lines next to the text, up to the first that is prose."""
    return list(takewhile(lambda line: not reads_as_prose(outline.lines[line].text), near))


def _groups(judged: Judged, lines: Sequence[int]) -> dict[int, _Group]:
    """By line what it has in common with those of its block."""
    outline = judged.outline
    is_kept = (judged.probabilities >= KEPT).tolist()
    known = {-1: -1}
    groups = {}
    for line in lines:
        kind, box = _kind(outline, outline.lines[line], known)
        groups[line] = _Group(is_kept[line], kind, box, -1 if kind in _JOINED else line)
    return groups


def _kind(outline: Outline, line: Line, known: dict[int, int]) -> tuple[BlockKind, int]:
    """The kind of a line's block, and the box that says so: of a paragraph its own."""
    box = _kind_box(outline.boxes, line.box, known)
    kind = _PARAGRAPH if box < 0 else _KINDS[outline.boxes[box].tag]
    if kind is _TABLE and line.characters > MAX_CELL_CHARACTERS:
        kind = _PARAGRAPH
    return kind, line.box if kind is _PARAGRAPH else box


def _kind_box(boxes: Sequence[Box], box: int, known: dict[int, int]) -> int:
    """The innermost box with a kind that a box is or stands in; -1: there is none."""
    found = known.get(box)
    if found is None:
        here = boxes[box]
        found = known[box] = box if here.tag in _KINDS else _kind_box(boxes, here.parent, known)
    return found


def _texts(lines: Sequence[Line]) -> list[str]:
    """The lines' texts as blocks have them.

    Outlines have collapsed their spaces, so of most pages one look at all of them is enough.
    """
    texts = [line.text for line in lines]
    is_done = is_clean("".join(texts))
    return [text if is_done and "&" not in text else _clean(text) for text in texts]


def _clean(text: str) -> str:
    # A page that escaped twice: trafilatura's text undoes it too.
    return clean_line(html.unescape(text) if "&" in text else text)


def _text(outline: Outline, lines: list[int], group: _Group, texts: Mapping[int, str]) -> str:
    if group.kind is _CODE:
        return _code("\n".join("".join(outline.lines[line].pieces) for line in lines))
    lines = [line for line in lines if texts[line]]
    if group.kind is _TABLE:
        return _table(outline, lines, texts)
    return (" " if group.kind is _HEADING else "\n").join([texts[it] for it in lines])


def _code(text: str) -> str:
    lines = clean_characters(text).expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _table(outline: Outline, lines: list[int], texts: Mapping[int, str]) -> str:
    rows = []
    for _, in_row in groupby(lines, key=lambda line: _enclosing(outline, line, {"tr"})):
        cells = groupby(in_row, key=lambda line: _enclosing(outline, line, {"td", "th"}))
        rows.append(" | ".join(" ".join(texts[line] for line in cell) for _, cell in cells))
    return "\n".join(rows)


def _enclosing(outline: Outline, line: int, tags: set[str]) -> int:
    box = outline.lines[line].box
    while box >= 0 and outline.boxes[box].tag not in tags:
        box = outline.boxes[box].parent
    return box


def _block(outline: Outline, first: int, group: _Group, text: str, paths: SiblingPaths) -> Block:
    tag = outline.boxes[group.box].tag
    box = outline.boxes[outline.lines[first].box]
    return Block(
        kind=group.kind,
        text=text,
        level=int(tag[1]) if tag in HEADINGS else 0,
        path=paths.of(box.element, alike=box.path),
    )


def _place(outline: Outline, lines: Sequence[int]) -> Place:
    own = [outline.lines[line] for line in lines]
    if len(own) == 1:  # most blocks are one line
        is_in_navigation = outline.boxes[own[0].box].is_in_navigation
        return Place._make((lines[0], lines[0], *_counts(own[0]), is_in_navigation))
    counts = map(sum, zip(*map(_counts, own), strict=True))
    is_in_navigation = all(outline.boxes[line.box].is_in_navigation for line in own)
    return Place._make((lines[0], lines[-1], *counts, is_in_navigation))


@lru_cache(maxsize=128)  # as many as two digits make
def _verdict(likely: str) -> Verdict:
    reason = f"Part of the article with a probability of {likely}, by its place and its words."
    return Verdict(rule=BLOCK_MODEL, reason=reason, has_own_limits=True)
