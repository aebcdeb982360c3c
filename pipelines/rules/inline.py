"""Where the text of an inline element stands in the line of its page."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from pipelines.clean.runs import BLOCK_TAGS, without_spaces

MAX_BEFORE_CHARACTERS = 24
"""Without spaces: enough to tell two occurrences of a text in one line."""


def texts_of(element: HtmlElement) -> list[str]:
    """The element's text, one for each of its lines."""
    lines = [""]
    for node in element.iter():
        if node.tag == "br":
            lines.append("")
        else:
            lines[-1] += node.text or ""
        if node is not element:
            lines[-1] += node.tail or ""
    return [line for line in lines if line.strip()]


def position_in(line: str, text: str, *, before: str) -> int | None:
    """Where a text begins in a line, after these characters if it does. None: nowhere."""
    first = start = line.find(text)
    while start >= 0:
        if without_spaces(line[:start]).endswith(before):
            return start
        start = line.find(text, start + 1)
    return first if first >= 0 else None


def text_before(element: HtmlElement, around: HtmlElement) -> str:
    """The end of what stands before an element in its line, without spaces.

    Args:
        element: Inline.
        around: The block element that it stands in.
    """
    found = ""
    for piece in _backwards(element, around):
        found = without_spaces(piece) + found
        if len(found) >= MAX_BEFORE_CHARACTERS:
            break
    return found[-MAX_BEFORE_CHARACTERS:]


def _backwards(element: HtmlElement, around: HtmlElement) -> Iterator[str]:
    """What stands before an element up to the border of its line, nearest first."""
    node = element
    while node is not around:
        for sibling in node.itersiblings(preceding=True):
            yield sibling.tail or ""
            if sibling.tag == "br" or sibling.tag in BLOCK_TAGS:
                return
            yield "".join(sibling.itertext())
        parent = node.getparent()
        if parent is None:
            return
        yield parent.text or ""
        node = parent
