"""What a connection to a file may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from db.session import CACHE_PAGES, MAX_WRITER_CACHE_PAGES, Database, writer_cache_pages

if TYPE_CHECKING:
    from pathlib import Path


def test_who_writes_to_a_large_file_keeps_more_of_it_in_memory(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'small.db'}") as database, database.write() as session:
        assert session.scalar(text("PRAGMA cache_size")) == CACHE_PAGES
    million_articles = 600_000
    assert writer_cache_pages(million_articles) == MAX_WRITER_CACHE_PAGES
    assert CACHE_PAGES < writer_cache_pages(million_articles // 2) < MAX_WRITER_CACHE_PAGES
