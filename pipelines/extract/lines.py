"""One metadata string made fit to store: one line, no markup, no control characters, clipped."""

import html
import re
import unicodedata

# Clipped before any other step, so that no rule below ever sees a long string.
MAX_RAW_CHARACTERS = 8_000

# C0 and C1 controls become spaces: some are line breaks. ZWJ and ZWNJ stay: emoji, Persian, Hindi.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Soft hyphen, zero-width space, word joiner, bidi marks and overrides, BOM, lone surrogates.
_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]{0,500}|!--[^<>]{0,500}--)>")


def one_line(text: str, *, limit: int) -> str:
    """The text as one line of at most `limit` characters, NFC; empty if nothing is left."""
    text = text[: min(2 * limit + 500, MAX_RAW_CHARACTERS)]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _CONTROLS.sub(" ", text))
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())[:limit].rstrip()


def match_key(text: str) -> str:
    """What two spellings of one title or name have in common: its words, whatever their case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_WORD.findall(text.casefold()))
