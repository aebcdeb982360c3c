"""What stands where on one page, as its article's site is learned from. Of the page alone."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_64_intdigest

from pipelines.model.container import container_of
from pipelines.sites.places import names_in, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipelines.model.classifier import Judged
    from pipelines.model.outline import Indices, Outline

MAY_BE_KEPT = 0.2
"""Probability of a line from which its boxes are never taken for furniture: far below a half."""
IS_KEPT = 0.5
MAX_PLACES = 256
"""Of one page, the outermost ones."""
MAX_BYLINE_CHARACTERS = 120
FURNITURE_LEVELS = 2
"""Of boxes: where the outer one holds text on some other page, those in it are known still."""
NAMELESS_FURNITURE = frozenset({"nav", "aside", "footer", "form", "button"})
"""Beside paragraphs other tags without a name are a list or a figure as likely as furniture."""


class Role(IntFlag):
    """What a place is on a page; several at once are possible."""

    FURNITURE = 1
    """Nothing in it may be the article's."""
    HOLDS = 2
    """A line of the article stands in it, or may."""
    TEXT = 4
    """The article's paragraphs stand in it, with nothing between."""
    CONTAINER = 8
    """Deepest box with nearly all of the article."""
    HEADLINE = 16
    BYLINE = 32
    CAPTION = 64


SIGHTED_PLACE = np.dtype(
    [("place", "<i8"), ("roles", "u1"), ("lines", "u1"), ("linked", "u1"), ("text", "<u2")]
)
"""13 bytes: lines at most 255, linked in per cent of its letters, text a hash of its first line."""


def sight_layout(judged: Judged, *, authors: Iterable[str]) -> bytes:
    """The places of a page with what stands there, outermost first, as SIGHTED_PLACE.

    Empty for a page whose judgement is unsure: it shows no layout.
    """
    if not judged.is_sure:
        return b""
    outline = judged.outline
    roles = _roles(judged, authors)
    shown = sorted(roles, key=lambda box: (outline.boxes[box].depth, box))
    merged = _by_place(outline, shown, roles)
    found = np.zeros(len(merged), dtype=SIGHTED_PLACE)
    found["place"] = list(merged)
    found["roles"] = [said for said, _ in merged.values()]
    boxes = np.array([box for _, box in merged.values()], dtype=np.int64)
    first, end = outline.spans.first[boxes], outline.spans.end[boxes]
    found["lines"] = np.minimum(end - first, 255)
    found["linked"] = _linked(outline, first, end)
    found["text"] = _first_texts(outline, first, end)
    return found.tobytes()


def _by_place(
    outline: Outline, shown: Iterable[int], roles: dict[int, int]
) -> dict[int, tuple[int, int]]:
    """Roles and first box of each place; what holds some of the article is no furniture."""
    places = places_of(outline.boxes)
    merged: dict[int, tuple[int, int]] = {}
    for box in shown:
        said, first = merged.get(places[box], (0, box))
        if len(merged) < MAX_PLACES or said:
            merged[places[box]] = (said | roles[box], first)
    return merged


def _roles(judged: Judged, authors: Iterable[str]) -> dict[int, int]:
    """Roles by box; those deep inside furniture have none."""
    outline = judged.outline
    boxes = outline.boxes
    roles = _holding(outline, np.flatnonzero(judged.probabilities >= MAY_BE_KEPT).tolist())
    beside = _text_boxes(judged)
    levels = dict.fromkeys(roles, 0)
    for index, box in enumerate(boxes):
        level = levels.get(box.parent, FURNITURE_LEVELS)
        if index in roles or level == FURNITURE_LEVELS or box.end == box.first:
            continue
        if box.parent not in beside or box.tag in NAMELESS_FURNITURE or names_in(box.marks):
            roles[index] = Role.FURNITURE
            levels[index] = level + 1
    for index in beside:
        roles[index] |= Role.TEXT
    roles[container_of(outline, judged.probabilities)] |= Role.CONTAINER
    for index, role in _named(outline, authors):
        roles[index] = roles.get(index, 0) | role
    return roles


def _holding(outline: Outline, lines: Iterable[int]) -> dict[int, int]:
    """The boxes that hold these lines or a first heading."""
    boxes = outline.boxes
    roles = {0: int(Role.HOLDS)}
    inner = [outline.lines[line].box for line in lines]
    inner += [index for index, box in enumerate(boxes) if box.tag == "h1"]
    for index in inner:
        box = index
        while box >= 0 and box not in roles:
            roles[box] = Role.HOLDS
            box = boxes[box].parent
    return roles


def _text_boxes(judged: Judged) -> set[int]:
    """The boxes around those of the kept lines."""
    boxes, lines = judged.outline.boxes, judged.outline.lines
    kept = np.flatnonzero(judged.probabilities >= IS_KEPT).tolist()
    return {max(boxes[lines[line].box].parent, 0) for line in kept}


def _named(outline: Outline, authors: Iterable[str]) -> Iterable[tuple[int, int]]:
    """Boxes of headlines, captions and the line with the authors."""
    for index, box in enumerate(outline.boxes):
        if box.tag == "h1":
            yield index, Role.HEADLINE
        elif box.tag == "figcaption":
            yield index, Role.CAPTION
    wanted = [name.casefold() for name in authors]
    for line in outline.lines if wanted else ():
        if line.characters <= MAX_BYLINE_CHARACTERS:
            text = line.text.casefold()
            if any(name in text for name in wanted):
                yield line.box, Role.BYLINE
                return


def _linked(outline: Outline, first: Indices, end: Indices) -> Indices:
    """Per cent of the letters of each range of lines that are in links."""
    letters = _sums([line.characters for line in outline.lines])
    linked = _sums([line.link_characters for line in outline.lines])
    share = 100 * (linked[end] - linked[first])
    of_letters: Indices = share // np.maximum(letters[end] - letters[first], 1)
    return np.minimum(of_letters, 100)


def _first_texts(outline: Outline, first: Indices, end: Indices) -> list[int]:
    """A hash of the first line of each range; 0 for an empty one."""
    lines = outline.lines
    hashes: dict[int, int] = {}
    for at in set(first[first < end].tolist()):
        digest = xxh3_64_intdigest(lines[at].text.encode("utf-8", "replace"))
        hashes[at] = digest & 0xFFFF
    pairs = zip(first.tolist(), end.tolist(), strict=True)
    return [hashes[start] if start < stop else 0 for start, stop in pairs]


def _sums(values: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
