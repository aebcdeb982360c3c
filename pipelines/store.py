"""CleanArticle or Rejection -> rows: what is new, what is the same, what is another address.

Everything happens in the caller's session, inside the savepoint that the caller opened.
docs/data-model.md states the rules for people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from db.articles import (
    add_cuts,
    find_candidates,
    insert_article,
    link_page,
    page_to_store,
    replace_cuts,
    update_article,
)
from db.outcomes import Outcome
from db.raw_pages import NewRawPage, RawPageStore
from db.revisions import add_revision
from db.search_index import write_terms
from db.stories import lock_assigner
from pipelines.identity import Address, Identity, address_of, identity_of, readable_url
from pipelines.learning import is_taught_elsewhere, learn, learn_address, learn_new
from pipelines.matching import Match, match_article, match_by_key
from pipelines.records import (
    CleanArticle,
    FetchedPage,
    Metadata,
    Reason,
    Rejection,
    RightsSignals,
)
from pipelines.revising import Reclean, earlier_text, reclean_page
from pipelines.rows import (
    check_storable,
    cut_rows,
    metadata_columns,
    no_text_columns,
    refreshed,
    rights_columns,
    text_columns,
)
from pipelines.story_keeping import ToldArticle, assign_new_story, assign_story
from pipelines.urls import host_of, site_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.articles import PageToStore, StoredArticle

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


class RawPageKeeper(Protocol):
    """Where raw pages go."""

    def put(self, session: Session, page: NewRawPage) -> int | None:
        """The raw page's id; None: it was not kept."""


class NoRawPages:
    """Keeps none: of articles that come without their pages."""

    def put(self, session: Session, page: NewRawPage) -> int | None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTools:
    """What storing needs besides the session; one for as long as the writer lives."""

    raw_pages: RawPageKeeper
    reclean: Reclean


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
    visit = _Visit(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """One fetched page on its way into the database."""

    session: Session
    page: PageToStore
    fetched: FetchedPage
    tools: StoreTools

    def keep_raw_page(self) -> int | None:
        """The id of the raw page; None: none is kept."""
        fetched = self.fetched
        raw_page = NewRawPage(
            page_id=self.page.id,
            host=host_of(fetched.url),
            url=fetched.url,
            status=fetched.status,
            content_type=fetched.content_type,
            robots_tag=fetched.robots_tag,
            fetched_at=fetched.fetched_at,
            body=fetched.body,
        )
        return self.tools.raw_pages.put(self.session, raw_page)


def _store_article(visit: _Visit, article: CleanArticle) -> Stored:
    match = match_article(visit.session, article, visit.page)
    if match.found is not None:
        stored = _store_again(visit, article, match, match.found)
    elif match.same_text is not None:
        stored = _store_same_text(visit, article, match.same_text)
    else:
        stored = _store_new(visit, article, match)
    _link(visit, match.identity, stored.article_id)
    return stored


def _store_new(visit: _Visit, article: CleanArticle, match: Match) -> Stored:
    values = text_columns(article) | {"raw_page_id": visit.keep_raw_page()}
    article_id = _insert(visit, match, article.metadata, article.rights, values)
    if article_id is None:  # another process was faster: look again
        return _store_article(visit, article)
    add_cuts(visit.session, article_id, cut_rows(article))
    _write_terms(visit, article_id, values | metadata_columns(article.metadata))
    site = site_of(visit.fetched.url)
    sort_at = article.metadata.published_at or visit.fetched.fetched_at
    is_due = learn_new(visit.session, article, site=site, article_id=article_id, at=sort_at)
    assign_new_story(visit.session, _told(article, article_id, site=site, at=sort_at))
    return Stored(
        outcome=Outcome.SAVED, article_id=article_id, profile_due=site if is_due else None
    )


def _insert(
    visit: _Visit,
    match: Match,
    metadata: Metadata,
    rights: RightsSignals,
    values: Mapping[str, object],
) -> int | None:
    fetched_at = visit.fetched.fetched_at
    row = {
        **metadata_columns(metadata),
        **rights_columns(rights),
        **values,
        "url_key": match.key,
        "url": readable_url(match.identity, key=match.key),
        "site": site_of(visit.fetched.url),
        "source_id": visit.page.source_id,
        "page_id": visit.page.id,
        "section": metadata.section or visit.page.source_section,
        "sort_at": metadata.published_at or fetched_at,
        "first_fetched_at": fetched_at,
        "fetched_at": fetched_at,
    }
    return insert_article(visit.session, row)


def _store_again(
    visit: _Visit, article: CleanArticle, match: Match, found: StoredArticle
) -> Stored:
    if not found.text:  # its rights were reserved until now
        due = _replace_text(visit, article, match, found)
        at = article.metadata.published_at or found.row["sort_at"]
        site = site_of(visit.fetched.url)
        assign_story(visit.session, _told(article, found.id, site=site, at=at))
        return Stored(outcome=Outcome.SAVED, article_id=found.id, profile_due=due)
    if found.page_id == visit.page.id:
        return _store_same_page(visit, article, match, found)
    mine = address_of(visit.fetched.url, found.url_key)
    theirs = address_of(found.origin_url, found.url_key)
    if mine > theirs:
        due = _replace_text(visit, article, match, found)
        return Stored(
            outcome=Outcome.DUPLICATE,
            detail=f"a better address of {found.row['url']}",
            article_id=found.id,
            profile_due=due,
        )
    if mine is theirs is Address.OWN and article.content_hash != found.content_hash:
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
        credits=tuple(cut.block.text for cut in article.cuts),
        sketch=article.sketch,
    )


