"""CleanArticle or Rejection -> rows: what is new, what is the same, what is another address.

Everything happens in the caller's session, inside the savepoint that the caller opened.
docs/data-model.md states the rules for people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.articles import find_candidates, page_to_store, update_article
from db.outcomes import Outcome
from db.raw_pages import RawPageStore
from db.revisions import add_revision
from db.stories import lock_assigner
from pipelines.article_writing import (
    insert_row,
    link_to_article,
    refresh,
    replace_text,
    write_new,
)
from pipelines.identity import Address, address_of, identity_of
from pipelines.learning import learn_address
from pipelines.matching import Match, match_article, match_by_key
from pipelines.page_visits import PageVisit, StoreTools
from pipelines.records import CleanArticle, FetchedPage, Metadata, Reason, Rejection
from pipelines.revising import (
    Change,
    change_since,
    earlier_version,
    is_another_text,
    reclean_page,
)
from pipelines.rows import (
    check_storable,
    metadata_columns,
    no_text_columns,
    refreshed,
    rights_columns,
)
from pipelines.stories.traits import traits_of
from pipelines.story_keeping import assign_new_story, assign_story
from pipelines.story_likeness import ToldArticle
from pipelines.urls import site_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.articles import StoredArticle

RAW_NEVER_KEPT = frozenset({Reason.RESERVED, Reason.TOO_LARGE, Reason.NOT_HTML})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of one result."""

    outcome: Outcome
    detail: str | None = None
    """A sentence for a person. None: the outcome says it all."""
    article_id: int | None = None
    """The article that the page leads to. None: to none."""
    profile_due: str | None = None
    """The site whose profile is to be counted again now. None: none is."""


def store_result(
    session: Session,
    result: CleanArticle | Rejection,
    *,
    page_id: int,
    fetched: FetchedPage,
    tools: StoreTools | None = None,
) -> Stored:
    """Write what a page gave. Deterministic; storing the same page again gives `unchanged`.

    Raises:
        InvariantError: A value that a database refuses.
    """
    check_storable(result, fetched)
    visit = PageVisit(
        session=session,
        page=page_to_store(session, page_id, site_of(fetched.url)),
        fetched=fetched,
        tools=tools or StoreTools(raw_pages=RawPageStore(), reclean=reclean_page),
    )
    if isinstance(result, CleanArticle):
        lock_assigner(session)  # before any row: two crawls must not wait for each other
        return _store_article(visit, result)
    if result.reason is Reason.RESERVED:
        return _store_reserved(visit, result)
    if result.reason not in RAW_NEVER_KEPT:
        visit.keep_raw_page()
    return Stored(outcome=Outcome(result.reason.value), detail=result.detail)


def _store_article(visit: PageVisit, article: CleanArticle) -> Stored:
    match = match_article(visit.session, article, visit.page)
    if match.found is not None:
        stored = _store_again(visit, article, match, match.found)
    elif match.same_text is not None:
        stored = _store_same_text(visit, article, match.same_text)
    else:
        stored = _store_new(visit, article, match)
    link_to_article(visit, match.identity, stored.article_id)
    return stored


def _store_new(visit: PageVisit, article: CleanArticle, match: Match) -> Stored:
    written = write_new(visit, article, match)
    if written is None:  # another process was faster: look again
        return _store_article(visit, article)
    article_id, is_due = written
    at = article.metadata.published_at or visit.fetched.fetched_at
    assign_new_story(visit.session, _told(article, article_id, site=visit.site, at=at))
    return Stored(
        outcome=Outcome.SAVED, article_id=article_id, profile_due=visit.site if is_due else None
    )


