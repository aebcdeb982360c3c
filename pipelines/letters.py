"""The letters, digits and words of a text: by table where it is Latin-1 but for its punctuation."""

import re
from functools import lru_cache

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_WORDS = re.compile(r"\w+")

_MARKS = "\u2019\u201c\u201d\u2013\u2014\u2018\u2026\u20ac\u2022\u201e\u2122"
"""Of no word, like any space, and not in Latin-1: quotes, dashes, dots, signs. Frequent ones first.
"""

_LETTERS = [chr(code) for code in range(256)]
_OTHERS = "".join(it for it in _LETTERS if _NOT_ALPHANUMERIC.match(it)).encode("latin-1")
"""What is neither letter nor digit."""
_CASELESS = "".join(
    it.casefold() if it.casefold() in _LETTERS else it for it in _LETTERS
).encode("latin-1")  # fmt: skip
_UNFOLDED = {it: it.casefold() for it in _LETTERS if it.casefold() not in _LETTERS}
"""Letters whose caseless form is longer, or beyond Latin-1: sharp s and the micro sign."""

_SPACED = bytes(
    small if _WORDS.match(it) else ord(" ") for it, small in zip(_LETTERS, _CASELESS, strict=True)
)
"""Caseless, and what is no part of a word as a space."""
_MARKED = bytes(ord("w" if _WORDS.match(it) else " ") for it in _LETTERS)
"""What is part of a word as a w, else as a space."""


@lru_cache(maxsize=512)  # each block of a page is asked for five times
def text_key(text: str) -> str:
    """The text's letters and digits, caseless: what two writings of it have in common."""
    codes = _codes(text)
    if codes is None:
        return _NOT_ALPHANUMERIC.sub("", text.casefold())
    return _folded(codes.translate(_CASELESS, _OTHERS))


def spaced_words(text: str) -> list[str]:
    """The words of letters, digits and underscores of a text, caseless."""
    codes = _codes(text)
    if codes is None:
        return _WORDS.findall(text.casefold())
    return _folded(codes.translate(_SPACED)).split()


def count_spaced_words(text: str) -> int:
    """How many words of letters, digits and underscores a text has."""
    words = count_latin_words(text)
    return len(_WORDS.findall(text)) if words is None else words


def count_latin_words(text: str) -> int | None:
    """The same of a text in Latin-1 but for its punctuation; None for any other."""
    codes = _codes(text)
    if codes is None:
        return None
    return (b" " + codes.translate(_MARKED)).count(b" w")  # half the time of a split


def _codes(text: str) -> bytes | None:
    """The text in Latin-1, with spaces for its marks; None if other letters are in it."""
    for mark in _MARKS:
        if text.isascii():
            break
        text = text.replace(mark, " ")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _folded(codes: bytes) -> str:
    text = codes.decode("latin-1")
    if not text.isascii():
        for letter, caseless in _UNFOLDED.items():
            text = text.replace(letter, caseless)
    return text
