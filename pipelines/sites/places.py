"""Where a box stands in the pages of its site: a number that its neighbours do not change."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.model.outline import Box

OUTERMOST = 0
"""The place of a page's outermost box, whatever it is called."""

# A name with a digit, or of WordPress' post_class() for the article's own terms.
_OF_ONE_ARTICLE = re.compile(
    r"(?<!\S)(?:[^\s\d]*\d|(?:author|category|keyword|section|tag|term)-)\S*"
)


class PlaceBook:
    """The places on one page, each made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], int] = {}

    def of(self, around: int, tag: str, marks: str) -> int:
        """63 bits: the same for boxes of the same tags and names all the way up.

        Args:
            around: The place of the box around it.
            tag: Its own.
            marks: Its class and id attributes. Names that vary from article to article are no
                part of a place.
        """
        key = (around, tag, marks)
        place = self._known.get(key)
        if place is None:
            place = self._known[key] = _place(around, tag, marks)
        return place


def places_of(boxes: Sequence[Box]) -> list[int]:
    """The place of each box of a page."""
    book = PlaceBook()
    places: list[int] = []
    for box in boxes:
        is_inside = box.parent >= 0
        places.append(book.of(places[box.parent], box.tag, box.marks) if is_inside else OUTERMOST)
    return places


@lru_cache(maxsize=20_000)
def names_in(marks: str) -> str:
    """Those of a box's names that other articles of the site may have too."""
    return " ".join(_OF_ONE_ARTICLE.sub("", marks).split())


def _place(around: int, tag: str, marks: str) -> int:
    said = f"{around:x} {tag} {names_in(marks)}"
    return xxh3_64_intdigest(said.encode("utf-8", "replace")) >> 1 or 1
