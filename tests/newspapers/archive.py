"""The newspapers' articles as an archive, without a crawl: what is stored depends on no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.newspapers.articles import EDITIONS, Article, load_articles
from tests.storing import Shelf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PRINTED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When the first editions came out; articles count back from it."""


def add_newspapers(session: Session) -> None:
    """Store all that may be kept, oldest first, then what the second editions have."""
    shelf = Shelf(session, now=PRINTED_AT)
    for edition in EDITIONS:
        changed_at = PRINTED_AT + timedelta(days=edition - 1)
        papers = [
            load_articles(paper, edition=edition, now=PRINTED_AT, changed_at=changed_at)
            for paper in ("courier", "talbote")
        ]
        articles = [article for paper in papers for article in paper if article.outcome == "saved"]
        for article in sorted(articles, key=lambda it: (it.published_at, it.slug)):
            _store(shelf, article)


def _store(shelf: Shelf, article: Article) -> None:
    shelf.put(
        f"https://{article.paper}.example/{article.section}/{article.slug}/",
        article.text,
        title=article.title,
        authors=article.authors,
        published_at=article.published_at,
        modified_at=article.modified_at,
        language=article.language,
        section=article.section,
        tags=article.tags,
        description=article.summary,
    )
