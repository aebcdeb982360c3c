"""`from crawler import crawl`: run a crawl from Python, as often as you like.

Each call is a process of its own: Twisted's reactor runs once a process, and a page that brings
a parser down must not bring a notebook down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.config import load_config
from crawler.errors import ConfigError, CrawlError, RunFailed, SourceError
from crawler.plan import CrawlPlan, RunReport
from crawler.preparation import prepare_database
from db.errors import DatabaseUnavailable, SchemaOutdated, StorageError
from db.session import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

_ERRORS: dict[str, type[Exception]] = {
    error.__name__: error
    for error in (
        ConfigError,
        CrawlError,
        DatabaseUnavailable,
        RunFailed,
        SchemaOutdated,
        SourceError,
        StorageError,
    )
}


def crawl(
    urls: str | Sequence[str] = (),
    *,
    source: str | None = None,
    force: bool = False,  # a word of the plan, passed on unread
    follow: bool = False,
    max_age_seconds: float | None = None,
    **settings: object,
) -> RunReport:
    """Crawl URLs, or one source, to the end; what it found is in the database.

    Args:
        urls: One URL or several, absolute, http or https.
        source: Key of a stored source to crawl instead.
        force: Fetch URLs again that have a final outcome.
        follow: Follow links to articles of the same sites.
        max_age_seconds: Fetch URLs again whose last answer is older.
        **settings: Any setting of docs/settings.md, e.g. `db="news.db"`, `contact="me@x.org"`.

    Raises:
        ConfigError: A setting or URL that cannot be used.
        SourceError: There is no such source.
        StorageError: The database cannot be used. A missing SQLite file is made.
        RunFailed: An error nobody expected ended the run.
    """
    config = load_config(settings, environ=os.environ, directory=Path.cwd()).config
    with Database(config.db) as database:
        prepare_database(database)
    plan = CrawlPlan(
        urls=(urls,) if isinstance(urls, str) else tuple(urls),
        source_key=source,
        force=force,
        follow=follow,
        max_age_seconds=max_age_seconds,
        max_pages=config.max_pages,
        command="crawler.crawl()",
    )
    order = json.dumps({"config": asdict(config), "plan": asdict(plan)})
    child = subprocess.run(
        [sys.executable, "-m", "crawler.api_child"],
        input=order,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return _report(child.stdout, child.returncode)


def _report(said: str, exit_code: int) -> RunReport:
    try:
        answer = json.loads(said.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise RunFailed(f"the crawl ended with {exit_code} and said nothing") from error
    if "error" in answer:
        raise _ERRORS.get(answer["error"], RunFailed)(answer["message"])
    due = answer.pop("next_due_at")
    return RunReport(**answer, next_due_at=datetime.fromisoformat(due) if due else None)
