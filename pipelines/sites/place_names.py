"""What the places of a page are called, for people: a profile knows them as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.model.outline import nothing_apart, read_outline
from pipelines.sites.places import names_in, places_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pipelines.model.outline import Box

MAX_NAMES = 2
"""Classes of a box that are told."""
MAX_LEVELS = 4
"""Boxes of a path that are told, the innermost ones."""


def place_names(tree: HtmlElement) -> dict[int, str]:
    """For each place of a page the end of its path: `… > article > div.story-text`."""
    outline = read_outline(tree, url="", is_apart=nothing_apart)
    paths: list[tuple[str, ...]] = []
    for box in outline.boxes:
        around = paths[box.parent] if box.parent >= 0 else ()
        paths.append((*around, _name(box)))
    return dict(zip(places_of(outline.boxes), map(_told, paths), strict=True))


def _name(box: Box) -> str:
    return ".".join([box.tag, *names_in(box.marks).split()[:MAX_NAMES]])


def _told(path: tuple[str, ...]) -> str:
    return " > ".join(["…", *path[-MAX_LEVELS:]] if len(path) > MAX_LEVELS else path)
