"""trafilatura's verdict on the lines of the part of a page that the first stage points at."""

from copy import copy

import numpy as np
from lxml import etree
from lxml.html import HtmlElement

from pipelines.errors import ExtractionError
from pipelines.extract.body import extract_main
from pipelines.model.features import Matrix
from pipelines.model.outline import Outline
from pipelines.records import Block

MIN_SAID = 0.3
"""Probability of a line that the part of the page has to hold."""

CONTAINER_SHARE = 0.95
"""Of these lines' characters in the part; a line or two may stand elsewhere."""

MIN_CHARACTERS = 250
"""With less to go by trafilatura is asked about the whole page."""


def heard_lines(tree: HtmlElement, outline: Outline, said: Matrix, *, url: str) -> Matrix:
    """1.0 for each line that trafilatura keeps, else 0.0; zeros where it fails."""
    part = cut_to_box(outline, container_of(outline, said))
    try:
        blocks = extract_main(copy(tree) if part is None else part, url=url)
    except ExtractionError:
        blocks = ()
    return lines_of(blocks, outline)


def container_of(outline: Outline, said: Matrix) -> int:
    """Index of the deepest box that holds what the first stage would keep; 0 for the whole page."""
    spans = outline.spans
    characters = np.array([line.characters for line in outline.lines])
    sums = np.concatenate([[0.0], np.cumsum(np.where(said > MIN_SAID, said * characters, 0.0))])
    if sums[-1] < MIN_CHARACTERS:
        return 0
    share = CONTAINER_SHARE * sums[-1]
    holders = np.flatnonzero(sums[spans.end] - sums[spans.first] >= share)
    return int(holders[np.argmax(spans.depth[holders])])


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
    """1.0 for each line of the page whose text is a line of the blocks, in page order."""
    positions: dict[str, list[int]] = {}
    for position, line in enumerate(outline.lines):
        positions.setdefault(_key(line.text), []).append(position)
    found = np.zeros(len(outline.lines), dtype=np.float32)
    last = -1
    for text in (text for block in blocks for text in block.text.split("\n")):
        if places := positions.get(_key(text)):
            last = next((place for place in places if place > last), places[-1])
            found[last] = 1.0
    return found


def _key(text: str) -> str:
    return "".join(text.split())
