"""An archive for the generated articles: real tables, and assigning as storing does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from db import migrate
from db.models import Article, StoryMember
from db.session import Database
from db.stories import ARTICLE_COLUMNS
from pipelines.fingerprint import content_hash, count_words
from pipelines.story_keeping import ToldArticle, assign_new_story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from benchmarks.stories.corpus import Told

BATCH_ARTICLES = 200
"""As the writer of a crawl."""


def story_by_number(url: str, articles: Sequence[Told]) -> dict[int, int]:
    """Store the articles in order; the story of each."""
    with Database(url) as database:
        migrate.upgrade(database)
        for start in range(0, len(articles), BATCH_ARTICLES):
            with database.write() as session:
                for told in articles[start : start + BATCH_ARTICLES]:
                    assign_new_story(session, add_article(session, told))
        with database.read() as session:
            rows = session.execute(select(StoryMember.article_id, StoryMember.story_id))
            return {row.article_id: row.story_id for row in rows}


def add_article(session: Session, told: Told) -> ToldArticle:
    """The row of an article, and what assigning needs of it."""
    row = article_row(told)
    session.execute(insert(Article.__table__), row)  # type: ignore[arg-type] # a table it is
    return ToldArticle(**{name: row[name] for name in ARTICLE_COLUMNS})  # type: ignore[arg-type]


def article_row(told: Told) -> dict[str, object]:
    """Every column that has no default."""
    return {
        "id": told.number,
        "url_key": told.number.to_bytes(16, "big"),
        "url": f"https://{told.site}/{told.number}",
        "site": told.site,
        "authors": [],
        "sort_at": told.at,
        "published_at": told.at,
        "first_fetched_at": told.at,
        "fetched_at": told.at,
        "language": told.language,
        "text": told.text,
        "word_count": count_words(told.text),
        "content_hash": content_hash(told.text),
        "cleaner_version": 1,
        "profile_version": 0,
    }
