"""trafilatura's verdict on the lines of the part of a page that the first stage points at."""

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
