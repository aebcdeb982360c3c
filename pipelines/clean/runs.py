"""The lines of text of a page as its DOM shows them, each with what it is linked and used for."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

# Elements whose border ends a line of text.
BLOCK_TAGS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
        "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main",
        "menu", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody",
        "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
CONTROL_TAGS = frozenset({"button", "select", "option", "label", "input", "summary"})
NAVIGATION_TAGS = frozenset({"nav", "footer", "menu", "aside"})

MAX_RUNS = 20_000
"""Of a page; beyond it blocks have no place and the structural rules do not fire on them."""

LINK_SHARE = 0.9
"""Of the letters of a block that must be linked for it to count as nothing but a link."""


@dataclass(slots=True, eq=False)
class Run:
    """Text between two borders of block elements or line breaks, in page order."""

    element: HtmlElement
    """The block element it stands in."""
    is_in_navigation: bool
    text: str = ""
    """On one line, spaces collapsed."""
    characters: int = 0
    """Without spaces; likewise below."""
    link_characters: int = 0
    """In links that lead to another page, of whatever site."""
    own_link_characters: int = 0
    """In links that lead to another page of the same site."""
    control_characters: int = 0
    """In buttons and in links that lead nowhere."""

    def is_link(self) -> bool:
        """Nearly all of it is one or more links to other pages."""
        return self.link_characters >= LINK_SHARE * max(self.characters, 1)

    def is_control(self) -> bool:
        """Nearly all of it is a button, or a link that works like one."""
        return self.control_characters >= LINK_SHARE * max(self.characters, 1)


def are_near(left: Run, right: Run) -> bool:
    """Whether two runs share a container at most two steps above each."""
    return not set(_upwards(left.element)).isdisjoint(_upwards(right.element))


def without_spaces(text: str) -> str:
    """The text's other characters: what the extractor keeps of a line, however it breaks it."""
    return "".join(text.split())


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    current: HtmlElement | None = element
    for _ in range(3):
        if current is None or current.tag in {"body", "html"}:
            return
        yield current
        current = current.getparent()
