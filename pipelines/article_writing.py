"""The rows of an article: written when it is new, and by every later look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from db.articles import add_cuts, insert_article, link_page, replace_cuts, update_article
from db.search_index import write_terms
from pipelines.identity import readable_url
from pipelines.learning import is_taught_elsewhere, learn, learn_new
from pipelines.rows import cut_rows, metadata_columns, refreshed, rights_columns, text_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from db.articles import StoredArticle
    from pipelines.identity import Identity
    from pipelines.matching import Match
    from pipelines.page_visits import PageVisit
    from pipelines.records import CleanArticle, Metadata, RightsSignals


def write_new(visit: PageVisit, article: CleanArticle, match: Match) -> tuple[int, bool] | None:
    """The new article's id, and whether its site's profile is due.

    None: another process was faster.
    """
    values = text_columns(article) | {"raw_page_id": visit.keep_raw_page()}
    article_id = insert_row(visit, match, article.metadata, article.rights, values)
    if article_id is None:
        return None
    add_cuts(visit.session, article_id, cut_rows(article))
    _write_terms(visit, article_id, values | metadata_columns(article.metadata))
    sort_at = article.metadata.published_at or visit.fetched.fetched_at
    is_due = learn_new(visit.session, article, site=visit.site, article_id=article_id, at=sort_at)
    return article_id, is_due


def insert_row(
    visit: PageVisit,
    match: Match,
    metadata: Metadata,
    rights: RightsSignals,
    values: Mapping[str, object],
) -> int | None:
    """The id of the article's new row, with `values` of its text. None: another was faster."""
    fetched_at = visit.fetched.fetched_at
    row = {
        **metadata_columns(metadata),
        **rights_columns(rights),
        **values,
        "url_key": match.key,
        "url": readable_url(match.identity, key=match.key),
        "site": visit.site,
        "source_id": visit.page.source_id,
        "page_id": visit.page.id,
        "section": metadata.section or visit.page.source_section,
        "sort_at": metadata.published_at or fetched_at,
        "first_fetched_at": fetched_at,
        "fetched_at": fetched_at,
    }
    return insert_article(visit.session, row)


def replace_text(
    visit: PageVisit, article: CleanArticle, match: Match, found: StoredArticle
) -> str | None:
    """Make this page's text the article's, and this page its origin; its site if due."""
    raw_page_id = visit.keep_raw_page()
    values = text_columns(article) | {
        "page_id": visit.page.id,
        "raw_page_id": raw_page_id,
        "fetched_at": visit.fetched.fetched_at,
        "site": visit.site,
    }
    return _update(visit, article, match, found, values)


def refresh(
    visit: PageVisit, article: CleanArticle, match: Match, found: StoredArticle
) -> str | None:
    """Nothing new is told: take over metadata, and what changed in spacing or structure.

    The page that another title or byline came from is kept: cleaned again, it says the same. A
    text whose counters alone went on stays with its page as it is.
    """
    metadata = metadata_columns(article.metadata)
    renewed = refreshed(dict(found.row), {name: metadata[name] for name in ("title", "authors")})
    if article.content_hash != found.content_hash:
        if renewed or not found.is_cleaned_as(article.cleaner_version, article.profile_version):
            return replace_text(visit, article, match, found)
        _write(visit, article, match, found, {})
        return None
    values = text_columns(article)
    if found.row["raw_page_id"] is None or renewed:
        values["raw_page_id"] = visit.keep_raw_page() or found.row["raw_page_id"]
    return _update(visit, article, match, found, values)


def link_to_article(visit: PageVisit, identity: Identity, article_id: int | None) -> None:
    """Record which article the page leads to, and which canonical link it claims."""
    page, claim = visit.page, identity.claimed_key
    if (page.article_id, page.canonical_hash) == (article_id, claim) or article_id is None:
        return
    link_page(visit.session, page.id, article_id=article_id, canonical_hash=claim)


def _update(
    visit: PageVisit,
    article: CleanArticle,
    match: Match,
    found: StoredArticle,
    values: Mapping[str, object],
) -> str | None:
    """Write what this look changes and learn from it; the site if its profile is due."""
    is_elsewhere = article.content_hash == found.content_hash and is_taught_elsewhere(
        values.get("sample_key"), found.row["sample_key"]
    )
    if is_elsewhere:
        values = {name: value for name, value in values.items() if name != "sample_key"}
    _write(visit, article, match, found, values)
    if is_elsewhere:
        return None
    at = _sort_at(article, found)
    is_due = learn(visit.session, article, site=visit.site, article_id=found.id, at=at)
    return visit.site if is_due else None


def _write(
    visit: PageVisit,
    article: CleanArticle,
    match: Match,
    found: StoredArticle,
    values: Mapping[str, object],
) -> None:
    """The columns that this look changes, and what follows from them."""
    seen = {
        **metadata_columns(article.metadata),
        **rights_columns(article.rights),
        **values,
        "url_key": match.key,
        "url": readable_url(match.identity, key=match.key),
        "sort_at": _sort_at(article, found),
    }
    changed = refreshed(dict(found.row), seen)
    update_article(visit.session, found.id, changed)
    if changed.keys() & {"text", "cleaner_version", "profile_version"}:
        replace_cuts(visit.session, found.id, cut_rows(article))
    if changed.keys() & {"text", "title", "authors"}:
        _write_terms(visit, found.id, {**found.row, **changed})


def _sort_at(article: CleanArticle, found: StoredArticle) -> datetime:
    at: datetime = (
        article.metadata.published_at or found.row["published_at"] or found.row["first_fetched_at"]
    )
    return at


def _write_terms(visit: PageVisit, article_id: int, columns: Mapping[str, object]) -> None:
    write_terms(
        visit.session,
        article_id,
        title=cast("str | None", columns["title"]),
        authors=cast("list[str]", columns["authors"]),
        body=cast("str", columns["text"]),
    )
