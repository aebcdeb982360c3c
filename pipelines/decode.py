"""Bytes to text: which encoding a page really is in, and what never belongs in a text."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

MAX_BAD_SHARE = 0.01
"""Of a page's bytes that may be invalid UTF-8 in a page still read as UTF-8."""

MIN_GOOD_PER_BAD = 4
"""Valid multi-byte characters for each bad byte: a Latin-1 page has next to none."""

MAX_GUESS_BYTES = 8_192
"""What the guess reads, whatever the size of the page: some tens of milliseconds."""

# What a page without any label may be in; the WHATWG default windows-1252 if nothing fits.
GUESSED_ENCODINGS = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "koi8_r", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949",
)  # fmt: skip

# C0 without tab and line breaks, DEL, C1; lone surrogates; bidi overrides and isolates, which
# can show a text in another order than it is stored. ZWJ and ZWNJ stay: emoji, Persian, Hindi.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_REPLACEMENT = "\ufffd"
_PLAIN_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))


def decode_body(body: bytes, content_type: str | None = None) -> str:
    """The page as clean text: BOM, UTF-8 if nearly all of it is, the label, a guess.

    The label of the Content-Type header goes before that of the meta tag; both are read as
    browsers read them (`latin-1` means windows-1252). Bytes that do not fit become U+FFFD.
    """
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return clean_characters(body[len(bom) :].decode(encoding, "replace"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return clean_characters(_decode_not_utf8(body, content_type))
    return _cleaned(text, body)


def clean_characters(text: str) -> str:
    """Text without controls, lone surrogates and bidi overrides, NFC. Idempotent."""
    return _cleaned(text, text.encode("utf-8", "surrogatepass"))


def _cleaned(text: str, utf8: bytes) -> str:
    """As by all STEPS; ten times faster on most pages.

    Only characters beyond printable ASCII are looked at, each kind once.
    """
    others = utf8.translate(None, _PLAIN_ASCII)
    kinds = set(others.decode("utf-8", "surrogatepass"))
    if any(map(_is_unwanted, kinds)):
        text = drop_control_characters(text)
    return text if all(map(_stands_alone, kinds)) else normalize_unicode(text)


def drop_control_characters(text: str) -> str:
    """The text without the characters that no database, terminal or reader should meet."""
    return _UNWANTED.sub("", text)


def normalize_unicode(text: str) -> str:
    """The text in NFC."""
    return unicodedata.normalize("NFC", text)


# Controls go before NFC: removing one can put a letter next to its accent.
STEPS: tuple[Callable[[str], str], ...] = (drop_control_characters, normalize_unicode)


@lru_cache(maxsize=8_192)
def _is_unwanted(character: str) -> bool:
    return _UNWANTED.match(character) is not None


@lru_cache(maxsize=8_192)
def _stands_alone(character: str) -> bool:
    """Whether it is NFC, whatever stands before it."""
    return (
        unicodedata.is_normalized("NFC", character)
        # A mark may compose with the letter before it, and so may a Hangul vowel or final.
        and not unicodedata.category(character).startswith("M")
        and not "\u1160" <= character <= "\u11ff"
    )


def _decode_not_utf8(body: bytes, content_type: str | None) -> str:
    text = body.decode("utf-8", "replace")
    if _is_nearly_utf8(text, size_bytes=len(body)):
        return text
    label = http_content_type_encoding(content_type) or _meta_encoding(body)
    if label == "utf-8":
        return text
    if label is not None and codecs.lookup(label)._is_text_encoding:
        return body.decode(label, "replace")
    return body.decode(_guess(body), "replace")


def _is_nearly_utf8(text: str, *, size_bytes: int) -> bool:
    bad = text.count(_REPLACEMENT)
    if bad > MAX_BAD_SHARE * size_bytes:
        return False
    good = len(_NON_ASCII_CHARACTER.findall(text)) - bad
    return good >= MIN_GOOD_PER_BAD * bad


_NON_ASCII_CHARACTER = re.compile(r"[^\x00-\x7f]")


def _meta_encoding(body: bytes) -> str | None:
    label = html_body_declared_encoding(body)
    # WHATWG: a meta tag that can be read as ASCII cannot stand in a UTF-16 page.
    return "utf-8" if label is not None and label.startswith("utf-16") else label


def _guess(body: bytes) -> str:
    best = from_bytes(_sample(body), cp_isolation=list(GUESSED_ENCODINGS)).best()
    return "cp1252" if best is None else best.encoding


def _sample(body: bytes) -> bytes:
    """From the first byte that is not ASCII: only such bytes tell encodings apart.

    It ends before a tag, which is never the second half of a character.
    """
    first = _NOT_ASCII.search(body)
    start = first.start() if first else 0
    window = body[start : start + MAX_GUESS_BYTES]
    end = window.rfind(b"<") if len(body) > start + MAX_GUESS_BYTES else len(window)
    return window[:end] if end > 0 else window
