"""The one parse of a page."""

from collections import Counter

from lxml import etree
from lxml.html import HtmlElement

from pipelines.markup import (
    drop_control_references,
    flatten_markup,
    narrow_tags,
    strip_silent_markup,
)

MAX_BODY_BYTES = 10 * 1024 * 1024
"""A larger page is not parsed; DOWNLOAD_MAXSIZE is the same."""

MAX_CELLS = 2_000
MAX_TABLES = 400
"""trafilatura's tables are quadratic: 8,000 cells or 4,000 tables take it 5 s."""

MAX_DEPTH = 240
"""Of nested elements: libxml2 gives up at 256, and trafilatura recurses."""

# lxml.html's own lookup calls Python for every element that is touched: 3 ms a news page.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
_DEPTH = etree.XPath("boolean(" + "/*" * MAX_DEPTH + ")")
_CELL_TAGS = ("td", "th")
_TABLE_TAGS = ("table", "tr", "caption")


def parse_html(text: str) -> HtmlElement | None:
    """The page as a tree with `<html>` as its root; None if there is nothing in it.

    Scripts other than JSON-LD, styles, comments and drawings are not in the tree. A page nested
    beyond what the parsers can take is flattened: its text stays, in order.

    Raises:
        lxml.etree.LxmlError: libxml2 refused the text.
    """
    text = _prepared(text)
    tree = _parse(text)
    if tree is not None and _is_too_deep(tree):
        tree = _parse(flatten_markup(text))
    if tree is not None:
        flatten_tables(tree)
    return tree


def parse_flattened(text: str) -> HtmlElement | None:
    """The page with all nesting taken out, for a second try when the first tree gave nothing."""
    return _parse(flatten_markup(_prepared(text)))


def flatten_tables(tree: HtmlElement) -> None:
    """Turn the rows of a page with very many cells or tables into paragraphs, in place."""
    found = Counter(element.tag for element in tree.iter(*_CELL_TAGS, "table"))
    tables = found.pop("table", 0)
    if tables <= MAX_TABLES and found.total() <= MAX_CELLS:
        return
    for cell in tree.iter(*_CELL_TAGS):
        cell.tail = " " + (cell.tail or "")
    for element in tree.iter(*_TABLE_TAGS):
        element.tag = "div" if element.tag == "table" else "p"
    etree.strip_tags(tree, "thead", "tbody", "tfoot", *_CELL_TAGS)


def _prepared(text: str) -> str:
    return drop_control_references(narrow_tags(strip_silent_markup(text)))


def _parse(text: str) -> HtmlElement | None:
    if not text.strip():
        return None
    # As trafilatura's own parser, so that its text is the same; huge_tree for text nodes of more
    # than 10 MB and depth beyond 256: what is too deep is then flattened, not lost.
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=True,
    )
    parser.set_element_class_lookup(_CLASSES)
    tree = etree.fromstring(text.encode("utf-8"), parser)
    return tree if isinstance(tree, HtmlElement) else None


def _is_too_deep(tree: HtmlElement) -> bool:
    return bool(_DEPTH(tree))
