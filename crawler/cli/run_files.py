"""What `winnow crawl` writes after a run: its articles, and how every URL ended."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from crawler.cli.output import cell, plain
from crawler.cli.status import report_row
from crawler.errors import ConfigError
from db import Archive
from db.export import csv_cell, write_jsonl
from db.outcomes import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.stored_articles import StoredArticle


def write_articles(db: str, run_id: int, path: Path) -> int:
    """The articles that URLs of this run lead to, as JSONL, each once; how many.

    Raises:
        ConfigError: The file cannot be written.
    """
    with Archive(db) as archive:
        try:
            with path.open("w", encoding="utf-8") as file:
                return write_jsonl(_articles(archive, run_id), file)
        except OSError as error:
            raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def write_report(db: str, run_id: int, path: Path) -> None:
    """Every URL of this run and how it ended, as JSONL or CSV by the file's name.

    Raises:
        ConfigError: The file cannot be written.
    """
    with Archive(db) as archive:
        rows = (report_row(line) for line in archive.report(run_id))
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                if path.suffix.lower() == ".csv":
                    writer = csv.writer(file)
                    for number, row in enumerate(rows):
                        if not number:
                            writer.writerow(row)
                        writer.writerow(csv_cell(_csv_value(value)) for value in row.values())
                else:
                    file.writelines(
                        json.dumps(plain(row), ensure_ascii=False) + "\n" for row in rows
                    )
        except OSError as error:
            raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def _articles(archive: Archive, run_id: int) -> Iterator[StoredArticle]:
    seen: set[int] = set()
    for line in archive.report(run_id):
        if line.outcome in KEPT and line.article_id is not None and line.article_id not in seen:
            seen.add(line.article_id)
            yield archive.get(line.article_id)


def _csv_value(value: object) -> str | None:
    readable = plain(value)
    return None if readable is None else cell(readable)
