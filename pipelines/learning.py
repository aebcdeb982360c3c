"""What storing an article teaches about its site, and the profile that comes of it.

Part of storing, so it asks the database. docs/site-profiles.md states the rules for people.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from db import site_profiles as rows
from db.models import BlockStatus
from db.site_profiles import NewSighting, SiteState
from pipelines.hosts import registered_domain
from pipelines.records import Block, BlockKind
from pipelines.rules.sites import with_rules
from pipelines.sites import sample
from pipelines.sites.hashes import is_prose, pack, unpack
from pipelines.sites.layout_profile import count_layout
from pipelines.sites.learn import period_of, quarter, sample_key, sighted_hashes, sighted_of
from pipelines.sites.profile import ActiveBlock, make_profile
from pipelines.sites.records import RecurringBlock, SightedArticle, SiteProfile
from pipelines.sites.recurrence import MIN_ARTICLES, distinct_articles, find_recurrence
from pipelines.stored_layouts import layout_columns, read_layout
from pipelines.stored_rules import rules_of_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from pipelines.records import CleanArticle

logger = logging.getLogger(__name__)

CHANGES_A_REFRESH = 2
"""A profile is counted again when half of its sample changed: a constant cost a page."""


def learn_new(
    session: Session, article: CleanArticle, *, site: str, article_id: int, at: datetime
) -> bool:
    """As `learn`, for an article that was stored just now for the first time."""
    if article.is_outside_sample:
        return False
    return _take(session, _sighting(article, site=site, article_id=article_id, at=at), None)


def learn(
    session: Session, article: CleanArticle, *, site: str, article_id: int, at: datetime
) -> bool:
    """Take an article's blocks as its sighting; whether it is time to count the profile again.

    Args:
        session: Open for writing; the article is stored in it.
        article: As cleaned, with whatever profile: its extracted blocks do not depend on it.
        site: Of the page that gave the text.
        article_id: Of its row.
        at: Its sort_at.
    """
    if article.is_outside_sample:
        return False
    sighting = _sighting(article, site=site, article_id=article_id, at=at)
    known = rows.known_sighting(session, article_id)
    return known != sighting and _take(session, sighting, known)


def learn_address(
    session: Session, article: CleanArticle, *, site: str, known: RowMapping, at: datetime
) -> bool:
    """As `learn`, for one more address of a stored article, with the same text.

    Of all of an article's addresses the page with the lowest key teaches, whichever came first.

    Args:
        session: Open for writing.
        article: As cleaned from that address.
        site: Of that address.
        known: The row of the stored article.
        at: When the address says it was published, else when it was fetched.
    """
    sighting = _sighting(article, site=site, article_id=int(known["id"]), at=at)
    if known["sample_key"] is not None and sighting.sample_key >= bytes(known["sample_key"]):
        return False
    rows.set_sample_key(session, sighting.article_id, sighting.sample_key)
    if article.is_outside_sample:
        return False
    return _take(session, sighting, rows.known_sighting(session, sighting.article_id))


def is_taught_elsewhere(key: object, known_key: object) -> bool:
    """Whether another address of a stored article, with the same text, has a lower key."""
    return isinstance(key, bytes) and isinstance(known_key, bytes) and known_key < key


def _sighting(article: CleanArticle, *, site: str, article_id: int, at: datetime) -> NewSighting:
    published_at = article.metadata.published_at
    hashes = sighted_of(article)
    return NewSighting(
        article_id=article_id,
        site=site,
        domain=registered_domain(site),
        sample_key=sample_key(article.url, article.metadata.canonical_url),
        period=period_of(at),
        day=None if published_at is None else f"{published_at:%Y-%m-%d}",
        hashes=pack(hashes),
        layout=article.layout,
    )


def _take(session: Session, sighting: NewSighting, known: NewSighting | None) -> bool:
    """Store what an article shows now; whether it is time to count the profile again."""
    if known is not None:
        rows.drop_index(session, sighting.article_id)
    rows.put_sighting(session, sighting)
    is_moved = known is not None and _place(known) != _place(sighting)
    if known is not None and known.site != sighting.site:
        rows.count_change(session, known.site, needs_refill=True)
    changes, articles = rows.count_change(session, sighting.site, needs_refill=is_moved)
    is_enough = changes + articles >= MIN_ARTICLES
    return is_enough and changes >= max(articles // CHANGES_A_REFRESH, 1)


def _place(sighting: NewSighting) -> tuple[str, bytes, int]:
    """What decides whether it is in a sample."""
    return sighting.site, sighting.sample_key, sighting.period


def refresh(session: Session, site: str) -> SiteProfile:
    """Count a site's profile again and store it. A function of the stored articles."""
    state = rows.site_state(session, site)
    if state.needs_refill:
        _refill(session, site)
    articles, changed = _settled_sample(session, site)
    recurrence = find_recurrence(articles)
    if recurrence.layout_changed and not state.layout_changed:
        logger.warning("the layout of %s changed: what it repeats is learned anew", site)
    _write_blocks(session, site, recurrence.blocks, changed=changed)
    layout = count_layout(it.layout for it in distinct_articles(articles))
    state = SiteState(
        site=site,
        profile_articles=len(articles),
        layout_changed=recurrence.layout_changed,
        layout=layout_columns(layout, sample.bounds_of(articles)),
        layout_given=state.layout_given,
    )
    rows.set_site_state(session, state)
    profile = read_profile(session, site)
    rows.set_site_state(session, replace(state, profile_version=profile.version))
    return profile


