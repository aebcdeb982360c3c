"""The hash of a block's text: what two sightings of one block have in common."""

import sys
from array import array
from collections.abc import Sequence

from xxhash import xxh3_64_intdigest

from pipelines.clean.draft import reads_as_prose
from pipelines.letters import text_key

PROSE_BIT = 1
"""Lowest bit of a hash: its text reads as prose, for which a full stop may decide."""


def block_hash(text: str) -> int:
    """63 bits, equal for texts that differ in spacing, case and punctuation only."""
    key = text_key(text) or text
    return (xxh3_64_intdigest(key.encode("utf-8")) >> 2 << 1) | int(reads_as_prose(text))


def same_text(block: int) -> tuple[int, int]:
    """The hashes of the block's text with and without the mark of prose."""
    return block, block ^ PROSE_BIT


def is_prose(block: int) -> bool:
    """Whether the block with this hash is a sentence of some length."""
    return bool(block & PROSE_BIT)


def pack(hashes: Sequence[int]) -> bytes:
    """8 bytes a hash, little-endian."""
    packed = array("q", hashes)
    if not _IS_LITTLE:
        packed.byteswap()
    return packed.tobytes()


def unpack(packed: bytes) -> tuple[int, ...]:
    """The hashes again."""
    hashes = array("q", packed)
    if not _IS_LITTLE:
        hashes.byteswap()
    return tuple(hashes)


_IS_LITTLE = sys.byteorder == "little"
