"""How the articles that a search finds are spread over days, sources and languages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Text, func, select

from db.models import Article, Source
from db.search import search_condition
from db.session import is_sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from db.query_nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """How many articles have a value."""

    value: str | None
    """A day as `2026-01-31`, a source's key, a language. None: the articles have none."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """All articles found, counted three times."""

    days: tuple[FacetCount, ...]
    """Of sort_at in UTC, newest first; days without articles are left out."""
    sources: tuple[FacetCount, ...]
    """Those with most first; likewise below."""
    languages: tuple[FacetCount, ...]

    @property
    def articles(self) -> int:
        """How many are found."""
        return sum(each.articles for each in self.days)


def count_facets(session: Session, node: Node | None) -> Facets:
    """Counts of everything that the node finds. None: of every article."""
    day = _day_of_sort_at(session).label("day")
    groups = (
        select(day, Source.key, Article.language, func.count().label("articles"))
        .select_from(Article)
        .outerjoin(Source, Source.id == Article.source_id)
        .where(*search_condition(session, node))
        .group_by(day, Source.key, Article.language)
    )
    days: Counter[str | None] = Counter()
    sources: Counter[str | None] = Counter()
    languages: Counter[str | None] = Counter()
    for row in session.execute(groups):
        days[row.day] += row.articles
        sources[row.key] += row.articles
        languages[row.language] += row.articles
    return Facets(
        days=tuple(reversed(_counts(days, sorted(days, key=str)))),
        sources=_counts(sources, _most_first(sources)),
        languages=_counts(languages, _most_first(languages)),
    )


def _day_of_sort_at(session: Session) -> ColumnElement[str]:
    if is_sqlite(session):  # stored as `2026-01-31 12:00:00.000000`
        return func.substr(Article.sort_at, 1, 10, type_=Text)
    in_utc = func.timezone("UTC", Article.sort_at)
    return func.to_char(in_utc, "YYYY-MM-DD", type_=Text)


def _most_first(counter: Mapping[str | None, int]) -> list[str | None]:
    return sorted(counter, key=lambda value: (-counter[value], value is None, value or ""))


def _counts(counter: Mapping[str | None, int], values: list[str | None]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(value=value, articles=counter[value]) for value in values)