def _store_duplicate(visit: _Visit, found: StoredArticle) -> Stored:
    if visit.page.article_id is None:
        visit.keep_raw_page()  # once: what it shows later is the article's to keep
    return Stored(
        outcome=Outcome.DUPLICATE,
        detail=f"another address of {found.row['url']}",
        article_id=found.id,
    )


def _store_same_text(visit: _Visit, article: CleanArticle, found: StoredArticle) -> Stored:
    """One more address of an article, which nothing but its text tells."""
    site = site_of(visit.fetched.url)
    at = article.metadata.published_at or visit.fetched.fetched_at
    is_due = learn_address(visit.session, article, site=site, known=found.row, at=at)
    return replace(_store_duplicate(visit, found), profile_due=site if is_due else None)


def _store_same_page(
    visit: _Visit, article: CleanArticle, match: Match, found: StoredArticle
) -> Stored:
    if article.content_hash == found.content_hash:
        due = _refresh(visit, article, match, found)
        return Stored(outcome=Outcome.UNCHANGED, article_id=found.id, profile_due=due)
    earlier = earlier_text(visit.session, article, found, visit.tools.reclean)
    if earlier is None:
        due = _replace_text(visit, article, match, found)
        return Stored(
            outcome=Outcome.UNCHANGED,
            detail="the page is the same, cleaned in another way",
            article_id=found.id,
            profile_due=due,
        )
    number = int(found.row["revision"])
    add_revision(visit.session, earlier)
    due = _replace_text(visit, article, match, found)
    update_article(visit.session, found.id, {"revision": number + 1})
    return Stored(
        outcome=Outcome.UPDATED,
        detail=f"revision {number + 1}",
        article_id=found.id,
        profile_due=due,
    )


def _replace_text(
    visit: _Visit, article: CleanArticle, match: Match, found: StoredArticle
) -> str | None:
    """Make this page's text the article's, and this page its origin; its site if due."""
    raw_page_id = visit.keep_raw_page()
    values = text_columns(article) | {
        "page_id": visit.page.id,
        "raw_page_id": raw_page_id,
        "fetched_at": visit.fetched.fetched_at,
        "site": site_of(visit.fetched.url),
    }
    return _update(visit, article, match, found, values)


def _refresh(
    visit: _Visit, article: CleanArticle, match: Match, found: StoredArticle
) -> str | None:
    """The same words: take over metadata, and what changed in spacing or in structure.

    The page that another title or byline came from is kept: cleaned again, it says the same.
    """
    values = text_columns(article)
    metadata = metadata_columns(article.metadata)
    renewed = refreshed(dict(found.row), {name: metadata[name] for name in ("title", "authors")})
    if found.row["raw_page_id"] is None or renewed:
        values["raw_page_id"] = visit.keep_raw_page() or found.row["raw_page_id"]
    return _update(visit, article, match, found, values)


def _update(
    visit: _Visit,
    article: CleanArticle,
    match: Match,
    found: StoredArticle,
    values: Mapping[str, object],
) -> str | None:
    metadata = metadata_columns(article.metadata)
    is_elsewhere = article.content_hash == found.content_hash and is_taught_elsewhere(
        values.get("sample_key"), found.row["sample_key"]
    )
    if is_elsewhere:
        values = {name: value for name, value in values.items() if name != "sample_key"}
    published_at = article.metadata.published_at or found.row["published_at"]
    sort_at = published_at or found.row["first_fetched_at"]
    identity = {
        "url_key": match.key,
        "url": readable_url(match.identity, key=match.key),
        "sort_at": sort_at,
    }
    changed = refreshed(
        dict(found.row), {**metadata, **rights_columns(article.rights), **values, **identity}
    )
    update_article(visit.session, found.id, changed)
    if changed.keys() & {"text", "cleaner_version", "profile_version"}:
        replace_cuts(visit.session, found.id, cut_rows(article))
    if changed.keys() & {"text", "title", "authors"}:
        _write_terms(visit, found.id, {**found.row, **changed})
    if is_elsewhere:
        return None
    site = site_of(visit.fetched.url)
    is_due = learn(visit.session, article, site=site, article_id=found.id, at=sort_at)
    return site if is_due else None


def _write_terms(visit: _Visit, article_id: int, columns: Mapping[str, object]) -> None:
    write_terms(
        visit.session,
        article_id,
        title=cast("str | None", columns["title"]),
        authors=cast("list[str]", columns["authors"]),
        body=cast("str", columns["text"]),
    )


def _store_reserved(visit: _Visit, result: Rejection) -> Stored:
    """Metadata only: no text, no raw page, not to be found by its words."""
    metadata = result.metadata or Metadata()
    identity = identity_of(visit.fetched.url, metadata.canonical_url)
    candidates = find_candidates(
        visit.session,
        url_keys=identity.keys,
        linked_id=None,
        site=site_of(visit.fetched.url),
        content_hash=None,
    )
    match = match_by_key(visit.page, identity, candidates)
    rights = replace(result.rights, tdm_reserved=True)
    if match.found is None:
        article_id = _insert(visit, match, metadata, rights, no_text_columns())
    else:
        article_id = match.found.id
        columns = metadata_columns(metadata) | rights_columns(rights)
        update_article(visit.session, article_id, refreshed(dict(match.found.row), columns))
    if article_id is None:  # another process was faster: look again
        return _store_reserved(visit, result)
    _link(visit, identity, article_id)
    return Stored(outcome=Outcome.RESERVED, detail=result.detail, article_id=article_id)


def _link(visit: _Visit, identity: Identity, article_id: int | None) -> None:
    page, claim = visit.page, identity.claimed_key
    if (page.article_id, page.canonical_hash) == (article_id, claim) or article_id is None:
        return
    link_page(visit.session, page.id, article_id=article_id, canonical_hash=claim)
