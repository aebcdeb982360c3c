"""Where a box stands in the pages of its site: a number that its neighbours do not change."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.model.outline import Box

OUTERMOST = 0
"""The place of a page's outermost box, whatever it is called."""

# No digit is in it, and it is not of WordPress' post_class() for the article's own terms.
_OF_ANY_ARTICLE = re.compile(
    r"(?<!\S)(?!(?:author|category|keyword|section|tag|term)-)[^\s\d]++(?!\S)"
)
# Letters that a build of the site chose, `dDoYjY hpslwW` in "PageWrapper-dDoYjY hpslwW": at the end
# of a name, and alone after it for the way it is used on this page.
_CHOSEN = "(?=[A-Za-z]*[a-z][A-Z])[A-Za-z]{5,6}"
_CHOSEN_END = re.compile(rf"(?<=[A-Za-z]{{3}})(?:-|__){_CHOSEN}\Z")
_CHOSEN_NAME = re.compile(rf"{_CHOSEN}\Z")
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=16_384)  # the pages of a site have most of their places in common
def place_in(around: int, tag: str, marks: str) -> int:
    """The place of a box: 63 bits, the same for boxes of the same tags and names all the way up.

    Args:
        around: The place of the box around it.
        tag: Its own.
        marks: Its class and id attributes. Names that vary from article to article are no
            part of a place.
    """
    said = f"{around:x} {tag} {names_in(marks)}"
    return xxh3_64_intdigest(said.encode("utf-8", "replace")) >> 1 or 1


def place_of(boxes: Sequence[Box], box: int, *, known: dict[int, int]) -> int:
    """The place of a box of a page; `known` remembers places."""
    if box == 0:
        return OUTERMOST
    place = known.get(box)
    if place is None:
        here = boxes[box]
        around = place_of(boxes, here.parent, known=known)
        place = known[box] = place_in(around, here.tag, here.marks)
    return place


def places_of(boxes: Sequence[Box]) -> list[int]:
    """The place of each box of a page."""
    places: list[int] = []
    for box in boxes:
        is_inside = box.parent >= 0
        places.append(place_in(places[box.parent], box.tag, box.marks) if is_inside else OUTERMOST)
    return places


@lru_cache(maxsize=20_000)
def names_in(marks: str) -> str:
    """Those of a box's names that other articles of the site may have too."""
    if not marks.islower():
        marks = " ".join(_without_chosen(marks))
    return " ".join(_OF_ANY_ARTICLE.findall(marks))


def _without_chosen(marks: str) -> Iterator[str]:
    is_chosen = False
    for name in marks.split():
        if is_chosen and _CHOSEN_NAME.match(name):
            continue
        stem = _CHOSEN_END.sub("", name)
        is_chosen = stem != name or _DIGIT.search(name) is not None
        yield stem
