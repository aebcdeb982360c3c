"""Which stored articles another cleaner or profile than today's has cleaned, in chunks by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from db.models import CutBlock
from db.session import changed_rows
from db.tables import ARTICLES, PAGES, SITES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, FromClause, RowMapping
    from sqlalchemy.orm import Session


METADATA_COLUMNS = (
    "title", "authors", "published_at", "published_offset_minutes", "modified_at",
    "modified_offset_minutes", "language", "section", "tags", "image_url", "image_caption",
    "site_name", "description", "paywalled", "evidence",
)  # fmt: skip
COLUMNS = (
    "id", "url", "site", "text", "content_hash", "sample_key", "raw_page_id", "sort_at",
    "first_fetched_at",
    *METADATA_COLUMNS,
)  # fmt: skip
HINTS = ("link_title", "link_published_at")
"""What the feed or the linking page said, of the article's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecleanFilter:
    """Which articles are meant."""

    cleaner_version: int
    """Today's: what it cleaned, with its site's profile of today, is left alone."""
    site: str | None = None
    source: str | None = None
    """A source's key."""
    rule: str | None = None
    """Only articles from which this rule cut something."""


def count_stale(session: Session, wanted: RecleanFilter) -> int:
    """Articles that are to be cleaned again."""
    chosen = select(func.count()).select_from(_joined()).where(_is_stale(wanted))
    return int(session.scalar(chosen) or 0)


def stale_articles(
    session: Session, wanted: RecleanFilter, *, after_id: int, limit: int
) -> list[RowMapping]:
    """The next articles to clean again, by id; COLUMNS and HINTS of each."""
    chosen = select(*_columns()).select_from(_joined())
    chosen = chosen.where(_is_stale(wanted), ARTICLES.c.id > after_id)
    return list(session.execute(chosen.order_by(ARTICLES.c.id).limit(limit)).mappings())


def sampled_articles(session: Session, wanted: RecleanFilter, *, limit: int) -> list[RowMapping]:
    """So many of them as nobody chose: by the hash that is their identity."""
    chosen = select(*_columns()).select_from(_joined())
    chosen = chosen.where(_is_stale(wanted)).order_by(ARTICLES.c.url_key).limit(limit)
    return list(session.execute(chosen).mappings())


def replace_text(session: Session, article: RowMapping, values: Mapping[str, object]) -> bool:
    """Write what an article's page gives again, unless a crawl changed it since it was read."""
    unchanged = and_(
        ARTICLES.c.id == article["id"],
        ARTICLES.c.raw_page_id == article["raw_page_id"],
        ARTICLES.c.content_hash == article["content_hash"],
    )
    done = session.execute(update(ARTICLES).where(unchanged).values(dict(values)))
    return changed_rows(done) == 1


def _columns() -> list[ColumnElement[object]]:
    return [ARTICLES.c[name] for name in COLUMNS] + [PAGES.c[name] for name in HINTS]


def _joined() -> FromClause:
    joined = ARTICLES.outerjoin(SITES, SITES.c.site == ARTICLES.c.site)
    joined = joined.outerjoin(PAGES, PAGES.c.id == ARTICLES.c.page_id)
    return joined.outerjoin(SOURCES, SOURCES.c.id == ARTICLES.c.source_id)


def _is_stale(wanted: RecleanFilter) -> ColumnElement[bool]:
    conditions = [
        ARTICLES.c.raw_page_id.is_not(None),
        or_(
            ARTICLES.c.cleaner_version != wanted.cleaner_version,
            ARTICLES.c.profile_version != func.coalesce(SITES.c.profile_version, 0),
        ),
    ]
    if wanted.site is not None:
        conditions.append(ARTICLES.c.site == wanted.site)
    if wanted.source is not None:
        conditions.append(SOURCES.c.key == wanted.source)
    if wanted.rule is not None:
        cut = select(CutBlock.id).where(
            CutBlock.article_id == ARTICLES.c.id, CutBlock.rule == wanted.rule
        )
        conditions.append(cut.exists())
    return and_(*conditions)
