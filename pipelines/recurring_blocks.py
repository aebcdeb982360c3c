"""What recurs on a site as rows: evidence, examples, and what was decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from db import sampled_articles, sightings, site_blocks
from db.models import BlockStatus
from pipelines.hosts import registered_domain
from pipelines.records import Block, BlockKind
from pipelines.sites.hashes import is_prose
from pipelines.sites.learn import sighted_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from pipelines.sites.records import RecurringBlock

    Row = Mapping[str, object]


def write_blocks(
    session: Session, site: str, recurring: Sequence[RecurringBlock], *, changed: set[int]
) -> None:
    """Make these the blocks of a site; a person's decisions stay.

    Args:
        session: Open for writing.
        site: Whose articles repeat them.
        recurring: All that recur, with their evidence.
        changed: Articles that show something else than before: examples from them are read anew.
    """
    stored = {cast("int", row["hash"]): row for row in site_blocks.blocks_of(session, site)}
    prose = [block.hash for block in recurring if is_prose(block.hash)]
    elsewhere = sightings.shown_elsewhere(session, prose, registered_domain(site))
    same = {it.hash for it in recurring if it.article_ids[0] not in changed}
    examples = _examples(session, recurring, {it: stored[it] for it in same & stored.keys()})
    place = {"site": site, "domain": registered_domain(site)}
    found = {
        block.hash: {
            **place,
            **_evidence(block),
            **_status(block, stored.get(block.hash), is_elsewhere=block.hash in elsewhere),
            **examples[block.hash],
        }
        for block in recurring
        if block.hash in examples
    }
    site_blocks.put_blocks(
        session, [row for it, row in found.items() if not _is_stored(row, stored.get(it))]
    )
    gone = [
        h
        for h, row in stored.items()
        if h not in found and row["status"] not in site_blocks.DECIDED
    ]
    site_blocks.drop_blocks(session, site, gone)


def _status(block: RecurringBlock, stored: Row | None, *, is_elsewhere: bool) -> dict[str, object]:
    """The columns of a decision: a person's as it is, else what the evidence says."""
    if stored is not None and stored["status"] in site_blocks.DECIDED:
        is_later = block.last_period > cast("int", stored["decided_period"] or 0)
        if stored["status"] is not BlockStatus.FORGOTTEN or not is_later:
            return {name: stored[name] for name in DECISION_COLUMNS}
    status = BlockStatus.ELSEWHERE if is_elsewhere else BlockStatus.LEARNED
    return {"status": status, "decided_at": None, "decided_period": None}


DECISION_COLUMNS = ("status", "decided_at", "decided_period")


def _evidence(block: RecurringBlock) -> dict[str, object]:
    return {
        "hash": block.hash,
        "articles": block.articles,
        "of_articles": block.of_articles,
        "inside": block.inside,
        "followers": block.followers,
        "first_day": block.first_day,
        "last_day": block.last_day,
        "last_period": block.last_period,
    }


def _is_stored(row: Mapping[str, object], stored: Row | None) -> bool:
    return stored is not None and all(stored[name] == value for name, value in row.items())


def _examples(
    session: Session, recurring: Iterable[RecurringBlock], stored: Mapping[int, Row]
) -> dict[int, dict[str, object]]:
    """kind, text, path and samples of each block, as the first of its articles shows it."""
    wanted = {block.hash: block.article_ids for block in recurring}
    ids = sorted({each for article_ids in wanted.values() for each in article_ids})
    urls = sampled_articles.urls_of(session, ids)
    samples = {it: [urls[each] for each in article_ids] for it, article_ids in wanted.items()}
    examples: dict[int, dict[str, object]] = {}
    for block in wanted:
        known = stored.get(block)
        if known is not None and known["samples"] == samples[block]:
            examples[block] = {name: known[name] for name in EXAMPLE_COLUMNS}
    missing = {it: article_ids[0] for it, article_ids in wanted.items() if it not in examples}
    for block, found in _read_examples(session, missing).items():
        examples[block] = {
            "kind": found.kind.value,
            "text": found.text,
            "path": found.path,
            "samples": samples[block],
        }
    return examples


EXAMPLE_COLUMNS = ("kind", "text", "path", "samples")


def _read_examples(session: Session, wanted: Mapping[int, int]) -> dict[int, Block]:
    """The block with each hash, from the article named beside it."""
    found: dict[int, Block] = {}
    for row in sampled_articles.articles_to_sight(session, sorted(set(wanted.values()))):
        for block in stored_blocks(session, row):
            for each in sighted_hashes([block]):
                if wanted.get(each) == row["id"]:
                    found.setdefault(each, block)
    return found


def stored_blocks(session: Session, article: RowMapping) -> list[Block]:
    """Every block that extraction gave of a stored article, in page order."""
    kept = [_block(row) for row in article["blocks"]]
    blocks: list[Block] = []
    taken = 0
    for cut in sampled_articles.cuts_of(session, int(article["id"])):
        blocks += kept[taken : cut["position"]]
        taken = max(taken, int(cut["position"]))
        blocks.append(_block(cut))
    return blocks + kept[taken:]


def _block(row: Mapping[str, object] | RowMapping) -> Block:
    return Block(kind=BlockKind(str(row["kind"])), text=str(row["text"]), path=str(row["path"]))
