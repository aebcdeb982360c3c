"""One walk over a page: its lines of text in order, and the boxes they stand in."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from pipelines.article_links import leads_to, site_in
from pipelines.clean.runs import BLOCK_TAGS, CONTROL_TAGS, MAX_RUNS, NAVIGATION_TAGS
from pipelines.letters import spaced_words

MAX_LINK_CHARACTERS = 600
"""Of one link or button: one that holds more was never closed and is none."""

LOOKED_AT = 300
"""Characters of a line whose words are compared and whose digits and capitals are counted."""

SILENT_TAGS = frozenset({"script", "style", "template", "textarea", "svg", "math", "object"})
APART_TAGS = frozenset({"nav", "footer", "select", "dialog"})
APART_ROLES = frozenset(
    {"navigation", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar"}
)
"""What stands in such a box is about the site: of 1,093 labelled pages none has text of its article
there, unless the box was never closed."""

_OF_A_PAGE = ("h1", "main")
"""Held by a box that was never closed."""

_QUOTED_IN = frozenset({"blockquote", "figure"})
"""Whose footers say whom they quote."""

BOLD_TAGS = frozenset({"b", "strong"})
Indices = NDArray[np.int64]

_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Box:
    """One block element of the page."""

    element: HtmlElement
    tag: str
    marks: str
    """Its class and id attributes, as written."""
    parent: int
    """Index of the box around it; -1 for the body."""
    depth: int
    path: int
    """Number of its path: the same for boxes of the same tags and classes all the way up."""
    is_hidden: bool
    is_in_navigation: bool
    first: int
    """The first line in it, and the one after the last."""
    end: int = 0


@dataclass(slots=True, eq=False)
class Line:
    """Text between two borders of boxes or line breaks."""

    box: int
    marks: list[str] = field(default_factory=list)
    """Classes of the inline elements around its first words."""
    pieces: list[str] = field(default_factory=list)
    text: str = ""
    """On one line, spaces collapsed."""
    words: list[str] = field(default_factory=list)
    """Of letters, digits and underscores in the first LOOKED_AT characters, caseless."""
    characters: int = 0
    """Without spaces; likewise below."""
    link_characters: int = 0
    own_link_characters: int = 0
    control_characters: int = 0
    bold_characters: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Where the boxes lie: their fields of these names as arrays, one entry a box."""

    first: Indices
    end: Indices
    parent: Indices
    depth: Indices
    box: Indices
    """One entry a line: the box it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A page as the classifier sees it."""

    boxes: list[Box]
    lines: list[Line]
    """In page order."""
    spans: Spans


def stands_apart(element: HtmlElement) -> bool:
    """Whether a block element is navigation, the page's footer, a dialogue or a list to choose."""
    if element.tag not in APART_TAGS and element.get("role") not in APART_ROLES:
        return False
    around = element.getparent()
    if element.tag == "footer" and around is not None and around.tag in _QUOTED_IN:
        return False
    return next(element.iter(*_OF_A_PAGE), None) is None


def nothing_apart(_: HtmlElement) -> bool:
    """For a reader who wants every line."""
    return False


def read_outline(
    tree: HtmlElement, *, url: str, is_apart: Callable[[HtmlElement], bool] = stands_apart
) -> Outline:
    """The page's lines and boxes; the tree is only read. At most MAX_RUNS lines.

    Args:
        tree: The page.
        url: Of the page.
        is_apart: Of which block elements nothing is read; each is a box without lines. It is asked
            of those alone that by tag or role can stand apart.
    """
    walker = _Walker(site_in(url), is_apart)
    body = tree.find("body")
    top = tree if body is None else body
    walker.enter(top, str(top.tag), -1)
    boxes, lines = walker.boxes, walker.finished()
    return Outline(boxes=boxes, lines=lines, spans=_spans(boxes, lines))


def _spans(boxes: list[Box], lines: list[Line]) -> Spans:
    return Spans(
        first=np.array([box.first for box in boxes], dtype=np.int64),
        end=np.array([box.end for box in boxes], dtype=np.int64),
        parent=np.array([box.parent for box in boxes], dtype=np.int64),
        depth=np.array([box.depth for box in boxes], dtype=np.int64),
        box=np.array([line.box for line in lines], dtype=np.int64),
    )


@dataclass(slots=True, eq=False)
class _Anchor:
    """A link or a button, and how much text it holds."""

    is_control: bool
    is_own: bool
    characters: int = 0


_Span = tuple[Line, _Anchor, int]


