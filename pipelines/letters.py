"""The letters, digits and words of a text: by table where it is ASCII but for its punctuation."""

import re
from functools import lru_cache

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_WORDS = re.compile(r"\w+")

_MARKS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u00a0\u00ab\u00bb\u20ac\u00a3\u00b7\u2022"
"""Of no word, like any space: quotes, dashes, dots, signs of currencies."""

_ASCII = [chr(code) for code in range(128)]
_OTHERS = "".join(it for it in _ASCII if not it.isalnum()).encode("ascii")
_SPACED = bytes(code if _WORDS.match(it) else ord(" ") for code, it in enumerate(_ASCII)).ljust(256)
"""What is no part of a word as a space, by code."""


@lru_cache(maxsize=512)  # each block of a page is asked for five times
def text_key(text: str) -> str:
    """The text's letters and digits, caseless: what two writings of it have in common."""
    plain = _plain(text)
    if plain.isascii():
        return plain.lower().encode("ascii").translate(None, _OTHERS).decode("ascii")
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


def spaced_words(text: str) -> list[str]:
    """The words of letters, digits and underscores of a text, caseless."""
    plain = _plain(text)
    if plain.isascii():
        return plain.lower().encode("ascii").translate(_SPACED).decode("ascii").split()
    return _WORDS.findall(text.casefold())


def count_spaced_words(text: str) -> int:
    """How many words `spaced_words` finds."""
    plain = _plain(text)
    if plain.isascii():
        return len(plain.encode("ascii").translate(_SPACED).split())
    return len(_WORDS.findall(text))


def _plain(text: str) -> str:
    """The text with spaces for the most frequent marks beyond ASCII."""
    if text.isascii():
        return text
    for mark in _MARKS:
        if mark in text:
            text = text.replace(mark, " ")
    return text
