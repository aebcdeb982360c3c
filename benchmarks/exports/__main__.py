"""Exports of a synthetic archive, each in a process of its own: resident memory and CPU.

    python -m benchmarks.exports DIR --articles 50000 200000

Memory must not grow with the archive but for the articles' numbers, 8 bytes each.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash
from sqlalchemy import func, insert, select, update

from db import Archive, migrate
from db.models import Article, Page, PageState
from db.raw_pages import NewRawPage, RawPageStore
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20261123
BATCH = 2_000
WORDS = 420
"""Of a text; about 2.9 KB."""
RAW_PAGES = 20_000
"""Articles that have one: writing them takes longest."""
FILES = ("a.jsonl", "a.csv", "a.parquet", "a.warc.gz", "a.atom")
START = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> None:
    """Build, export, print a line a kind and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    database = options.folder / "archive.db"
    if options.one:
        export_one(database, options.folder / options.one)
        return
    for articles in sorted(options.articles):
        build(database, articles)
        for name in FILES:
            command = [sys.executable, "-m", "benchmarks.exports", str(options.folder)]
            subprocess.run([*command, "--one", name], check=True)


def export_one(database: Path, target: Path) -> None:
    with Archive(database) as archive:
        before, began = peak_mib(), time.process_time()
        count = archive.export(target)
        seconds = time.process_time() - began
    size = target.stat().st_size
    target.unlink()
    print(
        f"{target.name:<10} {count:>9,} written  {peak_mib():6.0f} MiB resident at most "
        f"({before:.0f} before)  {seconds:6.1f} s of CPU  "
        f"{size / 2**20:7.0f} MiB",
        flush=True,
    )


def peak_mib() -> float:
    """VmHWM; getrusage would count what the parent had before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024


def build(path: Path, articles: int) -> None:
    """Articles with their raw pages, without search terms; what is there already stays."""
    with Database(str(path)) as database:
        migrate.upgrade(database)
        with database.read() as session:
            stored = session.scalar(select(func.max(Article.id))) or 0
        chance, store = random.Random(SEED + stored), RawPageStore()
        vocabulary = [
            "".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 11))) for _ in range(20_000)
        ]
        for first in range(stored + 1, articles + 1, BATCH):
            numbers = range(first, min(first + BATCH, articles + 1))
            texts = [" ".join(chance.choices(vocabulary, k=WORDS)) for _ in numbers]
            rows = list(_rows(numbers, texts))
            with database.write() as session:
                session.execute(insert(Page), [_page(row) for row in rows])
                session.execute(insert(Article), rows)
                for row in rows:
                    if row["id"] > RAW_PAGES:
                        break
                    raw_page_id = store.put(session, _raw_page(row))
                    session.execute(
                        update(Article)
                        .where(Article.id == row["id"])
                        .values(raw_page_id=raw_page_id)
                    )


def _rows(numbers: range, texts: list[str]) -> Iterator[dict[str, Any]]:
    for number, text in zip(numbers, texts, strict=True):
        at = START + timedelta(minutes=number)
        url = f"https://site{number % 50}.example/2024/story-{number}"
        yield {
            "id": number, "url": url, "url_key": xxhash.xxh3_128_digest(url.encode()),
            "page_id": number, "site": f"site{number % 50}.example", "title": text[:60],
            "authors": ["Ann Lee"], "tags": ["one", "two"], "text": text, "word_count": WORDS,
            "evidence": [],
            "blocks": [{"kind": "paragraph", "text": text, "level": 0, "path": "html>body>p"}],
            "content_hash": xxhash.xxh3_128_digest(text.encode()), "published_at": at,
            "sort_at": at,
            "first_fetched_at": at, "fetched_at": at, "noindex": False, "noarchive": False,
            "noai": False, "tdm_reserved": False, "revision": 1, "cleaner_version": 1,
            "profile_version": 0,
        }  # fmt: skip


def _page(row: dict[str, Any]) -> dict[str, object]:
    site = str(row["site"])
    return {
        "id": row["id"], "url": row["url"], "fetch_hash": row["url_key"], "host": site,
        "site": site, "depth": 0, "state": PageState.DONE, "attempts": 1,
        "discovered_at": row["fetched_at"],
    }  # fmt: skip


def _raw_page(row: dict[str, Any]) -> NewRawPage:
    frame = "<div class='menu'><a href='/section'>Section</a></div>" * 200
    body = f"<html><title>{row['title']}</title><body>{frame}<p>{row['text']}</p></body></html>"
    return NewRawPage(
        page_id=row["id"],
        host=str(row["site"]),
        url=str(row["url"]),
        status=200,
        content_type="text/html",
        robots_tag=None,
        fetched_at=row["fetched_at"],
        body=body.encode(),
    )


if __name__ == "__main__":
    main()
