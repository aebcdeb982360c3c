"""trafilatura's verdict on the lines of the part of a page that the first stage points at."""

import re
from copy import copy

import numpy as np
from lxml import etree
from lxml.html import HtmlElement

from pipelines.errors import ExtractionError
from pipelines.extract.body import extract_main
from pipelines.model.container import container_of
from pipelines.model.features import Matrix
from pipelines.model.outline import Outline
from pipelines.records import Block

NO_LETTERS = re.compile(r"[\W_]+")
COVERED_SHARE = 0.5
"""Of its letters and digits, from more of which a line is heard."""

MIN_TOLD_CHARACTERS = 12
"""What is shorter stands in many places of a page: it is looked for only nearby."""

NEAR_CHARACTERS = 200
"""After what was found last: so far a short text is looked for."""

FAR_CHARACTERS = 50_000
"""So far a longer one is: no more, lest a page of endless rows take minutes."""


def heard_lines(tree: HtmlElement, outline: Outline, said: Matrix, *, url: str) -> Matrix:
    """1.0 for each line that trafilatura keeps, else 0.0; zeros where it fails."""
    part = cut_to_box(outline, container_of(outline, said))
    try:
        blocks = extract_main(copy(tree) if part is None else part, url=url)
    except ExtractionError:
        blocks = ()
    return lines_of(blocks, outline)


def cut_to_box(outline: Outline, box: int) -> HtmlElement | None:
    """A page that holds nothing but a copy of this box; None for the whole page."""
    if box == 0:
        return None
    root = outline.boxes[box].element.makeelement("html")
    body = etree.SubElement(root, "body")
    element = copy(outline.boxes[box].element)
    element.tail = None
    body.append(element)
    return root


def lines_of(blocks: tuple[Block, ...], outline: Outline) -> Matrix:
    """1.0 for each line of the page that the blocks hold, in page order.

    A line is held whose text is a line of theirs, or that is mostly covered by such lines: theirs
    may be a row of cells, a piece of the page's line, or carry a mark before it.
    """
    positions: dict[str, list[int]] = {}
    for position, line in enumerate(outline.lines):
        positions.setdefault(_key(line.text), []).append(position)
    found = np.zeros(len(outline.lines), dtype=np.float32)
    missed: list[tuple[int, str]] = []
    last = -1
    for text in (text for block in blocks for text in block.text.split("\n")):
        if places := positions.get(_key(text)):
            last = next((place for place in places if place > last), places[-1])
            found[last] = 1.0
        elif letters := _letters(text):
            missed.append((last, letters))
    return np.maximum(found, _covered(missed, outline)) if missed else found


def _covered(missed: list[tuple[int, str]], outline: Outline) -> Matrix:
    """1.0 for each line that is mostly covered by these texts.

    Args:
        missed: Letters and digits of each text, and the line that was found before it; -1: none.
        outline: The page.
    """
    lines = [_letters(line.text) for line in outline.lines]
    page = "".join(lines)
    ends = np.cumsum([0, *map(len, lines)])
    edges = np.zeros(len(page) + 1, dtype=np.int32)
    at, known = 0, -1
    for after, text in missed:
        if after != known:
            at, known = int(ends[after + 1]), after
        start = _place(text, page, at)
        if start >= 0:
            at = start + len(text)
            edges[start] += 1
            edges[at] -= 1
    sums = np.concatenate([[0], np.cumsum(np.cumsum(edges[:-1]) > 0)])
    covered = sums[ends[1:]] - sums[ends[:-1]]
    return np.asarray(covered > COVERED_SHARE * np.diff(ends), dtype=np.float32)


def _place(text: str, page: str, start: int) -> int:
    """Where the text stands from there on, else before; -1: nowhere near, or too short to tell."""
    reach = NEAR_CHARACTERS if len(text) < MIN_TOLD_CHARACTERS else FAR_CHARACTERS
    after = page.find(text, start, start + reach + len(text))
    if after >= 0 or reach == NEAR_CHARACTERS:
        return after
    return page.find(text, max(0, start - reach), start)


def _key(text: str) -> str:
    return "".join(text.split())


def _letters(text: str) -> str:
    """Its letters and digits as written: trafilatura keeps their case."""
    return NO_LETTERS.sub("", text)
