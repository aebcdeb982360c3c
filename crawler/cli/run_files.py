"""What `winnow crawl` writes after a run: its articles, and how every URL ended."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.cli.output import plain
from crawler.cli.status import REPORT_COLUMNS, report_row
from crawler.cli.tables import cell
from crawler.errors import ConfigError, RunFailed
from db.export import csv_cell, write_jsonl
from db.outcomes import KEPT
from db.whole_files import replacing, require_writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

    from db import Archive
    from db.stored_articles import StoredArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFiles:
    """Where a run's results are written after it. None: nowhere."""

    articles: Path | None
    """JSONL: the articles that URLs of the run lead to, each once."""
    report: Path | None
    """JSONL or CSV by its name: every URL of the run and how it ended."""

    def require_writable(self) -> None:
        """Find out before the crawl, not after it.

        Raises:
            ConfigError: A file cannot be written, or its name says no known format.
        """
        if self.report is not None and self.report.suffix.lower() not in {".jsonl", ".csv"}:
            raise ConfigError(f"--report {self.report}: give a name that ends in .jsonl or .csv")
        for path in (self.articles, self.report):
            if path is not None:
                try:
                    require_writable(path)
                except OSError as error:
                    raise ConfigError(f"cannot write {path}: {error.strerror}") from error

    def write(self, db: str, run_id: int) -> None:
        """Write them; each file is complete or as it was.

        Raises:
            RunFailed: A file cannot be written after all; the run itself is stored.
        """
        if self.articles is self.report is None:
            return
        from db import Archive

        with Archive(db) as archive:
            if self.articles is not None:
                with _written(self.articles, run_id) as file:
                    write_jsonl(_articles(archive, run_id), file)
            if self.report is not None:
                with _written(self.report, run_id) as file:
                    rows = [report_row(line) for line in archive.report(run_id)]
                    write = _write_csv if self.report.suffix.lower() == ".csv" else _write_jsonl
                    write(rows, file)


@contextmanager
def _written(path: Path, run_id: int) -> Iterator[TextIO]:
    try:
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise RunFailed(
            f"cannot write {path}: {error.strerror}; the run is stored: winnow report {run_id}"
        ) from error


def _write_csv(rows: Iterable[Mapping[str, object]], file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(REPORT_COLUMNS)
    for row in rows:
        writer.writerow(csv_cell(_csv_value(value)) for value in row.values())


def _write_jsonl(rows: Iterable[Mapping[str, object]], file: TextIO) -> None:
    file.writelines(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in rows)


def _articles(archive: Archive, run_id: int) -> Iterator[StoredArticle]:
    seen: set[int] = set()
    for line in archive.report(run_id):
        if line.outcome in KEPT and line.article_id is not None and line.article_id not in seen:
            seen.add(line.article_id)
            yield archive.get(line.article_id)


def _csv_value(value: object) -> str | None:
    readable = plain(value)
    return None if readable is None else cell(readable)
