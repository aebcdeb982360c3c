"""As many articles as are asked for: a few thousand texts, told again and again in other words.

Making a text costs more than assigning it. So the texts of a few seeds are made and sketched once;
each further round of them has all its hashes turned, as if every word were another one: its texts
are copies and forms of each other as in the first round, and strangers to every other round.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.stories.corpus import Corpus, Size
from pipelines.fingerprint import content_hash, count_words
from pipelines.stories.candidates import WINDOW_DAYS
from pipelines.stories.records import PackedSketch, StoryTraits
from pipelines.stories.sketch import NUMBERS, paragraph_hashes, sample_of
from pipelines.stories.traits import story_traits
from pipelines.story_likeness import ToldArticle

if TYPE_CHECKING:
    from benchmarks.stories.corpus import Told

FIRST_SEED = 10_000
SEEDS = 6
"""About 10,500 texts."""
SPREAD_DAYS = WINDOW_DAYS - 14
"""A seed's articles span 14 days: so many days apart all rounds lie in one window."""
TIMED_TEXTS = 1_000
SAMPLING_BITS = 0b111
"""Of a hash, those that choose the sample stay as they are."""
NUMBER_BIT = 0b1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A text that was made, with all that is computed from it."""

    told: Told
    content_hash: bytes
    word_count: int
    traits: StoryTraits


class CheapTexts:
    """Articles by number, round after round."""

    def __init__(self, seeds: int = SEEDS, size: Size | None = None) -> None:
        made = (Corpus(FIRST_SEED + seed, size or Size()) for seed in range(seeds))
        texts = [told for corpus in made for told in corpus.articles()]
        random.Random(FIRST_SEED).shuffle(texts)
        self._pieces = [
            Piece(
                told=told,
                content_hash=content_hash(told.text),
                word_count=count_words(told.text),
                traits=story_traits(told.text),
            )
            for told in texts
        ]

    def numbers(self, turn: int) -> range:
        """Of the articles of this round, the first is 0."""
        size = len(self._pieces)
        return range(turn * size + 1, (turn + 1) * size + 1)

    def traits_ms(self) -> float:
        """CPU time of making the traits of a text, now: it tells how busy the machine is."""
        told = [piece.told.text for piece in self._pieces[:TIMED_TEXTS]]
        started = time.process_time()
        for text in told:
            story_traits(text)
        return 1000 * (time.process_time() - started) / len(told)

    def article(self, number: int) -> ToldArticle:
        """The article of this number, from 1, with its sketch."""
        turn, at = divmod(number - 1, len(self._pieces))
        piece = self._pieces[at]
        return ToldArticle(
            id=number,
            text=piece.told.text,
            content_hash=turn.to_bytes(4, "big") + piece.content_hash[4:],
            word_count=piece.word_count,
            sort_at=piece.told.at + timedelta(days=turn % SPREAD_DAYS),
            language=piece.told.language,
            site=piece.told.site,
            authors=(),
            traits=turn_traits(piece.traits, turning_key(turn)),
        )


def turning_key(turn: int) -> int:
    """What the hashes of a round are turned by."""
    return random.Random(turn).getrandbits(62) & ~SAMPLING_BITS if turn else 0


def turn_traits(traits: StoryTraits, key: int) -> StoryTraits:
    """The traits of a text of the same shape in which every word is another one."""
    sketch = turn_sketch(traits.sketch, key)
    return replace(
        traits,
        sketch=sketch,
        paragraphs=tuple(paragraph_hashes(sketch)),
        sample=tuple(sample_of(sketch, ())),
    )


def turn_sketch(sketch: PackedSketch, key: int) -> PackedSketch:
    """The sketch of a text of the same shape in which every word is another one."""
    head = np.frombuffer(sketch.paragraphs, "<i8").reshape(-1, NUMBERS).copy()
    head[:, 0] ^= key
    return PackedSketch(
        paragraphs=head.tobytes(),
        shingles=(np.frombuffer(sketch.shingles, "<i8") ^ key).tobytes(),
        names=(np.frombuffer(sketch.names, "<i4") ^ np.int32(key >> 32 & ~NUMBER_BIT)).tobytes(),
    )
