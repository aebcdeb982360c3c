"""Which stored article a fetched page is; part of storing, so it asks the database.

By key first (canonical link where believed, else URL), then by equal text on the same site, then
by what the page was before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.articles import find_candidates, is_key_taken, update_article
from db.sites import (
    distrust_canonical_links,
    has_contested_links,
    trust_canonical_links,
)
from pipelines.copies import are_alike
from pipelines.identity import Identity, exact_key, identity_of, own_keys
from pipelines.urls import article_url, site_of, url_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from db.articles import PageToStore, StoredArticle
    from pipelines.records import CleanArticle

MIN_MATCHED_WORDS = 50
"""A shorter text (`Weather: sunny`) may well be equal by chance: never matched by hash alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the database knows of a page's article."""

    identity: Identity
    key: bytes
    """Under which the article is to stand."""
    found: StoredArticle | None = None
    """The same article, stored before."""
    same_text: StoredArticle | None = None
    """Another article, of which this page is one more address; never together with `found`."""


def match_article(session: Session, article: CleanArticle, page: PageToStore) -> Match:
    """The article that a page is, after settling what two pages claim and cannot both be."""
    identity = identity_of(article.url, article.metadata.canonical_url)
    page = _trusting_again(session, article, page, identity)
    is_long = article.word_count >= MIN_MATCHED_WORDS
    candidates = find_candidates(
        session,
        url_keys=identity.keys,
        linked_id=page.article_id,
        site=site_of(article.url),
        content_hash=article.content_hash if is_long else None,
    )
    match = match_by_key(page, identity, candidates)
    while match.found is not None and _is_contested(article, page, match):
        _settle_contest(session, article, match.found)
        candidates.remove(match.found)
        page = page._replace(is_distrusted=True)
        match = match_by_key(page, identity, candidates)
    return match if match.found else _match_by_text(article, page, match, candidates)


def match_by_key(
    page: PageToStore, identity: Identity, candidates: Sequence[StoredArticle]
) -> Match:
    """The article with one of the keys that are believed; without one, the key for a new one."""
    by_key = {article.url_key: article for article in candidates}
    claimed = by_key.get(identity.claimed_key or b"")
    # A claim once believed and never contradicted keeps its article, whatever others claim.
    is_own = claimed is not None and claimed.page_id == page.id
    believed = identity.own_key
    if identity.claimed_key is not None and (is_own or not page.is_distrusted):
        believed = identity.claimed_key
    keys = (identity.exact_key, believed, identity.own_key)
    found = next((by_key[key] for key in keys if key in by_key), None)
    if found is None or (found.page_id == page.id and believed not in by_key):
        return Match(identity=identity, key=believed, found=found)
    return Match(identity=identity, key=found.url_key, found=found)


def _trusting_again(
    session: Session, article: CleanArticle, page: PageToStore, identity: Identity
) -> PageToStore:
    """A site is believed again when a page took its claim back and no two others disagree."""
    if not page.is_distrusted or page.canonical_hash in {None, identity.claimed_key}:
        return page
    site = site_of(article.url)
    if has_contested_links(session, site, leaving_out=page.id):
        return page
    trust_canonical_links(session, site)
    return page._replace(is_distrusted=False)


def _is_contested(article: CleanArticle, page: PageToStore, match: Match) -> bool:
    """Whether a claim brought this page and the article together, and their texts are unlike."""
    found = match.found
    if found is None or found.page_id == page.id or not found.text:
        return False
    is_claimed = match.key not in {match.identity.own_key, match.identity.exact_key}
    was_claimed = found.url_key not in own_keys(found.origin_url)
    return (is_claimed or was_claimed) and not are_alike(found.text, article.text)


def _settle_contest(session: Session, article: CleanArticle, found: StoredArticle) -> None:
    """Believe neither: the earlier article goes to its own URL, the site is distrusted."""
    distrust_canonical_links(session, site_of(article.url), article.fetched_at)
    if found.url_key in own_keys(found.origin_url):
        return
    key = url_key(found.origin_url)
    if is_key_taken(session, key):
        key = exact_key(found.origin_url)
    update_article(session, found.id, {"url_key": key, "url": article_url(found.origin_url)})


def _match_by_text(
    article: CleanArticle, page: PageToStore, match: Match, candidates: Sequence[StoredArticle]
) -> Match:
    """An article of the site with this very text, or what the page led to before, if alike."""
    is_long = article.word_count >= MIN_MATCHED_WORDS
    equal = [each for each in candidates if each.content_hash == article.content_hash]
    linked = [each for each in candidates if each.id == page.article_id]
    alike = [each for each in linked if are_alike(each.text, article.text)]
    for other in (*(equal if is_long else ()), *alike):
        is_own = other.page_id == page.id  # under a key that the page does not have any more
        return replace(match, found=other) if is_own else replace(match, same_text=other)
    return match
