"""The extractor's result tree to typed blocks."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.decode import clean_characters
from pipelines.records import Block, BlockKind

_KINDS = {
    "head": BlockKind.HEADING,
    "list": BlockKind.LIST,
    "quote": BlockKind.QUOTE,
    "table": BlockKind.TABLE,
    "code": BlockKind.CODE,
}
_CONTAINERS = frozenset({"body", "html", "div", "main", "section", "article", "ab", "p"})
_LINE_STARTERS = frozenset({"item", "row", "p", "head", "lb", "quote", "list", "table", "div"})

# Soft hyphen, zero-width space, word joiner, BOM: invisible, and words that carry them are not
# found. Object replacement: a picture stood there.
_SIGNS = "\u00ad\u200b\u2060\ufeff\ufffc"
_INVISIBLE = re.compile(f"[{_SIGNS}]")


def to_blocks(body: etree._Element) -> tuple[Block, ...]:
    """The blocks of the result tree in page order; a paragraph ends at a line break."""
    collector = _Collector()
    collector.walk(body)
    collector.flush()
    return tuple(collector.blocks)


def clean_line(text: str) -> str:
    """One line as stored: no invisible characters, NFC, spaces collapsed. Idempotent."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_INVISIBLE.sub("", clean_characters(text)).split())


def is_clean(text: str) -> bool:
    """Whether `clean_line` would change only spaces of the text, or of any part of it."""
    if text.isascii() and text.isprintable():
        return True
    # One search a sign: a tenth of the time of one for all of them.
    return clean_characters(text) == text and not any(sign in text for sign in _SIGNS)


@dataclass(slots=True)
class _Collector:
    """Walks the result tree and closes a paragraph wherever a block begins or a line breaks."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def walk(self, element: etree._Element) -> None:
        """Take the element's own text, its children and their tails."""
        self.pieces.append(element.text or "")
        for child in element:
            tag = str(child.tag)
            if tag in _KINDS:
                self.flush()
                self._add_typed(child, _KINDS[tag])
            elif tag in _CONTAINERS:
                self.flush()
                self.walk(child)
                self.flush()
            else:
                self._walk_inline(child, tag)
            self.pieces.append(child.tail or "")

    def flush(self) -> None:
        """Close the open paragraph; one block for each of its lines."""
        for line in _lines("".join(self.pieces)):
            self.blocks.append(Block(kind=BlockKind.PARAGRAPH, text=line))
        self.pieces.clear()

    def _walk_inline(self, element: etree._Element, tag: str) -> None:
        if tag == "lb":
            self.flush()
        self.walk(element)

    def _add_typed(self, element: etree._Element, kind: BlockKind) -> None:
        text = _code(element) if kind is BlockKind.CODE else "\n".join(_lines(_flatten(element)))
        if not text:
            return
        if kind is BlockKind.HEADING:
            text = text.replace("\n", " ")
        self.blocks.append(Block(kind=kind, text=text, level=_level(element, kind)))


def _lines(text: str) -> Iterator[str]:
    if "&" in text:
        text = html.unescape(text)  # the page escaped twice; trafilatura's text undoes it too
    return (line for raw in text.splitlines() if (line := clean_line(raw)))


def _flatten(element: etree._Element) -> str:
    """The text of a list, quote, table or heading, a line break before each of its parts."""
    pieces: list[str] = []
    _append_flat(element, pieces, in_cell=False)
    return "".join(pieces)


def _append_flat(element: etree._Element, pieces: list[str], *, in_cell: bool) -> None:
    pieces.append(element.text or "")
    for child in element:
        pieces.append(_separator(child, in_cell=in_cell))
        _append_flat(child, pieces, in_cell=in_cell or child.tag == "cell")
        pieces.append(" " if in_cell else "")
        pieces.append(child.tail or "")


def _separator(element: etree._Element, *, in_cell: bool) -> str:
    if element.tag == "cell":
        return " | " if element.getprevious() is not None else ""
    if element.tag in _LINE_STARTERS:
        return " " if in_cell else "\n"
    return ""


def _code(element: etree._Element) -> str:
    lines = clean_characters("".join(map(str, element.itertext()))).expandtabs(4).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _level(element: etree._Element, kind: BlockKind) -> int:
    if kind is not BlockKind.HEADING:
        return 0
    rend = element.get("rend") or ""
    return int(rend[1]) if re.fullmatch(r"h[1-6]", rend) else 2
