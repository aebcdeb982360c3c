"""What is kept of a text to recognise it in other words, and what comparing two of them gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

STORY_VERSION = 1
"""Goes up whenever a text gives another sketch, or two sketches another verdict."""


class Verdict(StrEnum):
    """What one text is to another."""

    SAME = "same"
    """The same story."""
    EXCERPT = "excerpt"
    """The shorter one stands in the longer one: a link, never a merge; so is `related`."""
    RELATED = "related"
    """They share a good part."""
    OTHER = "other"


class Sketch(NamedTuple):
    """A text, paragraph by paragraph: what the stop-list names can be left out later.

    In columns: each text that is compared is unpacked for it, and a paragraph as a record of its
    own would take longer to make than to compare.
    """

    hashes: Sequence[int] = ()
    """Of the words of each paragraph, in order; signed, 64 bits. Those without a shingle are kept
    for what they name."""
    words: Sequence[int] = ()
    """Of each paragraph; of a script without spaces its characters."""
    shingle_counts: Sequence[int] = ()
    """Of each paragraph."""
    name_counts: Sequence[int] = ()
    """Of each paragraph, names and numbers."""
    shingles: Sequence[int] = ()
    """Of all paragraphs in order; signed, 64 bits, sampled, of each distinct and ascending."""
    names: Sequence[int] = ()
    """And numbers with their neighbours, of all paragraphs in order; signed, 32 bits, of each
    distinct and ascending; the lowest bit marks numbers."""
    site: str = ""
    """Where it stands. Empty: nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedSketch:
    """A sketch as it is handed along and kept; all numbers little-endian."""

    paragraphs: bytes
    """Of each: hash, words, how many shingles, how many names and numbers; 8 bytes each."""
    shingles: bytes
    """Of all paragraphs in order; 8 bytes each."""
    names: bytes
    """And numbers, of all paragraphs in order; 4 bytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTraits:
    """All that a text alone says of its story: made where there is time for it."""

    sketch: PackedSketch
    paragraphs: tuple[int, ...]
    """Hashes of those that have a shingle, distinct, in order."""
    sample: tuple[int, ...]
    """The shingles that stand for it, as long as no paragraph is left out; ascending."""
    wire_service: str | None
    """That it credits. None: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How alike two texts are; each but `shared` is a share from 0 to 1."""

    shared: int
    """Sampled shingles that both have, paragraphs of the stop-list left out."""
    containment: float
    """Of the shorter one's shingles, those that the other has; without the stop-list."""
    jaccard: float
    """Of all their shingles, those that both have; without the stop-list."""
    full_containment: float
    """Containment of the whole texts, with the stop-list's paragraphs."""
    salient_overlap: float | None
    """Of the names of the one with fewer, those that the other has too. None: one has too few."""
    names_shared: int
    """Of those, how many both have."""
    number_overlap: float | None
    """The same for numbers, each with the letters beside it."""
    numbers_shared: int
    """Of those, how many both have."""
    rest_share: float
    """Of the text with less of it, the words in paragraphs that the other one does not have letter
    by letter."""
    rest_alike: bool
    """Whether what is left without those paragraphs has anything in common, or one has none."""
    same_site: bool
    """Whether both stand on one site, whose furniture they may share."""
    begin_alike: bool
    """Whether a paragraph that begins one of them is such a paragraph."""
