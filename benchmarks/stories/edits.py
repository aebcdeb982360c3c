"""What happens to a wire text on its way into other papers, one kind of edit each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.stories.texts import UNSPACED, Teller

if TYPE_CHECKING:
    from collections.abc import Callable

Paragraphs = list[list[str]]

QUOTES = {'"': "”", "„": "»", "“": "«", "«": "“", "»": "”", "-": "–", "'": "’"}  # noqa: RUF001
_NUMBER = re.compile(r"\d{2,}")
_WORD = re.compile(r"[^\W\d]+")


def exact(text: Paragraphs, teller: Teller) -> Paragraphs:
    return text


def typography(text: Paragraphs, teller: Teller) -> Paragraphs:
    """Other quotes, dashes and spaces; paragraphs broken elsewhere."""
    table = str.maketrans(QUOTES)
    sentences = [sentence.translate(table) for paragraph in text for sentence in paragraph]
    broken: Paragraphs = []
    while sentences:
        size = teller.chance.choice((1, 2, 3))
        broken.append(sentences[:size])
        sentences = sentences[size:]
    return broken


def headline(text: Paragraphs, teller: Teller) -> Paragraphs:
    """A new headline above the text, and another dateline."""
    first = [teller.fill(teller.chance.choice(teller.words.lists["datelines"])) + text[0][0]]
    return [[teller.sentence().rstrip(".。")], [*first, *text[0][1:]], *text[1:]]


def lead_dropped(text: Paragraphs, teller: Teller) -> Paragraphs:
    return text[1:]


def cutting(share: float) -> Callable[[Paragraphs, Teller], Paragraphs]:
    """So many of the sentences are left out, wherever they stand."""

    def cut(text: Paragraphs, teller: Teller) -> Paragraphs:
        count = sum(map(len, text))
        gone = set(teller.chance.sample(range(count), round(count * share)))
        numbered = iter(range(count))
        kept = [[each for each in it if next(numbered) not in gone] for it in text]
        return [paragraph for paragraph in kept if paragraph]

    return cut


def reordered(text: Paragraphs, teller: Teller) -> Paragraphs:
    return teller.chance.sample(text, len(text))


def changing(share: float) -> Callable[[Paragraphs, Teller], Paragraphs]:
    """So many of the words become others of the language."""

    def change(text: Paragraphs, teller: Teller) -> Paragraphs:
        pool = teller.words.lists["objects"] + teller.words.lists["adjectives"]

        def other(word: re.Match[str]) -> str:
            return teller.chance.choice(pool) if teller.chance.random() < share else word[0]

        if teller.words.code in UNSPACED:
            return [[_change_signs(each, share, teller, pool) for each in it] for it in text]
        return [[_WORD.sub(other, each) for each in it] for it in text]

    return change


def _change_signs(sentence: str, share: float, teller: Teller, pool: tuple[str, ...]) -> str:
    """Two signs are about a word."""
    pairs = (sentence[start : start + 2] for start in range(0, len(sentence), 2))
    return "".join(
        teller.chance.choice(pool)[:2] if teller.chance.random() < share else pair for pair in pairs
    )


def figures(text: Paragraphs, teller: Teller) -> Paragraphs:
    """Up to three numbers are newer ones, wherever they stand."""
    numbers = sorted(
        {it for paragraph in text for each in paragraph for it in _NUMBER.findall(each)}
    )
    chosen = teller.chance.sample(numbers, min(3, len(numbers)))
    newer = {number: str(int(number) + teller.chance.randrange(1, 30)) for number in chosen}
    return [[_NUMBER.sub(lambda it: newer.get(it[0], it[0]), each) for each in it] for it in text]


def truncated(text: Paragraphs, teller: Teller) -> Paragraphs:
    """The first third to half, as before a paywall."""
    count = sum(map(len, text))
    left = max(2, round(count * teller.chance.uniform(0.3, 0.5)))
    kept: Paragraphs = []
    for paragraph in text:
        kept.append(paragraph[:left])
        left -= len(paragraph)
        if left <= 0:
            break
    return kept


def several(text: Paragraphs, teller: Teller) -> Paragraphs:
    """A fifth cut, three words of a hundred changed, a new headline."""
    return headline(changing(0.03)(cutting(0.2)(text, teller), teller), teller)


MERGED: dict[str, Callable[[Paragraphs, Teller], Paragraphs]] = {
    "exact": exact,
    "typography": typography,
    "headline": headline,
    "lead dropped": lead_dropped,
    "cut 10 %": cutting(0.1),
    "cut 20 %": cutting(0.2),
    "cut 30 %": cutting(0.3),
    "reordered": reordered,
    "changed 3 %": changing(0.03),
    "changed 8 %": changing(0.08),
    "boilerplate": exact,  # added in corpus.py: it is the site's, and the same on all its pages
    "figures": figures,
    "several": several,
}
"""Kinds that are the same story."""
LINKED: dict[str, Callable[[Paragraphs, Teller], Paragraphs]] = {
    "cut 50 %": cutting(0.5),
    "truncated": truncated,
}
"""Kinds that are linked; that they are merged is no mistake either."""
