"""Invented words that are as common as words are: few very common, most very rare.

Zipf and Mandelbrot: the word of rank r has a probability in proportion to 1 / (r + 2.7) ** 1.07.
The 130 most common words of a vocabulary of 600,000 are half of all that is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

VOCABULARY = 600_000
"""Names, numbers and misspellings included, as in a few years of a newspaper."""
RANK_SHIFT = 2.7
EXPONENT = 1.07
SYLLABLES = tuple(onset + vowel for onset in "bdfghklmnprstvwz" for vowel in "aeiou")


class Words:
    """The vocabulary, commonest first, and draws from it."""

    def __init__(self, seed: int) -> None:
        self.spellings = [spelling(rank) for rank in range(VOCABULARY)]
        self._random = numpy.random.default_rng(seed)
        weights = (numpy.arange(VOCABULARY) + 1 + RANK_SHIFT) ** -EXPONENT
        self._cumulated = numpy.cumsum(weights) / weights.sum()

    def draw(self, count: int) -> list[str]:
        """So many words, one after another."""
        ranks = numpy.searchsorted(self._cumulated, self._random.random(count))
        return [self.spellings[rank] for rank in ranks.tolist()]

    def lengths(self, count: int, *, median: int, spread: float) -> list[int]:
        """How many words so many texts have: log-normal, from 40 to 5,000."""
        drawn = self._random.lognormal(numpy.log(median), spread, count)
        lengths: list[int] = numpy.clip(drawn, 40, 5_000).astype(int).tolist()
        return lengths


def spelling(rank: int) -> str:
    """The word of a rank: short for common ones, no two alike."""
    syllables = ""
    number = rank
    while True:
        number, place = divmod(number, len(SYLLABLES))
        syllables += SYLLABLES[place]
        if number == 0:
            return syllables
        number -= 1  # without it, a word and the same with the first syllable behind it are one


def sentences(words: Sequence[str]) -> str:
    """The words as a text: sentences of 12 to 20, a paragraph every three."""
    parts: list[str] = []
    start = 0
    while start < len(words):
        size = 12 + (start * 7) % 9
        sentence = " ".join(words[start : start + size])
        parts.append(sentence[:1].upper() + sentence[1:] + ".")
        start += size
    return "\n".join(" ".join(parts[i : i + 3]) for i in range(0, len(parts), 3))
