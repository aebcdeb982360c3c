"""The hash of a block's text: what two sightings of one block have in common."""

from array import array
from collections.abc import Sequence

from xxhash import xxh3_64_intdigest

from pipelines.clean.draft import reads_as_prose
from pipelines.letters import text_key

PROSE_BIT = 1
"""Lowest bit of a hash: its text reads as prose, for which a full stop may decide."""
_BYTES = 8


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
    return b"".join(each.to_bytes(_BYTES, "little") for each in hashes)


def unpack(packed: bytes) -> tuple[int, ...]:
    """The hashes again."""
    if array("q").itemsize == _BYTES and _IS_LITTLE:
        return tuple(array("q", packed))
    parts = range(0, len(packed), _BYTES)
    return tuple(int.from_bytes(packed[at : at + _BYTES], "little") for at in parts)


_IS_LITTLE = array("q", [1]).tobytes()[0] == 1
