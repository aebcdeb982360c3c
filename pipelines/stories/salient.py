"""The numbers and names of a text: what tells today's weather from yesterday's."""

import re

from xxhash import xxh3_64_intdigest

from pipelines.stories.shingles import UNSPACED

NUMBER_BIT = 1
"""Lowest bit of a hash: a number."""
_OPENING = frozenset('.!?…:;"“”„«»‹›')  # noqa: RUF001
"""The first word after them, and of a paragraph, may be any word."""
# One look for both, and one set of signs at its head: what is neither is passed over quickest.
_MAY_BE_SALIENT = re.compile(
    r"[^a-zа-яёß-öø-ÿ\W_]"  # noqa: RUF001 - the small letters of most texts
    r"(?:(?<=\d)\d*(?:[.,:]\d+)*|(?<!\d)(?<![^\W\d_].)[^\W\d_]+)"
)
"""A whole number, or a word from its first letter on."""
_BEFORE = re.compile(r"([^\W\d_]{1,4})\W{1,3}\Z")
MAX_BEFORE = 7
"""Characters that it looks at."""
_AFTER = re.compile(r"\W{0,3}([^\W\d_]{1,4})")
_UNSPACED_AFTER = re.compile(r"\W{0,3}([^\W\d_]{1,2})")
"""Two signs are about a word, where words are not written apart."""
_KATAKANA = re.compile("[\u30a1-\u30ff]{2,}")
"""Foreign names and words, which a script without capitals writes apart."""
_SEPARATOR = re.compile(r"[.,:]")


def salient_hashes(paragraph: str) -> list[int]:
    """Signed, 32 bits, of what a paragraph names, distinct, ascending.

    Names are capitalised words that do not begin a sentence or quote. A number counts with four
    letters before and after it, of a script without spaces with two signs after it: forms that
    papers fill in have the same few in other places.
    """
    is_unspaced = not paragraph.isascii() and UNSPACED.search(paragraph) is not None
    names = set(_KATAKANA.findall(paragraph)) if is_unspaced else set()
    numbers = set()
    for found in _MAY_BE_SALIENT.finditer(paragraph):
        first = paragraph[found.start()]
        if first.isupper():
            if not _begins(paragraph, found.start()):
                names.add(found[0].casefold())
        elif first.isdecimal():
            numbers.add(_told_number(paragraph, found, is_unspaced=is_unspaced))
    hashed = {_hash(name) & ~NUMBER_BIT for name in names}
    hashed.update(_hash(number) | NUMBER_BIT for number in numbers)
    return sorted(hashed)


def _begins(paragraph: str, start: int) -> bool:
    """Whether the word with the letter at `start` begins a sentence, a quote or the paragraph."""
    at = start - 1
    while at >= 0 and paragraph[at].isalnum():  # digits before its letters
        at -= 1
    while at >= 0 and not paragraph[at].isalnum():
        if paragraph[at] in _OPENING:
            return True
        at -= 1
    return at < 0


def _told_number(paragraph: str, found: re.Match[str], *, is_unspaced: bool) -> str:
    """A number with the letters beside it."""
    start, end = found.span()
    before = None if is_unspaced else _BEFORE.search(paragraph, max(0, start - MAX_BEFORE), start)
    after = (_UNSPACED_AFTER if is_unspaced else _AFTER).match(paragraph, end)
    number = _SEPARATOR.sub("", found[0])
    return f"{before[1] if before else ''} {number} {after[1] if after else ''}".casefold()


def _hash(text: str) -> int:
    return (xxh3_64_intdigest(text.encode()) >> 32) - 2**31
