"""A stored article cleaned again from its raw page: what would change, and writing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from db.articles import replace_cuts
from db.recleaning import replace_text
from db.search_index import write_terms
from pipelines.learning import is_taught_elsewhere, learn
from pipelines.records import Rejection
from pipelines.rows import check_storable, cut_rows, metadata_columns, refreshed, text_columns
from pipelines.urls import site_of
from pipelines.word_diff import lost_share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from pipelines.records import CleanArticle, FetchedPage, Metadata


class Verdict(StrEnum):
    """What becomes of an article that was cleaned again."""

    SAME = "same"
    """Its text is the same; metadata and versions are renewed."""
    CHANGED = "changed"
    HELD = "held"
    """It would lose too much, or is no article now: the stored text stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recleaned:
    """One stored article and what today's cleaning makes of it."""

    stored: RowMapping
    """db.recleaning.COLUMNS."""
    page: FetchedPage
    article: CleanArticle | None
    """None: the page is no article now."""
    verdict: Verdict
    loss: float
    """Of the stored text's words."""
    renewed: Mapping[str, object]
    """Columns of metadata that change, with their new values."""
    detail: str | None = None
    """Why it was held. None: it was not."""


def judge(
    stored: RowMapping, page: FetchedPage, result: CleanArticle | Rejection, *, max_loss: float
) -> Recleaned:
    """What is to be done with a stored article, given what its page gives today."""
    if isinstance(result, Rejection):
        return Recleaned(
            stored=stored,
            page=page,
            article=None,
            verdict=Verdict.HELD,
            loss=1.0,
            renewed={},
            detail=f"its page is {result.reason} now: {result.detail}",
        )
    loss = lost_share(str(stored["text"]), result.text)
    verdict = Verdict.CHANGED
    detail: str | None = None
    if result.text == stored["text"]:
        verdict = Verdict.SAME
    elif loss > max_loss:
        verdict = Verdict.HELD
        detail = f"it would lose {loss:.0%} of its words, more than {max_loss:.0%}"
    return Recleaned(
        stored=stored,
        page=page,
        article=result,
        verdict=verdict,
        loss=loss,
        renewed={} if verdict is Verdict.HELD else _renewed(stored, result.metadata),
        detail=detail,
    )


def _renewed(stored: RowMapping, metadata: Metadata) -> dict[str, object]:
    """What storing the page today would change of the metadata; nothing known is lost.

    A later time of change came from a later visit, whose page was not kept.
    """
    known, new = stored["modified_at"], metadata.modified_at
    if known is not None and new is not None and new < known:
        evidence = tuple(one for one in metadata.evidence if one.field != "modified_at")
        metadata = replace(metadata, modified_at=None, evidence=evidence)
    return refreshed(dict(stored), metadata_columns(metadata))


def store_recleaned(session: Session, recleaned: Recleaned) -> bool:
    """Write it, unless it is held or a crawl changed the article meanwhile; whether it was.

    No revision: the page said nothing new.
    """
    article, stored = recleaned.article, recleaned.stored
    if article is None or recleaned.verdict is Verdict.HELD:
        return False
    check_storable(article, recleaned.page)
    published_at = recleaned.renewed.get("published_at", stored["published_at"])
    sort_at = published_at or stored["first_fetched_at"]
    columns = {**text_columns(article), **recleaned.renewed, "sort_at": sort_at}
    is_elsewhere = is_taught_elsewhere(columns["sample_key"], stored["sample_key"])
    if is_elsewhere:
        del columns["sample_key"]
    if not replace_text(session, stored, columns):
        return False
    article_id = int(stored["id"])
    replace_cuts(session, article_id, cut_rows(article))
    if recleaned.verdict is Verdict.CHANGED or recleaned.renewed.keys() & {"title", "authors"}:
        now = {**stored, **columns}
        write_terms(
            session,
            article_id,
            title=cast("str | None", now["title"]),
            authors=cast("list[str]", now["authors"]),
            body=article.text,
        )
    if not is_elsewhere:
        site, at = site_of(recleaned.page.url), cast("datetime", sort_at)
        learn(session, article, site=site, article_id=article_id, at=at)
    return True
