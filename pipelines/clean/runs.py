"""The lines of text of a page as its DOM shows them, each with what it is linked and used for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from pipelines.article_links import leads_to, site_in

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

_XML_SPACES = " \t\r\n"


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


class _Surroundings(NamedTuple):
    """What holds for the text in an element."""

    element: HtmlElement
    """The block element around it."""
    link: str = ""
    """Where the link around it leads; empty: no link, or one that leads nowhere."""
    is_control: bool = False
    is_in_navigation: bool = False


def read_runs(tree: HtmlElement, *, url: str) -> tuple[Run, ...]:
    """The lines of text of the page's body in page order. The tree is only read."""
    site = site_in(url)
    runs: list[Run] = []
    for text, around, is_after_break in _texts(tree):
        if not runs or runs[-1].element is not around.element or is_after_break:
            if len(runs) == MAX_RUNS:
                break
            runs.append(Run(around.element, around.is_in_navigation))
        _add(runs[-1], text, around, site=site)
    return tuple(runs)


def are_near(left: Run, right: Run) -> bool:
    """Whether two runs share a container at most two steps above each."""
    return not set(_upwards(left.element)).isdisjoint(_upwards(right.element))


def without_spaces(text: str) -> str:
    """The text's other characters: what the extractor keeps of a line, however it breaks it."""
    return "".join(text.split())


def _texts(tree: HtmlElement) -> Iterator[tuple[str, _Surroundings, bool]]:
    """Text nodes that are not blank, and whether a line break stands before each."""
    body = next(tree.iter("body"), None)
    if body is None:
        return
    stack = [_Surroundings(element=tree)]
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            around = _inside(element, stack[-1])
            stack.append(around)
            text = element.text
            if text and text.strip(_XML_SPACES) and element.tag != "script":
                yield text, around, False
        else:
            stack.pop()
            text = element.tail
            if text and text.strip(_XML_SPACES) and element is not body:
                yield text, stack[-1], element.tag == "br"


def _inside(element: HtmlElement, around: _Surroundings) -> _Surroundings:
    tag = element.tag
    is_control = around.is_control or tag in CONTROL_TAGS or element.get("role") == "button"
    if tag == "a":
        return _inside_link(element, around, is_control=is_control)
    if tag in BLOCK_TAGS:
        is_in_navigation = around.is_in_navigation or tag in NAVIGATION_TAGS
        return _Surroundings(element, around.link, is_control, is_in_navigation)
    return around if is_control == around.is_control else around._replace(is_control=is_control)


def _inside_link(element: HtmlElement, around: _Surroundings, *, is_control: bool) -> _Surroundings:
    link = (element.get("href") or "#").strip()
    if link.startswith(("#", "javascript:")):
        return around._replace(link="", is_control=True)
    return around._replace(link=link or around.link, is_control=is_control)


def _add(run: Run, text: str, around: _Surroundings, *, site: str) -> None:
    characters = len(without_spaces(text))
    run.pieces.append(text)
    run.characters += characters
    if around.is_control:
        run.control_characters += characters
    elif around.link:
        run.link_characters += characters
        run.own_link_characters += characters if leads_to(around.link, site) else 0


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    current: HtmlElement | None = element
    for _ in range(3):
        if current is None or current.tag in {"body", "html"}:
            return
        yield current
        current = current.getparent()
