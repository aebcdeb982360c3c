"""XML as it is served: in any encoding, with anything before it, perhaps broken."""

import re

from lxml import etree
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

MAX_DECLARATION_BYTES = 1024

MAX_PREAMBLE_CHARACTERS = 64 * 1024

_HTML = re.compile(r"<html[\s>]", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_ESCAPE = b"\x1b"  # ISO-2022-JP is ASCII with escapes, and would pass for UTF-8
# XML 1.0 §2.2 has no place for these; one of them would end the parse.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(body: bytes, content_type: str | None = None) -> str:
    """The document as text that an XML parser takes: BOM, valid UTF-8, labels, windows-1252.

    Never raises: bytes that do not fit become U+FFFD.
    """
    name, bom = read_bom(body)
    if name and bom:
        return _FORBIDDEN.sub("", body[len(bom) :].decode(name, "replace"))
    if _ESCAPE not in body:
        try:
            return _FORBIDDEN.sub("", body.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return _FORBIDDEN.sub("", body.decode(_labelled(body, content_type), "replace"))


def xml_parser() -> etree.XMLParser:
    """A parser that repairs, and neither fetches nor expands anything."""
    return etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def from_root(text: str, names: str) -> tuple[str, str] | None:
    """The root's local name and the document from there on; None if it has none of these roots.

    `names` are separated by `|`. What stands before (declaration, DOCTYPE with its entities, a
    server's warnings) is left out, and so is a torn end, or a truncated file would give an address
    cut in the middle.
    """
    root = re.compile(rf"<(?:[a-z0-9]{{1,20}}:)?({names})(?=[\s/>])", re.IGNORECASE)
    found = root.search(text, 0, MAX_PREAMBLE_CHARACTERS)
    if found is None or _HTML.search(text, 0, found.start()):
        return None
    return found[1].lower(), _without_torn_end(text[found.start() :])


def local_name(tag: object) -> str:
    """Lower-case name without namespace, also where the prefix was never declared.

    Entities and comments, whose tag is no text, have the empty name.
    """
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _without_torn_end(text: str) -> str:
    """Up to the last closing tag that is whole."""
    last = text.rfind("</", 0, text.rfind(">") + 1)
    return text[: text.find(">", last) + 1] if last >= 0 else text


def _labelled(body: bytes, content_type: str | None) -> str:
    """RFC 7303 §3.2: the header before the declaration; windows-1252 if neither is usable."""
    declared = _DECLARED.search(body[:MAX_DECLARATION_BYTES])
    labels = [http_content_type_encoding(content_type), declared and declared[1].decode()]
    known = [name for name in map(resolve_encoding, filter(None, labels)) if name]
    return known[0] if known else "cp1252"
