"""Running saved searches: what is new goes to the feed, the webhook and the person, then counts.

Nothing counts as given before it was taken, so a webhook that is down loses nothing. A run that
is killed between the two gives those articles again: at most saved.BATCH_MATCHES.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.article_markdown import article_markdown
from crawler.webhook import Webhook, post
from db.export import export_row
from db.export_files import ExportPlan, export
from db.export_formats import export_format
from db.liveness import run_lock
from db.saved import batches_of, end_run, new_matches, remember_given
from db.search import search_node
from db.stored_articles import iter_articles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from db.export_formats import ExportFormat
    from db.query_nodes import Node
    from db.saved import NewMatches, StoredSearch
    from db.session import Database
    from db.stored_articles import StoredArticle

    Show = Callable[[Sequence[StoredArticle]], None]

FEED_ENTRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """One saved search at work."""

    database: Database
    saved: StoredSearch
    show: Show
    """Tells a person of new articles."""
    webhook: Webhook | None = None
    """Its webhook with the secret. None: it has none."""

    def run(self) -> int:
        """Give what is new; how many articles.

        Raises:
            LockHeld: Another run gives it just now.
            WebhookFailed: The webhook took no more; the rest is new the next time too.
            DatabaseUnavailable: The feed cannot be written; nothing was given.
        """
        lock = run_lock(self.database, f"saved-{self.saved.id}")
        lock.hold()
        try:
            return self._run()
        finally:
            lock.release()

    def _run(self) -> int:
        matches = new_matches(self.database, self.saved.id, saved_node(self.saved))
        if self.saved.feed is not None:
            write_feed(self.database, self.saved, Path(self.saved.feed))
        count = sum(self._give(batch) for batch in batches_of(matches))
        with self.database.write() as session:
            end_run(session, self.saved.id, now=datetime.now(UTC))
        return count

    def _give(self, matches: NewMatches) -> int:
        """What was posted counts before it is shown: a broken pipe must not post it twice."""
        articles = list(iter_articles(self.database, matches.ids))
        if not articles:  # forgotten since they were found
            return 0
        if self.webhook is None:
            self.show(articles)
            self._remember(matches)
        else:
            post(self.webhook, delivery(self.saved, articles, sent_at=datetime.now(UTC)))
            self._remember(matches)
            self.show(articles)
        return len(articles)

    def _remember(self, matches: NewMatches) -> None:
        with self.database.write() as session:
            remember_given(session, self.saved.id, matches)


def saved_node(saved: StoredSearch) -> Node | None:
    """What the search asks for, `since:7d` counted from now."""
    return search_node(saved.query, now=datetime.now(UTC), filters={})


def delivery(saved: StoredSearch, articles: Sequence[StoredArticle], *, sent_at: datetime) -> bytes:
    """What is posted: a JSON object; the articles have the columns of an export."""
    told = {
        "saved": saved.name,
        "query": saved.query,
        "articles": [export_row(article) for article in articles],
        "sent_at": sent_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def write_feed(database: Database, saved: StoredSearch, path: Path) -> int:
    """The newest FEED_ENTRIES articles, given or not, as a whole file; how many.

    Raises:
        DatabaseUnavailable: It cannot be written; a file of that name is as it was.
    """
    return export(database, feed_plan(saved, export_format(path)), path)


def feed_plan(saved: StoredSearch, kind: ExportFormat) -> ExportPlan:
    """The feed of a saved search."""
    return ExportPlan(
        format=kind,
        node=saved_node(saved),
        title=f"Winnow: {saved.name}",
        entries=FEED_ENTRIES,
        render=article_markdown,
    )
