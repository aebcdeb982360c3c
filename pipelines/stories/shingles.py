"""Shingles: three words side by side, hashed; a sample of them stands for a text."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_digest, xxh3_64_intdigest

SHINGLE_WORDS = 3
SHINGLE_CHARACTERS = 6
"""For scripts without spaces: as rare as three words, and an edited word spoils few of them."""
SAMPLED_OF = 8
"""One shingle of so many is looked up: those whose hash is a multiple."""
COMPARED_OF = 2
"""One of so many is kept to compare two texts by: of a brief, an eighth would be a handful."""
MAX_SAMPLE = 64
"""The smallest ones stand for a long text: 64 of two that share a half have thirty in common."""
SIGN = 2**63
"""Subtracted from a hash: databases keep signed numbers, in the same order."""

_WORD = re.compile(r"\w+")
# Kana, Han, compatibility ideographs; Thai, Lao, Khmer, Burmese: written without spaces.
UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)


def words_of(paragraph: str) -> list[str]:
    """Case-folded words in order; of a script without spaces its characters."""
    words = _WORD.findall(paragraph.casefold())
    if paragraph.isascii() or UNSPACED.search(paragraph) is None:
        return words
    joined = "".join(words)
    unspaced = len(UNSPACED.findall(joined))
    return list(joined) if 2 * unspaced > len(joined) else words


def is_in_signs(words: Sequence[str]) -> bool:
    """Whether these words, one or more, are the characters of a script without spaces."""
    return UNSPACED.match(words[0]) is not None and max(map(len, words)) == 1


def paragraph_hash(joined: bytes) -> int:
    """Signed, 64 bits: equal for paragraphs that differ in case, spacing and punctuation only.

    Args:
        joined: Its words in UTF-8, a space between them.
    """
    return xxh3_64_intdigest(joined) - SIGN


def shingle_digests(joined: bytes, size: int) -> bytes:
    """Of every shingle of a paragraph 8 bytes, big-endian, in order.

    Args:
        joined: Its words in UTF-8, a space between them.
        size: Words of a shingle.
    """
    encoded = joined.split(b" ")
    runs = zip(*(encoded[start:] for start in range(size)), strict=False)
    return b"".join(map(xxh3_64_digest, map(b" ".join, runs)))


def kept_shingles(digests: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The shingles to keep of a text: signed, ascending and distinct within each paragraph.

    Args:
        digests: Of each paragraph, as `shingle_digests` gives them.

    Returns:
        The shingles, paragraph after paragraph, and how many each paragraph has.
    """
    hashes = np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)
    place = np.repeat(np.arange(len(digests)), [len(each) // 8 for each in digests])
    is_kept = hashes % COMPARED_OF == 0
    hashes, place = hashes[is_kept], place[is_kept]
    order = np.lexsort((hashes, place))
    hashes, place = hashes[order], place[order]
    is_new = np.ones(len(hashes), bool)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (place[1:] != place[:-1])
    signed = (hashes[is_new] ^ np.uint64(SIGN)).view(np.int64)
    return signed, np.bincount(place[is_new], minlength=len(digests))


def bounded_sample(shingles: NDArray[np.int64]) -> list[int]:
    """The smallest sampled ones of these, MAX_SAMPLE at most, distinct, ascending."""
    return sorted(set(shingles[shingles % SAMPLED_OF == 0].tolist()))[:MAX_SAMPLE]
