"""An archive for the generated articles: real tables, and assigning as storing does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from db import migrate
from db.models import StoryMember
from db.session import Database
from db.tables import ARTICLES
from pipelines.fingerprint import content_hash, count_words
from pipelines.story_keeping import assign_new_story
from pipelines.story_likeness import ToldArticle

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
    article = ToldArticle(
        id=told.number,
        text=told.text,
        content_hash=content_hash(told.text),
        word_count=count_words(told.text),
        sort_at=told.at,
        language=told.language,
        site=told.site,
        authors=(),
    )
    row = bare_row(article) | {"text": told.text}
    session.execute(insert(ARTICLES), row)
    return article


def bare_row(article: ToldArticle) -> dict[str, object]:
    """Every column that has no default, but no text: assigning never asks the database for it."""
    return {
        "id": article.id,
        "url_key": article.id.to_bytes(16, "big"),
        "url": f"https://{article.site}/{article.id}",
        "site": article.site,
        "authors": [],
        "sort_at": article.sort_at,
        "published_at": article.sort_at,
        "first_fetched_at": article.sort_at,
        "fetched_at": article.sort_at,
        "language": article.language,
        "text": "",
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "cleaner_version": 1,
        "profile_version": 0,
    }
