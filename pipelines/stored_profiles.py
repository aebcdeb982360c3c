"""The profile of a site as it stands in the database, with the rules that hold there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db import site_blocks, site_profiles
from db.models import BlockStatus
from pipelines.rules.sites import with_rules
from pipelines.sites.profile import ActiveBlock, make_profile
from pipelines.stored_layouts import read_layout
from pipelines.stored_rules import rules_of_site

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from pipelines.sites.records import SampleBounds, SiteLayout, SiteProfile


def read_profile(session: Session, site: str) -> SiteProfile:
    """What pages of a site are cleaned with now: its profile, and the rules that hold on it."""
    return with_rules(learned_profile(session, site), rules_of_site(session, site))


def learned_profile(session: Session, site: str) -> SiteProfile:
    """The profile of a site without rules."""
    return profile_with(session, site, *read_layout(site_profiles.site_state(session, site)))


def profile_with(
    session: Session, site: str, layout: SiteLayout, bounds: SampleBounds
) -> SiteProfile:
    """The same where the layout and the bounds of the sample are at hand."""
    blocks = (
        ActiveBlock(
            hash=row.hash,
            articles=row.articles,
            of_articles=row.of_articles,
            followers=row.followers,
            is_kept=row.status is BlockStatus.KEPT,
            is_decided=row.status is not BlockStatus.LEARNED,
        )
        for row in site_blocks.active_blocks(session, site)
    )
    return make_profile(site, blocks, layout=layout, bounds=bounds)


def decide(session: Session, block_id: int, status: BlockStatus, *, now: datetime) -> SiteProfile:
    """Make a person's decision a rule from now on; the site's profile with it.

    Raises:
        NotFound: There is no such block.
    """
    site = str(site_blocks.read_block(session, block_id)["site"])
    site_blocks.decide(session, block_id, status, now=now)
    profile = read_profile(session, site)
    state = site_profiles.site_state(session, site)
    site_profiles.set_site_state(session, replace(state, profile_version=profile.version))
    return profile
