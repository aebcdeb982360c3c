"""Text -> PackedSketch, which is kept; PackedSketch -> Sketch, which is compared."""

from collections.abc import Collection, Sequence
from itertools import chain, compress, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.stories.records import PackedSketch, Sketch
from pipelines.stories.salient import salient_hashes
from pipelines.stories.shingles import (
    SHINGLE_CHARACTERS,
    SHINGLE_WORDS,
    bounded_sample,
    is_in_signs,
    kept_shingles,
    paragraph_hash,
    shingle_digests,
    words_of,
)

MAX_WORDS = 1_000
"""Of a longer text its beginning stands for it, to the end of a paragraph; two signs of a script
without spaces are about a word."""
NUMBERS = 4
"""Of each paragraph in a packed sketch: hash, words, shingles, names and numbers."""
_HASH, _WORDS, _SHINGLES, _SALIENT = range(NUMBERS)


def pack_sketch(text: str) -> PackedSketch:
    """What is kept of a text whose paragraphs are separated by newlines."""
    paragraphs = _paragraphs(text)
    shingles, counts = kept_shingles([shingle_digests(it.joined, it.size) for it in paragraphs])
    salient = [salient_hashes(it.line) for it in paragraphs]
    head = np.empty((len(paragraphs), NUMBERS), "<i8")
    head[:, _HASH] = [paragraph_hash(it.joined) for it in paragraphs]
    head[:, _WORDS] = [it.words for it in paragraphs]
    head[:, _SHINGLES] = counts
    head[:, _SALIENT] = [len(each) for each in salient]
    return PackedSketch(
        paragraphs=head.tobytes(),
        shingles=shingles.astype("<i8").tobytes(),
        names=np.fromiter(chain.from_iterable(salient), "<i4").tobytes(),
    )


class _Paragraph(NamedTuple):
    line: str
    words: int
    joined: bytes
    """Its words in UTF-8, a space between them."""
    size: int
    """Of its shingles, in words."""


def _paragraphs(text: str) -> list[_Paragraph]:
    """Those with a word in them, until MAX_WORDS are reached."""
    found: list[_Paragraph] = []
    left = MAX_WORDS
    for line in text.split("\n"):
        words = words_of(line)
        if not words:
            continue
        signs = is_in_signs(words)
        size = SHINGLE_CHARACTERS if signs else SHINGLE_WORDS
        found.append(_Paragraph(line, len(words), " ".join(words).encode(), size))
        left -= len(words) // 2 if signs else len(words)
        if left <= 0:
            break
    return found


def make_sketch(text: str, *, site: str = "") -> Sketch:
    """Of a text of this site."""
    return unpack_sketch(pack_sketch(text), site=site)


def paragraph_hashes(packed: PackedSketch) -> list[int]:
    """Of the paragraphs that have a shingle, distinct, in order."""
    head = _head(packed)
    return list(dict.fromkeys(head[head[:, _SHINGLES] > 0, _HASH].tolist()))


def sample_of(packed: PackedSketch, leaving_out: Collection[int]) -> list[int]:
    """The shingles that stand for a text, without the paragraphs with these hashes."""
    shingles, head = _shingles(packed), _head(packed)
    if leaving_out:
        is_left = [each not in leaving_out for each in head[:, _HASH].tolist()]
        shingles = shingles[np.repeat(np.array(is_left, bool), head[:, _SHINGLES])]
    return bounded_sample(shingles)


def unpack_sketch(packed: PackedSketch, *, site: str = "") -> Sketch:
    """The sketch of a text of this site."""
    hashes, words, shingle_counts, name_counts = _head(packed).T.tolist()
    shingles, names = _shingles(packed).tolist(), np.frombuffer(packed.names, "<i4").tolist()
    return Sketch(hashes, words, shingle_counts, name_counts, shingles, names, site)


def shown_paragraphs(sketch: Sketch) -> list[int]:
    """Hashes of the paragraphs that have a shingle, in order."""
    return list(compress(sketch.hashes, sketch.shingle_counts))


def without(sketch: Sketch, stopped: Collection[int]) -> Sketch:
    """A text without the paragraphs with these hashes; itself, if it has none of them."""
    is_left = [each not in stopped for each in sketch.hashes]
    if all(is_left):
        return sketch
    return sketch._replace(
        hashes=list(compress(sketch.hashes, is_left)),
        words=list(compress(sketch.words, is_left)),
        shingle_counts=list(compress(sketch.shingle_counts, is_left)),
        name_counts=list(compress(sketch.name_counts, is_left)),
        shingles=_of_those(sketch.shingles, sketch.shingle_counts, is_left),
        names=_of_those(sketch.names, sketch.name_counts, is_left),
    )


def shingles_without(sketch: Sketch, stopped: Collection[int]) -> list[int]:
    """Those of a text without the paragraphs with these hashes."""
    is_left = [each not in stopped for each in sketch.hashes]
    return _of_those(sketch.shingles, sketch.shingle_counts, is_left)


def _of_those(values: Sequence[int], counts: Sequence[int], is_left: Sequence[bool]) -> list[int]:
    """The values of the paragraphs that are left, given how many each paragraph has."""
    is_theirs = chain.from_iterable(map(repeat, is_left, counts))
    return list(compress(values, is_theirs))


def _head(packed: PackedSketch) -> NDArray[np.int64]:
    return np.frombuffer(packed.paragraphs, "<i8").reshape(-1, NUMBERS)


def _shingles(packed: PackedSketch) -> NDArray[np.int64]:
    return np.frombuffer(packed.shingles, "<i8")
