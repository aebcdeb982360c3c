"""What storing an article teaches about its site.

Part of storing, so it asks the database. docs/site-profiles.md states the rules for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import sampled_articles, sightings, site_profiles
from db.sightings import NewSighting
from pipelines.hosts import registered_domain
from pipelines.sites.hashes import pack
from pipelines.sites.learn import period_of, sample_key, sighted_of
from pipelines.sites.recurrence import MIN_ARTICLES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from pipelines.records import CleanArticle

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
    known = sightings.known_sighting(session, article_id)
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
    sampled_articles.set_sample_key(session, sighting.article_id, sighting.sample_key)
    if article.is_outside_sample:
        return False
    return _take(session, sighting, sightings.known_sighting(session, sighting.article_id))


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
        sightings.drop_index(session, sighting.article_id)
    sightings.put_sighting(session, sighting)
    is_moved = known is not None and _place(known) != _place(sighting)
    if known is not None and known.site != sighting.site:
        site_profiles.count_change(session, known.site, needs_refill=True)
    changes, articles = site_profiles.count_change(session, sighting.site, needs_refill=is_moved)
    is_enough = changes + articles >= MIN_ARTICLES
    return is_enough and changes >= max(articles // CHANGES_A_REFRESH, 1)


def _place(sighting: NewSighting) -> tuple[str, bytes, int]:
    """What decides whether it is in a sample."""
    return sighting.site, sighting.sample_key, sighting.period
