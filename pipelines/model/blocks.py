"""Judged lines to typed blocks, the kept ones and those cut between them."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile

import numpy as np
from lxml.html import HtmlElement

from pipelines.clean.draft import BLOCK_MODEL, Draft, Verdict, reads_as_prose
from pipelines.clean.places import Place, path_of
from pipelines.clean.runs import Run
from pipelines.clean.steps import headings_in
from pipelines.decode import clean_characters
from pipelines.extract.blocks import clean_line
from pipelines.model.classifier import KEPT, Judged
from pipelines.model.features import HEADINGS
from pipelines.model.outline import Outline
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
_JOINED = frozenset({BlockKind.LIST, BlockKind.TABLE, BlockKind.QUOTE, BlockKind.CODE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBlock:
    """A block, where it stands, and why it is cut; None: it is kept."""

    block: Block
    place: Place
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class _Group:
    """What consecutive lines of one block have in common."""

    is_kept: bool
    kind: BlockKind
    box: int
    line: int
    """-1 for kinds whose lines are joined: the line itself parts the others."""


def learned_draft(judged: Judged, metadata: Metadata) -> Draft:
    """The article before any step of cleaning; what the model cuts has its verdict already."""
    placed = tuple(placed_blocks(judged))
    runs = runs_of(judged.outline)
    return Draft(
        metadata=metadata,
        blocks=tuple(item.block for item in placed),
        places=tuple(item.place for item in placed),
        runs=runs,
        headings=headings_in(runs),
        verdicts={
            index: item.verdict for index, item in enumerate(placed) if item.verdict is not None
        },
    )


def placed_blocks(judged: Judged) -> Iterator[PlacedBlock]:
    """Blocks in page order: all that are kept, and those cut between them or kept by trafilatura.

    Text is never added, and no line stands in two blocks.
    """
    shown = _shown(judged)
    paths: dict[HtmlElement, str] = {}
    keys = {line: _group(judged, line) for line in shown}
    for group, lines in groupby(shown, key=keys.__getitem__):
        members = list(lines)
        text = _text(judged.outline, members, group)
        if text:
            yield _placed(judged, members, group, text, paths)


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


def _shown(judged: Judged) -> list[int]:
    kept = np.flatnonzero(judged.probabilities >= KEPT)
    if not len(kept):
        return []
    is_shown = judged.heard > 0
    is_shown[kept[0] : kept[-1] + 1] = True
    lines = range(len(is_shown))
    is_shown[_hugging(judged.outline, lines[: kept[0]][: -LINES_BEFORE - 1 : -1])] = True
    is_shown[_hugging(judged.outline, lines[kept[-1] + 1 :][:LINES_AFTER])] = True
    return [int(line) for line in np.flatnonzero(is_shown)]


def _hugging(outline: Outline, near: range) -> list[int]:
    """The short lines next to the text, up to the first that is prose."""
    return list(takewhile(lambda line: not reads_as_prose(outline.lines[line].text), near))


def _group(judged: Judged, line: int) -> _Group:
    outline = judged.outline
    kind, box = _kind(outline, line)
    return _Group(
        is_kept=bool(judged.probabilities[line] >= KEPT),
        kind=kind,
        box=box,
        line=-1 if kind in _JOINED or kind is BlockKind.HEADING else line,
    )


def _kind(outline: Outline, line: int) -> tuple[BlockKind, int]:
    own = box = outline.lines[line].box
    while box >= 0:
        kind = _KINDS.get(outline.boxes[box].tag)
        if kind is BlockKind.TABLE and outline.lines[line].characters > MAX_CELL_CHARACTERS:
            return BlockKind.PARAGRAPH, own
        if kind is not None:
            return kind, box
        box = outline.boxes[box].parent
    return BlockKind.PARAGRAPH, own


def _text(outline: Outline, lines: list[int], group: _Group) -> str:
    if group.kind is BlockKind.CODE:
        return _code("\n".join("".join(outline.lines[line].pieces) for line in lines))
    texts = [(line, _clean(outline.lines[line].text)) for line in lines]
    texts = [(line, text) for line, text in texts if text]
    if group.kind is BlockKind.TABLE:
        return _table(outline, texts)
    return (" " if group.kind is BlockKind.HEADING else "\n").join(text for _, text in texts)


def _clean(text: str) -> str:
    # A page that escaped twice: trafilatura's text undoes it too.
    return clean_line(html.unescape(text) if "&" in text else text)


def _code(text: str) -> str:
    lines = clean_characters(text).expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _table(outline: Outline, texts: list[tuple[int, str]]) -> str:
    rows = []
    for _, in_row in groupby(texts, key=lambda item: _enclosing(outline, item[0], {"tr"})):
        cells = groupby(in_row, key=lambda item: _enclosing(outline, item[0], {"td", "th"}))
        rows.append(" | ".join(" ".join(text for _, text in cell) for _, cell in cells))
    return "\n".join(rows)


def _enclosing(outline: Outline, line: int, tags: set[str]) -> int:
    box = outline.lines[line].box
    while box >= 0 and outline.boxes[box].tag not in tags:
        box = outline.boxes[box].parent
    return box


def _placed(
    judged: Judged, lines: list[int], group: _Group, text: str, paths: dict[HtmlElement, str]
) -> PlacedBlock:
    outline = judged.outline
    own = [outline.lines[line] for line in lines]
    tag = outline.boxes[group.box].tag
    block = Block(
        kind=group.kind,
        text=text,
        level=int(tag[1]) if tag in HEADINGS else 0,
        path=path_of(outline.boxes[own[0].box].element, paths),
    )
    place = Place(
        first_run=lines[0],
        last_run=lines[-1],
        characters=sum([line.characters for line in own]),
        link_characters=sum([line.link_characters for line in own]),
        own_link_characters=sum([line.own_link_characters for line in own]),
        control_characters=sum([line.control_characters for line in own]),
        is_in_navigation=all(outline.boxes[line.box].is_in_navigation for line in own),
    )
    return PlacedBlock(
        block=block, place=place, verdict=None if group.is_kept else _verdict(judged, lines)
    )


def _verdict(judged: Judged, lines: list[int]) -> Verdict:
    likely = float(judged.probabilities[lines].max())
    reason = f"Part of the article with a probability of {likely:.2f}, by its place and its words."
    return Verdict(rule=BLOCK_MODEL, reason=reason, has_own_limits=True)
