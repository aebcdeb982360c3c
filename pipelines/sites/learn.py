"""A clean article to what it teaches about its site."""

from collections.abc import Iterable
from datetime import datetime

from pipelines.records import Block, CleanArticle
from pipelines.render import explain
from pipelines.sites.hashes import block_hash

MAX_HEAD_BLOCKS = 64
MAX_TAIL_BLOCKS = 32
"""Of a longer page the first and the last blocks are learned: a live blog has thousands."""
QUARTERS = 4
MONTHS = 3


def extracted_blocks(article: CleanArticle) -> list[Block]:
    """Every block that extraction gave, kept or cut, in page order: the same with any profile."""
    if not article.cuts:
        return list(article.blocks)
    return [entry.block for entry in explain(article)]


def sighted_hashes(blocks: Iterable[Block]) -> tuple[int, ...]:
    """The distinct hashes of the blocks in page order; of a long page those at its ends."""
    hashes = tuple(dict.fromkeys(block_hash(block.text) for block in blocks))
    if len(hashes) <= MAX_HEAD_BLOCKS + MAX_TAIL_BLOCKS:
        return hashes
    return hashes[:MAX_HEAD_BLOCKS] + hashes[-MAX_TAIL_BLOCKS:]


def period_of(moment: datetime) -> int:
    """The quarter of a year that a moment lies in, counted from the year 0."""
    return moment.year * QUARTERS + (moment.month - 1) // MONTHS
