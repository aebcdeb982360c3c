"""What a body is when it is not HTML at all, read from its first bytes."""

import json
import re

# Magic numbers of what is served as text/html by mistake (WHATWG MIME Sniffing, section 6).
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF container (WebP, WAV or AVI)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"),
)
_FEED_ROOT = re.compile(
    rb"<(?:\w+:)?(rss|feed|urlset|sitemapindex|RDF|opml|svg)[\s>]", re.IGNORECASE
)
_HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|p|article|main|section|h1)[\s>]", re.IGNORECASE
)
_SNIFFED_BYTES = 2_048
MAX_CONTROL_SHARE = 0.05
"""Of the first bytes: text in any encoding but UTF-16 and UTF-32 has next to none."""

_CONTROL_BYTES = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))


def not_html(body: bytes) -> str | None:
    """What the body is instead of HTML, e.g. `a PDF`; None if it may be HTML."""
    start = body[:_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    if _is_binary(body[:_SNIFFED_BYTES]):
        return "binary data"
    if start[:1] in {b"{", b"["} and _is_json(body):
        return "JSON"
    if start.startswith(b"<") and (feed := _feed(start)):
        return feed
    return None if b"<" in body else "text without any markup"


def _is_binary(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):  # UTF-16, UTF-32
        return False
    controls = len(start) - len(start.translate(None, _CONTROL_BYTES))
    return controls > MAX_CONTROL_SHARE * len(start) and b"<" not in start


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _feed(start: bytes) -> str | None:
    root = _FEED_ROOT.search(start)
    html = _HTML_TAG.search(start)
    if root is None or (html is not None and html.start() < root.start()):
        return None
    return f"XML with the root <{root[1].decode('ascii')}>"
