"""Forgetting a URL or a host: every row that holds its words, in one transaction.

What it leaves behind in free pages and in merged search segments goes with `db.maintenance.vacuum`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, select

from db.chunks import chunks
from db.driver import driver_of
from db.models import Article, Page, RawDictionary, RawPage, Revision, Sighting, StoryMember
from db.raw_pages import compress_again
from db.site_profiles import forget_sightings
from db.stories import count_again
from db.story_index import drop_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows are gone."""

    pages: int
    articles: int
    revisions: int
    raw_pages: int
    stories: tuple[int, ...] = field(default=(), compare=False)
    """The stories that lost a member: their rows are to be settled again, or go."""


def forget_url(session: Session, *, fetch_hash: bytes, url_key: bytes) -> Forgotten:
    """Forget a URL, the article that it leads to, and the other addresses of that article.

    Args:
        session: Open for writing.
        fetch_hash: The hash of the URL's fetch key.
        url_key: The identity of the URL's article.
    """
    pages = session.scalars(select(Page.id).where(Page.fetch_hash == fetch_hash))
    articles = session.scalars(select(Article.id).where(Article.url_key == url_key))
    return _forget(session, set(pages), set(articles))


def forget_host(session: Session, host: str) -> Forgotten:
    """Forget every URL of a host as `forget_url` does. How to be polite to it is kept."""
    return _forget(session, set(session.scalars(select(Page.id).where(Page.host == host))), set())


def _forget(session: Session, pages: set[int], articles: set[int]) -> Forgotten:
    articles |= _find(session, Article.id, Article.page_id, pages)
    articles |= _find(session, Page.article_id, Page.id, pages)
    pages |= _find(session, Page.id, Page.article_id, articles)
    _free_dependents(session, pages)
    sites = _find(session, Sighting.site, Sighting.article_id, articles)
    sites |= _find(session, Article.site, Article.id, articles)
    stories = _find(session, StoryMember.story_id, StoryMember.article_id, articles)
    driver = driver_of(session)
    for story_id in stories:
        drop_texts(driver, story_id)
    forgotten = Forgotten(
        pages=len(pages),
        articles=len(articles),
        revisions=len(_find(session, Revision.id, Revision.article_id, articles)),
        raw_pages=len(_find(session, RawPage.id, RawPage.page_id, pages)),
        stories=tuple(sorted(stories)),
    )
    _delete(session, Article.id, articles)
    _delete(session, RawPage.page_id, pages)
    _delete(session, RawDictionary.page_id, pages)
    _delete(session, Page.id, pages)
    forget_sightings(session, sites)
    for story_id in stories:
        count_again(session, story_id)
    return forgotten


def _find(
    session: Session,
    wanted: InstrumentedAttribute[T] | InstrumentedAttribute[T | None],
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    ids: Iterable[int],
) -> set[T]:
    """The wanted column of the rows whose other column has one of these ids."""
    found: set[T] = set()
    for chunk in chunks(sorted(ids)):
        rows = session.scalars(select(wanted).where(column.in_(chunk)))
        found.update(each for each in rows if each is not None)
    return found


def _free_dependents(session: Session, pages: set[int]) -> None:
    """Pages that stay may be compressed with one that goes."""
    dictionaries = _find(session, RawDictionary.id, RawDictionary.page_id, pages)
    dependents = _find(session, RawPage.id, RawPage.dictionary_id, dictionaries)
    going = _find(session, RawPage.id, RawPage.page_id, pages)
    for chunk in chunks(sorted(dependents - going)):
        compress_again(session, chunk)


def _delete(
    session: Session,
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    ids: Iterable[int],
) -> None:
    for chunk in chunks(sorted(ids)):
        session.execute(
            delete(column.class_).where(column.in_(chunk)),
            execution_options={"synchronize_session": False},
        )
