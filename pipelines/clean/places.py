"""Where a page's blocks stand in its DOM, which the extractor's text no longer says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from pipelines.records import Block

# Elements whose border ends a line of text.
BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
CONTROL_TAGS = frozenset({"button", "select", "option", "label", "input", "summary"})
NAVIGATION_TAGS = frozenset({"nav", "footer", "menu", "aside"})

MAX_RUNS = 20_000
"""Of a page; beyond it blocks have no place and the structural rules do not fire on them."""

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@dataclass(slots=True, eq=False)
class Run:
    """Text between two borders of block elements or line breaks, in page order."""

    element: HtmlElement
    """The block element it stands in."""
    is_in_navigation: bool
    pieces: list[str] = field(default_factory=list)
    characters: int = 0
    """Without spaces; likewise below."""
    link_characters: int = 0
    """In links that lead to another page, of whatever site."""
    own_link_characters: int = 0
    """In links that lead to another page of the same site."""
    control_characters: int = 0
    """In buttons and in links that lead nowhere."""

    @property
    def text(self) -> str:
        """One line, spaces collapsed."""
        return " ".join("".join(self.pieces).split())

    def is_link(self) -> bool:
        """Nearly all of it is one or more links to other pages."""
        return self.link_characters >= LINK_SHARE * max(self.characters, 1)

    def is_control(self) -> bool:
        """Nearly all of it is a button, or a link that works like one."""
        return self.control_characters >= LINK_SHARE * max(self.characters, 1)


LINK_SHARE = 0.9
"""Of the letters of a block that must be linked for it to count as nothing but a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
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


def text_key(text: str) -> str:
    """What two writings of one line have in common: its letters and digits, caseless."""
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


def count_characters(text: str) -> int:
    """Characters that are not spaces: the measure of how much of a block is linked."""
    return len(_line_key(text))


def are_near(left: Run, right: Run) -> bool:
    """Whether two runs share a container at most two steps above each."""
    return not set(_upwards(left.element)).isdisjoint(_upwards(right.element))


def _line_key(text: str) -> str:
    return "".join(text.split())


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    current: HtmlElement | None = element
    for _ in range(3):
        if current is None or current.tag in {"body", "html"}:
            return
        yield current
        current = current.getparent()


class _Finder:
    """Finds the runs of each block's lines, in page order where a text occurs twice."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self.runs = runs
        self.positions: dict[str, list[int]] = {}
        for position, run in enumerate(runs):
            self.positions.setdefault(_line_key("".join(run.pieces)), []).append(position)
        self.last = -1

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
        return replace(block, path=path_of(runs[0].element)), place

    def _find(self, line: str) -> int | None:
        positions = self.positions.get(_line_key(line))
        if not positions:
            return None
        self.last = next((p for p in positions if p > self.last), positions[-1])
        return self.last


def path_of(element: HtmlElement) -> str:
    """Tags and classes from the body to the element, for a person."""
    steps: list[str] = []
    current: HtmlElement | None = element
    while current is not None and current.tag != "html":
        classes = (current.get("class") or "").split()
        steps.append(".".join([str(current.tag), *classes[:MAX_CLASSES]]))
        current = current.getparent()
    return " > ".join(reversed(steps))


MAX_CLASSES = 4
"""Named for each step of a path: utility-class themes have dozens."""
