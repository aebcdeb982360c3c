"""A site's profile counted again from what its stored articles show."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from db import sampled_articles, sightings, site_blocks, site_profiles
from db.sightings import NewSighting
from db.site_profiles import SiteState
from pipelines.hosts import registered_domain
from pipelines.recurring_blocks import stored_blocks, write_blocks
from pipelines.rules.sites import with_rules
from pipelines.sites import sample
from pipelines.sites.hashes import is_prose, pack, unpack
from pipelines.sites.layout_profile import count_layout
from pipelines.sites.learn import period_of, quarter, sighted_hashes
from pipelines.sites.records import SightedArticle
from pipelines.sites.recurrence import find_recurrence
from pipelines.stored_layouts import layout_columns, layout_with_given
from pipelines.stored_profiles import profile_with
from pipelines.stored_rules import rules_of_site

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.sightings import StoredSighting
    from pipelines.sites.records import SiteProfile

logger = logging.getLogger(__name__)


def refresh(session: Session, site: str) -> SiteProfile:
    """Count a site's profile again and store it. A function of the stored articles."""
    state = site_profiles.site_state(session, site)
    if state.needs_refill:
        _refill(session, site)
    articles, changed = _settled_sample(session, site)
    recurrence = find_recurrence(articles)
    if recurrence.layout_changed and not state.layout_changed:
        logger.warning("the layout of %s changed: what it repeats is learned anew", site)
    write_blocks(session, site, recurrence.blocks, changed=changed)
    layout = count_layout(it.layout for it in recurrence.articles)
    bounds = sample.bounds_of(articles)
    learned = profile_with(session, site, layout_with_given(layout, state), bounds)
    profile = with_rules(learned, rules_of_site(session, site))
    state = SiteState(
        site=site,
        profile_version=profile.version,
        profile_articles=len(articles),
        layout_changed=recurrence.layout_changed,
        layout=layout_columns(layout, bounds),
        layout_given=state.layout_given,
    )
    site_profiles.set_site_state(session, state)
    return profile


def refresh_all(session: Session) -> int:
    """Count every profile again that is not what the sightings say; how many there were."""
    done = 0
    while sites := site_profiles.stale_sites(session):
        for site in sites:
            refresh(session, site)
        done += len(sites)
    # One site's pages can show that another's prose is not its own; that changes no sighting.
    contradicted = site_blocks.contradicted_sites(session)
    for site in contradicted:
        refresh(session, site)
    return done + len(contradicted)


def _settled_sample(session: Session, site: str) -> tuple[list[SightedArticle], set[int]]:
    """The sample of a site, with nothing stored besides it and all its prose indexed.

    And the ids of its articles that are new in it or show something else than before.
    """
    stored = {row.article_id: row for row in sightings.sightings_of(session, site)}
    articles = sample.choose_sample(map(_sighted, stored.values()))
    chosen = {article.article_id for article in articles}
    sightings.drop_sightings(session, [each for each in stored if each not in chosen])
    new = [article for article in articles if not stored[article.article_id].is_indexed]
    sightings.index_prose(session, {it.article_id: filter(is_prose, it.hashes) for it in new})
    return articles, {article.article_id for article in new}


def _sighted(row: StoredSighting) -> SightedArticle:
    return SightedArticle(
        article_id=row.article_id,
        sample_key=row.sample_key,
        period=row.period,
        day=row.day,
        hashes=unpack(row.hashes),
        layout=row.layout,
    )


def _refill(session: Session, site: str) -> None:
    """Sight the stored articles that a site's sample lacks."""
    known = {row.article_id for row in sightings.sightings_of(session, site)}
    missing = [each for each in _lowest_articles(session, site) if each not in known]
    for row in sampled_articles.articles_to_sight(session, missing):
        published_at = row["published_at"]
        sighting = NewSighting(
            article_id=row["id"],
            site=site,
            domain=registered_domain(site),
            sample_key=bytes(row["sample_key"]),
            period=period_of(row["sort_at"]),
            day=None if published_at is None else f"{published_at:%Y-%m-%d}",
            hashes=pack(sighted_hashes(stored_blocks(session, row))),
            layout=b"",
        )
        sightings.put_sighting(session, sighting)


def _lowest_articles(session: Session, site: str) -> list[int]:
    """Ids of the stored articles that may be in a site's sample."""
    found = sampled_articles.lowest_articles(session, site, limit=sample.SAMPLE_SIZE)
    end: datetime | None = None
    for _ in range(sample.NEWEST_PERIODS):
        newest = sampled_articles.newest_date(session, site, before=end)
        if newest is None:
            break
        start, end_of_period = quarter(period_of(newest))
        found += sampled_articles.lowest_articles(
            session, site, between=(start, end_of_period), limit=sample.PERIOD_SAMPLE_SIZE
        )
        end = start
    return found