class _Walker:
    def __init__(self, site: str, is_apart: Callable[[HtmlElement], bool]) -> None:
        self.site = site
        self.is_apart = is_apart
        self.boxes: list[Box] = []
        self.lines: list[Line] = []
        self.spans: list[_Span] = []
        self.open: Line | None = None
        self.paths: dict[tuple[int, str, str], int] = {}
        self.marks: list[str] = []
        self.anchor: _Anchor | None = None
        self.is_bold = False

    def enter(self, element: HtmlElement, tag: str, parent: int) -> None:
        """Walk a block element: a box of its own, and lines that end at its borders."""
        index = len(self.boxes)
        told = element.keys()  # their values are asked for one by one: most boxes have few of them
        box = self._box(element, tag, told, parent)
        self.boxes.append(box)
        self.open = None
        may_stand_apart = tag in APART_TAGS or (
            "role" in told and element.get("role") in APART_ROLES
        )
        if not (may_stand_apart and index and self.is_apart(element)):
            if tag in CONTROL_TAGS:
                self._within(_Anchor(is_control=True, is_own=False), element, index)
            else:
                self._content(element, index)
        self.open = None
        box.end = len(self.lines)

    def finished(self) -> list[Line]:
        """The lines with their texts and counts."""
        for line, anchor, characters in self.spans:
            if anchor.characters > MAX_LINK_CHARACTERS:
                continue
            if anchor.is_control:
                line.control_characters += characters
            else:
                line.link_characters += characters
                line.own_link_characters += characters if anchor.is_own else 0
        for line in self.lines:
            line.text = " ".join("".join(line.pieces).split())
            line.words = spaced_words(line.text[:LOOKED_AT])
        return self.lines

    def _box(self, element: HtmlElement, tag: str, told: Collection[str], parent: int) -> Box:
        classes = element.get("class", "") if "class" in told else ""
        name = element.get("id", "") if "id" in told else ""
        path, depth = -1, 0
        is_hidden = "hidden" in told or (
            "style" in told and _is_hidden_by(element.get("style", ""))
        )
        is_in_navigation = tag in NAVIGATION_TAGS
        if parent >= 0:
            above = self.boxes[parent]
            path, depth = above.path, above.depth + 1
            is_hidden = is_hidden or above.is_hidden
            is_in_navigation = is_in_navigation or above.is_in_navigation
        return Box(  # by position: half the time
            element,
            tag,
            f"{classes} {name}",
            parent,
            depth,
            self.paths.setdefault((path, tag, classes), len(self.paths)),
            is_hidden,
            is_in_navigation,
            len(self.lines),
        )

    def _content(self, element: HtmlElement, box: int) -> None:
        if text := element.text:
            self._add(text, box)
        for child in element:
            tag = child.tag
            if tag in BLOCK_TAGS:
                self.enter(child, tag, box)
            elif tag == "br":
                self.open = None
            elif tag not in SILENT_TAGS and (len(child) or child.text):
                self._inline(child, tag, box)
            if text := child.tail:
                self._add(text, box)

    def _inline(self, element: HtmlElement, tag: object, box: int) -> None:
        marks = element.get("class")
        if marks:
            self.marks.append(marks)
        if tag == "a":
            self._within(self._link(element), element, box)
        elif tag in CONTROL_TAGS or element.get("role") == "button":
            self._within(_Anchor(is_control=True, is_own=False), element, box)
        elif tag in BOLD_TAGS and not self.is_bold:
            self.is_bold = True
            self._content(element, box)
            self.is_bold = False
        else:
            self._content(element, box)
        if marks:
            self.marks.pop()

    def _link(self, element: HtmlElement) -> _Anchor:
        href = (element.get("href") or "#").strip()
        is_dead = href.startswith(("#", "javascript:")) or element.get("role") == "button"
        return _Anchor(is_dead, not is_dead and leads_to(href, self.site))

    def _within(self, anchor: _Anchor, element: HtmlElement, box: int) -> None:
        outer, self.anchor = self.anchor, anchor
        self._content(element, box)
        self.anchor = outer

    def _add(self, text: str, box: int) -> None:
        line = self.open
        if text.isspace():
            if line is not None:
                line.pieces.append(" ")
            return
        if line is None:
            if len(self.lines) >= MAX_RUNS:
                return
            line = self.open = Line(box, self.marks.copy())
            self.lines.append(line)
        characters = len("".join(text.split()))
        line.pieces.append(text)
        line.characters += characters
        if self.is_bold:
            line.bold_characters += characters
        if self.anchor is not None:
            self.anchor.characters += characters
            if not self.spans or self.spans[-1][1] is not self.anchor:
                line.links += 1
            self.spans.append((line, self.anchor, characters))


def _is_hidden_by(style: str) -> bool:
    return _HIDDEN.search(style) is not None


def outwards(outline: Outline, box: int) -> Iterator[int]:
    """The box and those around it, outwards."""
    while box >= 0:
        yield box
        box = outline.boxes[box].parent
