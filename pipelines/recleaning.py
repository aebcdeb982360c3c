"""A stored article cleaned again from its raw page: what would change, and writing it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from db.articles import replace_cuts
from db.recleaning import replace_text
from db.search_index import write_terms
from pipelines.learning import learn
from pipelines.records import Rejection
from pipelines.rows import check_storable, cut_rows, text_columns
from pipelines.urls import site_of
from pipelines.word_diff import lost_share

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from pipelines.records import CleanArticle, FetchedPage


class Verdict(StrEnum):
    """What becomes of an article that was cleaned again."""

    SAME = "same"
    """Its text is the same; the versions are noted."""
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
        stored=stored, page=page, article=result, verdict=verdict, loss=loss, detail=detail
    )


def store_recleaned(session: Session, recleaned: Recleaned) -> bool:
    """Write it, unless it is held or a crawl changed the article meanwhile; whether it was.

    No revision: the page said nothing new.
    """
    article, stored = recleaned.article, recleaned.stored
    if article is None or recleaned.verdict is Verdict.HELD:
        return False
    check_storable(article, recleaned.page)
    columns = text_columns(article)
    if not replace_text(session, stored, columns):
        return False
    article_id = int(stored["id"])
    replace_cuts(session, article_id, cut_rows(article))
    if recleaned.verdict is Verdict.CHANGED:
        write_terms(
            session,
            article_id,
            title=cast("str | None", stored["title"]),
            authors=cast("list[str]", stored["authors"]),
            body=article.text,
        )
    learn(
        session,
        article,
        site=site_of(recleaned.page.url),
        article_id=article_id,
        at=cast("datetime", stored["sort_at"]),
    )
    return True
