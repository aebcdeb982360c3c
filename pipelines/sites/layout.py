"""What stands where on one page, as its article's site is learned from. Of the page alone."""

from __future__ import annotations

from enum import IntFlag
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_64_intdigest

from pipelines.model.container import container_of
from pipelines.sites.places import names_in, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from pipelines.model.classifier import Judged
    from pipelines.model.outline import Line, Outline

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


_FURNITURE, _HOLDS, _TEXT, _CONTAINER, _HEADLINE, _BYLINE, _CAPTION = map(int, Role)
"""As numbers: joining flags takes ten times as long."""
_NAMED = {"h1": _HEADLINE, "figcaption": _CAPTION}
"""Roles that the tag of a box tells."""

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
    merged = _by_place(judged.outline, _roles(judged, authors))
    return np.array(list(_rows(judged.outline, merged)), dtype=SIGHTED_PLACE).tobytes()


def _by_place(outline: Outline, roles: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Roles and first box of each place; what holds some of the article is no furniture."""
    places: dict[int, int] = {}
    merged: dict[int, tuple[int, int]] = {}
    depths = outline.spans.depth.tolist()
    for box in sorted(sorted(roles), key=depths.__getitem__):
        place = place_of(outline.boxes, box, known=places)
        said, first = merged.get(place, (0, box))
        if len(merged) < MAX_PLACES or said:
            merged[place] = (said | roles[box], first)
    return merged


def _roles(judged: Judged, authors: Iterable[str]) -> dict[int, int]:
    """Roles by box; those deep inside furniture have none."""
    outline = judged.outline
    tags = map(attrgetter("tag"), outline.boxes)
    named = {index: _NAMED[tag] for index, tag in enumerate(tags) if tag in _NAMED}
    roles = _holding(judged, named)
    beside = _text_boxes(judged)
    roles |= dict.fromkeys(_furniture(outline, roles.keys(), beside), _FURNITURE)
    for index in beside:
        roles[index] |= _TEXT
    roles[container_of(outline, judged.probabilities)] |= _CONTAINER
    if (byline := _byline(outline.lines, authors)) is not None:
        named[byline] = named.get(byline, 0) | _BYLINE
    for index, role in named.items():
        roles[index] = roles.get(index, 0) | role
    return roles


def _holding(judged: Judged, named: Mapping[int, int]) -> dict[int, int]:
    """The boxes that hold what may be kept, or a first heading."""
    roles = {0: _HOLDS}
    parents = judged.outline.spans.parent.tolist()
    may_be_kept = judged.probabilities >= MAY_BE_KEPT
    inner: list[int] = judged.outline.spans.box[may_be_kept].tolist()
    inner += [index for index, role in named.items() if role == _HEADLINE]
    for index in inner:
        box = index
        while box not in roles:  # the outermost one is
            roles[box] = _HOLDS
            box = parents[box]
    return roles


def _text_boxes(judged: Judged) -> set[int]:
    """The boxes around those of the kept lines."""
    spans = judged.outline.spans
    around = spans.parent[spans.box[judged.probabilities >= IS_KEPT]]
    return set(np.maximum(around, 0).tolist())


def _furniture(outline: Outline, holding: Set[int], beside: Set[int]) -> list[int]:
    """The boxes with lines next to those that hold the article, and in these, to some levels."""
    spans, boxes = outline.spans, outline.boxes
    parents = spans.parent.tolist()
    levels = dict.fromkeys(holding, 0)
    found: list[int] = []
    for index in np.flatnonzero(spans.end > spans.first).tolist():
        level = levels.get(parents[index], FURNITURE_LEVELS)
        if level == FURNITURE_LEVELS or index in holding:
            continue
        box = boxes[index]
        if box.parent not in beside or box.tag in NAMELESS_FURNITURE or names_in(box.marks):
            found.append(index)
            levels[index] = level + 1
    return found


def _byline(lines: Iterable[Line], authors: Iterable[str]) -> int | None:
    """The box of the first short line that names an author; None if there is none."""
    wanted = [name.casefold() for name in authors]
    for line in lines if wanted else ():
        if line.characters <= MAX_BYLINE_CHARACTERS:
            text = line.text.casefold()
            for name in wanted:
                if name in text:
                    return line.box
    return None


def _rows(
    outline: Outline, merged: Mapping[int, tuple[int, int]]
) -> Iterator[tuple[int, int, int, int, int]]:
    """The places as SIGHTED_PLACE has them."""
    letters, linked = _sums(outline, "characters"), _sums(outline, "link_characters")
    texts: dict[int, int] = {}
    for place, (said, index) in merged.items():
        box = outline.boxes[index]
        first, end = box.first, box.end
        share = 100 * (linked[end] - linked[first]) // max(letters[end] - letters[first], 1)
        text = _text(outline.lines, first, texts) if first < end else 0
        yield place, said, min(end - first, 255), min(share, 100), text


def _sums(outline: Outline, count: str) -> list[int]:
    """How many characters of this kind stand before each line, and in all."""
    return list(accumulate(map(attrgetter(count), outline.lines), initial=0))


def _text(lines: Sequence[Line], at: int, known: dict[int, int]) -> int:
    """A hash of a line: boxes in each other begin with the same."""
    found = known.get(at)
    if found is None:
        digest = xxh3_64_intdigest(lines[at].text.encode("utf-8", "replace"))
        found = known[at] = digest & 0xFFFF
    return found