def _store_again(
    visit: PageVisit, article: CleanArticle, match: Match, found: StoredArticle
) -> Stored:
    if not found.text:  # its rights were reserved until now
        due = replace_text(visit, article, match, found)
        at = article.metadata.published_at or found.row["sort_at"]
        assign_story(visit.session, _told(article, found.id, site=visit.site, at=at))
        return Stored(outcome=Outcome.SAVED, article_id=found.id, profile_due=due)
    if found.page_id == visit.page.id:
        return _store_same_page(visit, article, match, found)
    mine = address_of(visit.fetched.url, found.url_key)
    theirs = address_of(found.origin_url, found.url_key)
    if mine > theirs:
        due = replace_text(visit, article, match, found)
        return Stored(
            outcome=Outcome.DUPLICATE,
            detail=f"a better address of {found.row['url']}",
            article_id=found.id,
            profile_due=due,
        )
    if mine is theirs is Address.OWN and is_another_text(found, article):
        return _store_same_page(visit, article, match, found)
    return _store_duplicate(visit, found)


def _told(article: CleanArticle, article_id: int, *, site: str, at: datetime) -> ToldArticle:
    return ToldArticle(
        id=article_id,
        text=article.text,
        content_hash=article.content_hash,
        word_count=article.word_count,
        sort_at=at,
        language=article.metadata.language,
        site=site,
        authors=article.metadata.authors,
        traits=article.story_traits or traits_of(article),
    )


def _store_duplicate(visit: PageVisit, found: StoredArticle) -> Stored:
    if visit.page.article_id is None:
        visit.keep_raw_page()  # once: what it shows later is the article's to keep
    return Stored(
        outcome=Outcome.DUPLICATE,
        detail=f"another address of {found.row['url']}",
        article_id=found.id,
    )


def _store_same_text(visit: PageVisit, article: CleanArticle, found: StoredArticle) -> Stored:
    """One more address of an article, which nothing but its text tells."""
    at = article.metadata.published_at or visit.fetched.fetched_at
    is_due = learn_address(visit.session, article, site=visit.site, known=found.row, at=at)
    stored = _store_duplicate(visit, found)
    return replace(stored, profile_due=visit.site if is_due else None)


def _store_same_page(
    visit: PageVisit, article: CleanArticle, match: Match, found: StoredArticle
) -> Stored:
    change = change_since(found, article)
    if change is None:
        due = refresh(visit, article, match, found)
        return Stored(outcome=Outcome.UNCHANGED, article_id=found.id, profile_due=due)
    earlier = earlier_version(visit.session, article, found, visit.tools.reclean)
    due = replace_text(visit, article, match, found)
    if earlier is None:
        return Stored(
            outcome=Outcome.UNCHANGED,
            detail="the page is the same, cleaned in another way",
            article_id=found.id,
            profile_due=due,
        )
    number = int(found.row["revision"]) + 1
    add_revision(visit.session, earlier)
    update_article(visit.session, found.id, {"revision": number})
    is_headline = change is Change.HEADLINE
    return Stored(
        outcome=Outcome.UPDATED,
        detail=f"revision {number}: another headline" if is_headline else f"revision {number}",
        article_id=found.id,
        profile_due=due,
    )


def _store_reserved(visit: PageVisit, result: Rejection) -> Stored:
    """Metadata only: no text, no raw page, not to be found by its words."""
    metadata = result.metadata or Metadata()
    identity = identity_of(visit.fetched.url, metadata.canonical_url)
    candidates = find_candidates(
        visit.session,
        url_keys=identity.keys,
        linked_id=None,
        site=visit.site,
        content_hash=None,
    )
    match = match_by_key(visit.page, identity, candidates)
    rights = replace(result.rights, tdm_reserved=True)
    if match.found is None:
        article_id = insert_row(visit, match, metadata, rights, no_text_columns())
    else:
        article_id = match.found.id
        columns = metadata_columns(metadata) | rights_columns(rights)
        update_article(visit.session, article_id, refreshed(dict(match.found.row), columns))
    if article_id is None:  # another process was faster: look again
        return _store_reserved(visit, result)
    link_to_article(visit, identity, article_id)
    return Stored(outcome=Outcome.RESERVED, detail=result.detail, article_id=article_id)