def refresh_all(session: Session) -> int:
    """Count every profile again that is not what the sightings say; how many there were."""
    done = 0
    while sites := rows.stale_sites(session):
        for site in sites:
            refresh(session, site)
        done += len(sites)
    # One site's pages can show that another's prose is not its own; that changes no sighting.
    contradicted = rows.contradicted_sites(session)
    for site in contradicted:
        refresh(session, site)
    return done + len(contradicted)


def read_profile(session: Session, site: str) -> SiteProfile:
    """What pages of a site are cleaned with now: its profile, and the rules that hold on it."""
    return with_rules(learned_profile(session, site), rules_of_site(session, site))


def learned_profile(session: Session, site: str) -> SiteProfile:
    """The profile of a site without rules."""
    layout, bounds = read_layout(rows.site_state(session, site))
    return make_profile(
        site,
        (
            ActiveBlock(
                hash=row["hash"],
                articles=row["articles"],
                of_articles=row["of_articles"],
                followers=row["followers"],
                is_kept=row["status"] is BlockStatus.KEPT,
                is_decided=row["status"] is not BlockStatus.LEARNED,
            )
            for row in rows.active_blocks(session, site)
        ),
        layout=layout,
        bounds=bounds,
    )


def decide(session: Session, block_id: int, status: BlockStatus, *, now: datetime) -> SiteProfile:
    """Make a person's decision a rule from now on; the site's profile with it.

    Raises:
        NotFound: There is no such block.
    """
    site = str(rows.read_block(session, block_id)["site"])
    rows.decide(session, block_id, status, now=now)
    profile = read_profile(session, site)
    state = rows.site_state(session, site)
    rows.set_site_state(session, replace(state, profile_version=profile.version))
    return profile


def _settled_sample(session: Session, site: str) -> tuple[list[SightedArticle], set[int]]:
    """The sample of a site, with nothing stored besides it and all its prose indexed.

    And the ids of its articles that are new in it or show something else than before.
    """
    stored = {int(row["article_id"]): row for row in rows.sightings_of(session, site)}
    articles = sample.choose_sample(map(_sighted, stored.values()))
    chosen = {article.article_id for article in articles}
    rows.drop_sightings(session, [each for each in stored if each not in chosen])
    new = [article for article in articles if not stored[article.article_id]["is_indexed"]]
    rows.index_prose(session, {it.article_id: filter(is_prose, it.hashes) for it in new})
    return articles, {article.article_id for article in new}


