"""The links inside of an article's text, as data: which words of a block lead where."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from pipelines.clean.draft import Draft
from pipelines.clean.places import Place
from pipelines.clean.runs import BLOCK_TAGS
from pipelines.extract.blocks import clean_line
from pipelines.extract.page_links import absolute_url
from pipelines.records import Block, BlockKind, BlockLink

MAX_LINKS = 500
"""Of one article."""
MAX_LINKS_IN_LINE = 100
MAX_LINE_CHARACTERS = 20_000
"""A longer line has no links: each of them costs a look at what stands before it."""
MAX_LINKED_CHARACTERS = 600
"""One that holds more was never closed and is none."""
MAX_RUNS_IN_BLOCK = 1_000
MAX_DEPTH = 100

CELL_MARK = " | "
_SILENT_TAGS = frozenset({"math", "noscript", "object", "script", "style", "svg", "template"})


def linked_blocks(draft: Draft, *, base_url: str) -> tuple[Block, ...]:
    """The kept blocks, each with its links to pages; their text is not changed."""
    reader = _Reader(draft, base_url)
    return tuple(reader.linked(index) for index in draft.kept())


@dataclass(slots=True)
class _Line:
    """Text up to a line break or the border of a box, and what of it is linked."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    """First and last character of each link, and its href."""

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


class _Reader:
    """Reads the linked boxes of blocks, each once."""

    def __init__(self, draft: Draft, base_url: str) -> None:
        self.draft = draft
        self.base_url = base_url
        self.lines: dict[HtmlElement, list[_Line]] = {}
        self.left = MAX_LINKS

    def linked(self, index: int) -> Block:
        block, place = self.draft.blocks[index], self.draft.places[index]
        if place is None or not place.link_characters or block.kind is BlockKind.CODE:
            return block
        links = tuple(self._links(_starts(block), place))[: self.left]
        self.left -= len(links)
        return replace(block, links=links) if links else block

    def _links(self, starts: dict[str, list[int]], place: Place) -> Iterator[BlockLink]:
        at = -1
        for element in self._linked_boxes(place):
            for line in self._lines_of(element):
                cleaned = _clean("".join(line.pieces))
                start = next((start for start in starts.get(cleaned, ()) if start > at), None)
                if start is not None:
                    at = start
                    yield from self._in_line(line, cleaned, start)

    def _linked_boxes(self, place: Place) -> list[HtmlElement]:
        last = min(place.last_run, place.first_run + MAX_RUNS_IN_BLOCK)
        runs = self.draft.runs[place.first_run : last + 1]
        return list(dict.fromkeys(run.element for run in runs if run.link_characters))

    def _lines_of(self, element: HtmlElement) -> list[_Line]:
        """The lines of a box that have links."""
        if element not in self.lines:
            lines = [_Line()]
            _read(element, lines, depth=0)
            self.lines[element] = [
                line for line in lines if line.spans and line.length <= MAX_LINE_CHARACTERS
            ]
        return self.lines[element]

    def _in_line(self, line: _Line, cleaned: str, at: int) -> Iterator[BlockLink]:
        raw, end = "".join(line.pieces), 0
        for first, last, href in line.spans[:MAX_LINKS_IN_LINE]:
            if raw == cleaned:
                linked = raw[first:last].strip()
                start = first if raw[first] != " " else first + 1
            else:
                linked = _clean(raw[first:last])
                start = len(_clean(raw[:last])) - len(linked)
            url = absolute_url(href, base_url=self.base_url) if linked else None
            if url is not None and start >= end and cleaned.startswith(linked, start):
                end = start + len(linked)
                yield BlockLink(start=at + start, end=at + end, url=url)


def _starts(block: Block) -> dict[str, list[int]]:
    """Where each line, or cell of a table, begins in the block's text."""
    starts: dict[str, list[int]] = {}
    at = 0
    for line in block.text.split("\n"):
        for cell in line.split(CELL_MARK) if block.kind is BlockKind.TABLE else (line,):
            starts.setdefault(cell, []).append(at)
            at += len(cell) + len(CELL_MARK)
        at += 1 - len(CELL_MARK)
    return starts


def _read(element: HtmlElement, lines: list[_Line], *, depth: int) -> None:
    """Add the element's inline text to the last line, and begin new ones where it breaks."""
    if element.text:
        lines[-1].add(element.text)
    for child in element:
        tag = child.tag
        if tag == "br" or tag in BLOCK_TAGS:
            lines.append(_Line())
        elif tag == "a":
            _read_link(child, lines, depth=depth)
        elif isinstance(tag, str) and tag not in _SILENT_TAGS and depth < MAX_DEPTH:
            _read(child, lines, depth=depth + 1)
        if child.tail:
            lines[-1].add(child.tail)


def _read_link(element: HtmlElement, lines: list[_Line], *, depth: int) -> None:
    line, first = lines[-1], lines[-1].length
    if depth < MAX_DEPTH:
        _read(element, lines, depth=depth + 1)
    href = (element.get("href") or "").strip()
    is_whole = lines[-1] is line and 0 < line.length - first <= MAX_LINKED_CHARACTERS
    if is_whole and href and not href.startswith("#") and element.get("role") != "button":
        line.spans.append((first, line.length, href))


def _clean(text: str) -> str:
    """As blocks are cleaned."""
    return clean_line(html.unescape(text) if "&" in text else text)
