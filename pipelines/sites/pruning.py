"""A page of a known site, less what stands where that site never has any of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.clean.runs import BLOCK_TAGS
from pipelines.model.outline import SILENT_TAGS
from pipelines.sites.layout import IS_KEPT
from pipelines.sites.places import OUTERMOST, place_in, places_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from pipelines.model.classifier import Judged

MIN_KNOWN_SHARE = 0.5
"""Of the kept characters that must stand where the site's articles have theirs."""


def drop_furniture(tree: HtmlElement, furniture: Collection[int], *, texts: Collection[int]) -> int:
    """Take the boxes at places of furniture out of the tree; how many they were.

    Text after a box stays where it is.
    """
    found = furniture_in(tree, furniture, texts=texts)
    for element in found:
        element.drop_tree()
    return len(found)


def furniture_in(
    tree: HtmlElement, furniture: Collection[int], *, texts: Collection[int]
) -> list[HtmlElement]:
    """The outermost boxes at places of furniture.

    None of a page without any of the places where the site's articles have their text: it is laid
    out in another way.
    """
    if not furniture or not texts:
        return []
    body = tree.find("body")
    found: list[HtmlElement] = []
    is_known = False
    for element, place in _known_boxes(tree if body is None else body, furniture, texts):
        if place in texts:
            is_known = True
        else:
            found.append(element)
    return found if is_known else []


def is_known_layout(judged: Judged, texts: Collection[int]) -> bool:
    """Whether most of what is kept stands where the site's articles have their text."""
    boxes, lines = judged.outline.boxes, judged.outline.lines
    places = places_of(boxes)
    known = total = 0
    for line in np.flatnonzero(judged.probabilities >= IS_KEPT).tolist():
        characters = lines[line].characters
        total += characters
        if places[max(boxes[lines[line].box].parent, 0)] in texts:
            known += characters
    return total > 0 and known >= MIN_KNOWN_SHARE * total


def _known_boxes(
    body: HtmlElement, furniture: Collection[int], texts: Collection[int]
) -> Iterator[tuple[HtmlElement, int]]:
    """The boxes at these places, outside furniture, as the lines of a page are walked."""
    open_elements = [(body, OUTERMOST)]
    while open_elements:
        element, around = open_elements.pop()
        for child in element:
            tag = child.tag
            place = around
            if tag in BLOCK_TAGS:
                marks = f"{child.get('class', '')} {child.get('id', '')}"
                place = place_in(around, str(tag), marks)
                if place in furniture:
                    yield child, place
                    continue
                if place in texts:
                    yield child, place
            elif tag in SILENT_TAGS or not isinstance(tag, str):
                continue
            open_elements.append((child, place))
