"""Where a page's blocks stand in its DOM, which the extractor's text no longer says."""

from dataclasses import replace
from typing import NamedTuple

from lxml.html import HtmlElement

from pipelines.clean.runs import Run, without_spaces
from pipelines.records import Block

MAX_CLASSES = 4
"""Named for each step of a path: utility-class themes have dozens."""


class Place(NamedTuple):
    """Where one extracted block stood."""

    first_run: int
    last_run: int
    """Indices into the page's runs."""
    characters: int
    link_characters: int
    own_link_characters: int
    control_characters: int
    is_in_navigation: bool

    @property
    def link_share(self) -> float:
        """Of its characters, those in links to other pages."""
        return self.link_characters / max(self.characters, 1)

    @property
    def own_link_share(self) -> float:
        """Of its characters, those in links to other pages of the same site."""
        return self.own_link_characters / max(self.characters, 1)


def place_blocks(
    blocks: tuple[Block, ...], runs: tuple[Run, ...]
) -> tuple[tuple[Block, Place | None], ...]:
    """The blocks with their paths, and their places; None where the text is not found."""
    finder = _Finder(runs)
    return tuple(finder.placed(block) for block in blocks)


def count_characters(text: str) -> int:
    """Characters that are not spaces: the measure of how much of a block is linked."""
    return len(without_spaces(text))


class _Finder:
    """Finds the runs of each block's lines, in page order where a text occurs twice."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self.runs = runs
        self.positions: dict[str, list[int]] = {}
        for position, run in enumerate(runs):
            self.positions.setdefault(without_spaces(run.text), []).append(position)
        self.last = -1
        self.paths: dict[HtmlElement, str] = {}

    def placed(self, block: Block) -> tuple[Block, Place | None]:
        found = [p for line in block.text.split("\n") if (p := self._find(line)) is not None]
        if not found:
            return block, None
        runs = [self.runs[position] for position in found]
        place = Place(
            first_run=found[0],
            last_run=found[-1],
            characters=count_characters(block.text),
            link_characters=sum(run.link_characters for run in runs),
            own_link_characters=sum(run.own_link_characters for run in runs),
            control_characters=sum(run.control_characters for run in runs),
            is_in_navigation=all(run.is_in_navigation for run in runs),
        )
        return replace(block, path=path_of(runs[0].element, self.paths)), place

    def _find(self, line: str) -> int | None:
        positions = self.positions.get(without_spaces(line))
        if not positions:
            return None
        self.last = next((p for p in positions if p > self.last), positions[-1])
        return self.last


class SiblingPaths:
    """Paths of elements that are asked for with a number of their own tag and classes.

    Of siblings with the same number only the first is looked at: most of an article's paragraphs.
    """

    def __init__(self) -> None:
        self.known: dict[HtmlElement, str] = {}
        self.inside: dict[tuple[HtmlElement | None, int], str] = {}

    def of(self, element: HtmlElement, *, alike: int) -> str:
        """The element's path; `alike` is the same for siblings of the same tag and classes."""
        key = (element.getparent(), alike)
        path = self.inside.get(key)
        if path is None:
            path = self.inside[key] = path_of(element, self.known)
        return path


def path_of(element: HtmlElement, known: dict[HtmlElement, str]) -> str:
    """Tags and classes from the body to the element, for a person; `known` remembers paths."""
    path = known.get(element)
    if path is None:
        parent = element.getparent()
        above = "" if parent is None or parent.tag == "html" else path_of(parent, known) + " > "
        path = known[element] = above + _step(element)
    return path


def _step(element: HtmlElement) -> str:
    classes = element.get("class")
    if not classes:
        return str(element.tag)
    return ".".join([str(element.tag), *classes.split(None, MAX_CLASSES)[:MAX_CLASSES]])
