"""The one tokenizer: what both databases index, and what a search looks for.

SQLite's and PostgreSQL's own tokenizers disagree on `foo.bar/baz`, `3.14` and every script without
spaces, so neither is used: a term is a run of letters, digits and vowel signs, case and accents
folded; scripts without spaces give two-character grams. SQLite's FTS5 gets the terms separated by
spaces (its `ascii` tokenizer splits there and nowhere else), PostgreSQL a tsvector built here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_TERM_CHARACTERS = 64
"""A longer run is clipped, in the index and in a query alike: no word of a language is longer."""
MAX_TERMS_BYTES = 300_000
"""What the terms of one text may take in a tsvector; the rest of the text is not indexed. Three
texts (title, authors, body) stay below its 1 MiB. About 50,000 words, or 30,000 Han characters."""
TERM_BYTES = 5
"""What a tsvector adds to each distinct term: a count and padding."""
POSITION_BYTES = 2

LETTER_FOLDS = {
    # Latin letters that Unicode does not decompose, as readers write them without their accents
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ł": "l", "ŋ": "n",
    "ŧ": "t", "ß": "ss", "ƀ": "b", "ɓ": "b", "ɖ": "d", "ɗ": "d", "ə": "e", "ǝ": "e", "ɛ": "e",
    "ƒ": "f", "ɠ": "g", "ɨ": "i", "ƙ": "k", "ɲ": "n", "ɔ": "o", "ɵ": "o", "ʉ": "u", "ƴ": "y",
    "ƶ": "z", "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}  # fmt: skip
DIGIT_ZEROS = "٠۰०০๐໐០၀"
"""Arabic, Persian, Devanagari, Bengali, Thai, Lao, Khmer and Burmese zero: digits become 0-9."""
SEPARATING_SIGNS = "™℠\u02b9\u02bb\u02bc"
"""Letters to Unicode, not to a reader: `tm` and `sm` after a name, modifier apostrophes."""
ACCENT_BLOCKS = (
    (0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
    # Hebrew points; Arabic vowel signs and the tatweel
    (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06ED),
)  # fmt: skip
"""Marks that readers leave out. Other marks are vowels of their word (Hindi, Tamil, Thai)."""
INVISIBLE_BLOCKS = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x180B, 0x180F), (0x200D, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0000, 0xE01EF),
)  # fmt: skip
"""Soft hyphen, joiners, direction marks, variation selectors: they stand inside words."""
GRAM_CLASS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai to Burmese
    r"\u3005\u3007\u3041-\u30ff\u31f0-\u31ff"  # iteration mark, zero, Hiragana, Katakana
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_GRAM = re.compile(f"[{GRAM_CLASS}]")
_GRAM_OR_OTHER_RUN = re.compile(f"[{GRAM_CLASS}]+|[^{GRAM_CLASS}]+")
_WORD = re.compile(r"[^ ]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
MAX_FOLDED_ALONE = 64
"""Distinct characters, each of which costs a pass over the text; a Latin language has fewer."""


class _FoldTable(dict[int, str]):
    """For `str.translate`: each character as it is compared; a space where it is part of no term.

    Filled as characters are met, so that nothing is computed for scripts that nobody stores.
    """

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_FOLD_TABLE = _FoldTable(
    {
        **{ord(letter): fold for letter, fold in LETTER_FOLDS.items()},
        **{ord(zero) + digit: str(digit) for zero in DIGIT_ZEROS for digit in range(10)},
        **{ord(sign): " " for sign in SEPARATING_SIGNS},
        **{
            code: ""
            for first, last in (*ACCENT_BLOCKS, *INVISIBLE_BLOCKS)
            for code in range(first, last + 1)
        },
    }
)


def terms_of(text: str) -> list[str]:
    """The terms of a text in order, clipped to MAX_TERMS_BYTES.

    A term holds letters, digits and marks only: no space, quote or other punctuation.
    """
    folded = _fold(unicodedata.normalize("NFC", text))
    words = folded.split()
    if folded.isascii():
        terms = words if _are_short(words) else [word[:MAX_TERM_CHARACTERS] for word in words]
    else:
        terms = [term for word in words for term, _, _ in _split_word(word)]
    return _clip(terms)


def is_gram(term: str) -> bool:
    """Whether this term is of a script without spaces."""
    return _GRAM.match(term) is not None


def _fold(text: str) -> str:
    """The text as `translate` with the table gives it, in a fifth of its time where it can.

    Python translates quickly what is ASCII alone, so the accents and quotation marks of a text in
    Latin letters are folded one after the other first.
    """
    folds = {each: _FOLD_TABLE[ord(each)] for each in set(_NOT_ASCII.findall(text))}
    if len(folds) <= MAX_FOLDED_ALONE and all(map(str.isascii, folds.values())):
        for each, fold in folds.items():
            text = text.replace(each, fold)
    return text.translate(_FOLD_TABLE)


def _are_short(words: Sequence[str]) -> bool:
    return max(map(len, words), default=0) <= MAX_TERM_CHARACTERS


def _fold_character(character: str) -> str:
    """One character without case, accent or width; a space for what is not part of a term."""
    folded = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in folded if _FOLD_TABLE.get(ord(part)) != "")
    known = "".join(_FOLD_TABLE.get(ord(part), part) for part in bare.casefold())
    return "".join(
        part if _is_term_character(part) else " " for part in unicodedata.normalize("NFC", known)
    )


def _is_term_character(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _split_word(word: str) -> Iterator[tuple[str, int, int]]:
    """The terms of a folded word with where each stands in it: term, start, end."""
    if word.isascii() or not _GRAM.search(word):
        yield word[:MAX_TERM_CHARACTERS], 0, len(word)
        return
    for run in _GRAM_OR_OTHER_RUN.finditer(word):
        yield from _split_run(run[0], run.start())


def _split_run(run: str, start: int) -> Iterator[tuple[str, int, int]]:
    if len(run) == 1 or not _GRAM.match(run):
        yield run[:MAX_TERM_CHARACTERS], start, start + len(run)
        return
    for index in range(len(run) - 1):
        yield run[index : index + 2], start + index, start + index + 2


def _clip(terms: list[str]) -> list[str]:
    """As many of the terms as MAX_TERMS_BYTES of a tsvector hold."""
    per_term = TERM_BYTES + POSITION_BYTES
    if 4 * sum(map(len, terms)) + per_term * len(terms) <= MAX_TERMS_BYTES:
        return terms
    seen: set[str] = set()
    size_bytes = 0
    for index, term in enumerate(terms):
        size_bytes += POSITION_BYTES
        if term not in seen:
            seen.add(term)
            size_bytes += len(term.encode()) + TERM_BYTES
        if size_bytes > MAX_TERMS_BYTES:
            return terms[:index]
    return terms


class LocatedTerm(NamedTuple):
    """A term and where it stands in the original text. A tuple: a page has thousands."""

    term: str
    start: int
    end: int


def located_terms(text: str) -> Iterator[LocatedTerm]:
    """The terms of an NFC text in order, unclipped, each with its place, for highlighting."""
    if text.isascii():
        for word in _WORD.finditer(text.translate(_FOLD_TABLE)):
            yield LocatedTerm(word[0][:MAX_TERM_CHARACTERS], word.start(), word.end())
        return
    folds = [_FOLD_TABLE[ord(character)] for character in text]
    folded = "".join(folds)
    if len(folded) == len(text):
        origins: Sequence[int] = range(len(text))
    else:
        origins = [index for index, fold in enumerate(folds) for _ in fold]
    for word in _WORD.finditer(folded):
        for term, start, end in _split_word(word[0]):
            first, last = origins[word.start() + start], origins[word.start() + end - 1]
            yield LocatedTerm(term, first, last + 1)


FIELD_POSITIONS = (("A", 1, 4_000), ("B", 4_001, 6_000), ("D", 6_001, 16_383))
"""Weight, first and last position in a tsvector of title, authors and body: PostgreSQL clips
positions at 16,383. They serve ranking and fields; phrases are found in the terms themselves."""
MAX_FIELD_POSITIONS = 85
"""Of one term in one field: PostgreSQL keeps 255 a term and would drop those of a later field."""


def tsvector_text(
    title_terms: Sequence[str], author_terms: Sequence[str], body_terms: Sequence[str]
) -> str:
    """Text to cast to a tsvector: title in weight A, authors in B, body in D."""
    positions: dict[str, list[str]] = {}
    fields = (title_terms, author_terms, body_terms)
    for terms, (weight, first, last) in zip(fields, FIELD_POSITIONS, strict=True):
        suffix = "" if weight == "D" else weight
        for term, numbers in _field_positions(terms, first, last).items():
            positions.setdefault(term, []).extend(f"{number}{suffix}" for number in numbers)
    return " ".join(f"{quote_lexeme(term)}:{','.join(at)}" for term, at in positions.items())


def quote_lexeme(term: str) -> str:
    """A term as it stands in a tsvector or tsquery."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _field_positions(terms: Sequence[str], first: int, last: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, term in enumerate(terms):
        numbers = found.setdefault(term, [])
        position = min(first + index, last)
        if len(numbers) < MAX_FIELD_POSITIONS and (not numbers or numbers[-1] < position):
            numbers.append(position)
    return found
