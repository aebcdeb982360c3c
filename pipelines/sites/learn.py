"""A clean article to what it teaches about its site."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from xxhash import xxh3_128_digest

from pipelines.identity import identity_of
from pipelines.records import Block, CleanArticle
from pipelines.render import explain
from pipelines.sites.hashes import PROSE_BIT, block_hash, pack
from pipelines.urls import key_hash

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


def sighted_of(article: CleanArticle) -> tuple[int, ...]:
    """What the article's page showed."""
    return article.sighted or sighted_hashes(extracted_blocks(article))


def sighted_hashes(blocks: Iterable[Block]) -> tuple[int, ...]:
    """The distinct hashes of the blocks in page order; of a long page those at its ends."""
    return sighted(block_hash(block.text) for block in blocks)


def sighted(hashes: Iterable[int]) -> tuple[int, ...]:
    """The same of blocks whose hashes are known."""
    distinct = tuple(dict.fromkeys(hashes))
    if len(distinct) <= MAX_HEAD_BLOCKS + MAX_TAIL_BLOCKS:
        return distinct
    return distinct[:MAX_HEAD_BLOCKS] + distinct[-MAX_TAIL_BLOCKS:]


def sample_key(url: str, canonical_url: str | None) -> bytes:
    """16 bytes of a page's article, known before its text: the lowest of a site teach."""
    identity = identity_of(url, canonical_url)
    return key_hash(f"sample {(identity.claimed_key or identity.own_key).hex()}")


def text_key(hashes: Sequence[int]) -> bytes:
    """16 bytes of the paragraphs: the same at whatever address a text stands."""
    prose = [each for each in hashes if each & PROSE_BIT]
    return xxh3_128_digest(pack(sorted(prose or hashes)))


def period_of(moment: datetime) -> int:
    """The quarter of a year that a moment lies in, counted from the year 0."""
    return moment.year * QUARTERS + (moment.month - 1) // MONTHS


def quarter(period: int) -> tuple[datetime, datetime]:
    """When a period begins, and when the next one does."""
    return _start(period), _start(period + 1)


def _start(period: int) -> datetime:
    return datetime(period // QUARTERS, period % QUARTERS * MONTHS + 1, 1, tzinfo=UTC)