def _sighted(row: RowMapping) -> SightedArticle:
    return SightedArticle(
        article_id=int(row["article_id"]),
        sample_key=bytes(row["sample_key"]),
        period=int(row["period"]),
        day=cast("str | None", row["day"]),
        hashes=unpack(bytes(row["hashes"])),
        layout=bytes(row["layout"]),
    )


def _refill(session: Session, site: str) -> None:
    """Sight the stored articles that a site's sample lacks."""
    known = {int(row["article_id"]) for row in rows.sightings_of(session, site)}
    missing = [each for each in _lowest_articles(session, site) if each not in known]
    for row in rows.articles_to_sight(session, missing):
        published_at = row["published_at"]
        sighting = NewSighting(
            article_id=row["id"],
            site=site,
            domain=registered_domain(site),
            sample_key=bytes(row["sample_key"]),
            period=period_of(row["sort_at"]),
            day=None if published_at is None else f"{published_at:%Y-%m-%d}",
            hashes=pack(sighted_hashes(_stored_blocks(session, row))),
            layout=b"",
        )
        rows.put_sighting(session, sighting)


def _lowest_articles(session: Session, site: str) -> list[int]:
    """Ids of the stored articles that may be in a site's sample."""
    found = rows.lowest_articles(session, site, limit=sample.SAMPLE_SIZE)
    end: datetime | None = None
    for _ in range(sample.NEWEST_PERIODS):
        newest = rows.newest_date(session, site, before=end)
        if newest is None:
            break
        start, end_of_period = quarter(period_of(newest))
        found += rows.lowest_articles(
            session, site, between=(start, end_of_period), limit=sample.PERIOD_SAMPLE_SIZE
        )
        end = start
    return found


def _stored_blocks(session: Session, article: RowMapping) -> list[Block]:
    """Every block that extraction gave of a stored article, in page order."""
    kept = [_block(row) for row in article["blocks"]]
    blocks: list[Block] = []
    taken = 0
    for cut in rows.cuts_of(session, int(article["id"])):
        blocks += kept[taken : cut["position"]]
        taken = max(taken, int(cut["position"]))
        blocks.append(_block(cut))
    return blocks + kept[taken:]


def _block(row: Mapping[str, object] | RowMapping) -> Block:
    return Block(kind=BlockKind(str(row["kind"])), text=str(row["text"]), path=str(row["path"]))


def _write_blocks(
    session: Session, site: str, recurring: Sequence[RecurringBlock], *, changed: set[int]
) -> None:
    stored = {int(row["hash"]): row for row in rows.blocks_of(session, site)}
    prose = [block.hash for block in recurring if is_prose(block.hash)]
    elsewhere = rows.shown_elsewhere(session, prose, registered_domain(site))
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
    rows.put_blocks(
        session, [row for it, row in found.items() if not _is_stored(row, stored.get(it))]
    )
    gone = [h for h, row in stored.items() if h not in found and row["status"] not in rows.DECIDED]
    rows.drop_blocks(session, site, gone)


def _status(
    block: RecurringBlock, stored: RowMapping | None, *, is_elsewhere: bool
) -> dict[str, object]:
    """The columns of a decision: a person's as it is, else what the evidence says."""
    if stored is not None and stored["status"] in rows.DECIDED:
        is_later = block.last_period > int(stored["decided_period"] or 0)
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


def _is_stored(row: Mapping[str, object], stored: RowMapping | None) -> bool:
    return stored is not None and all(stored[name] == value for name, value in row.items())


def _examples(
    session: Session, recurring: Iterable[RecurringBlock], stored: Mapping[int, RowMapping]
) -> dict[int, dict[str, object]]:
    """kind, text, path and samples of each block, as the first of its articles shows it."""
    wanted = {block.hash: block.article_ids for block in recurring}
    ids = sorted({each for article_ids in wanted.values() for each in article_ids})
    urls = rows.urls_of(session, ids)
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
    for row in rows.articles_to_sight(session, sorted(set(wanted.values()))):
        for block in _stored_blocks(session, row):
            for each in sighted_hashes([block]):
                if wanted.get(each) == row["id"]:
                    found.setdefault(each, block)
    return found
