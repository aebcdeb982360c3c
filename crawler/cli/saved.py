"""`winnow saved`: searches asked again, and who is told what is new."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.filters import query_of, require_known_sources
from crawler.cli.options import ConfigOption, DbOption, JsonOption, open_archive, open_database
from crawler.errors import ConfigError, WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.saved import StoredSearch
    from db.session import Database
    from db.stored_articles import StoredArticle

STDOUT = "-"
SECRET_VARIABLE = "WINNOW_WEBHOOK_SECRET"  # noqa: S105 - its name
_NAME = re.compile(r"[^\W_][\w .-]{0,99}")

saved_app = typer.Typer(
    help="Searches that are asked again: what is new goes to you, a webhook or a feed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As the list shows.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(saved_app, name="saved")


@saved_app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    words: Annotated[
        list[str],
        typer.Argument(metavar="QUERY...", help="As in `search`, filters as its words."),
    ],
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="Post new articles there.")
    ] = None,
    feed: Annotated[
        Path | None,
        typer.Option("--feed", metavar="FILE", help="Keep a feed there: NAME.atom or feed.json."),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Also give what is found already.")
    ] = False,
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Save a search; `winnow saved run` gives what it finds from now on.

    `since:7d` counts from each run. An article is given once, whatever becomes of it; where the
    query asks for `changed:headline` or `changed:text`, once more with each new text or headline.

    \b
    Examples:
      winnow saved add toll 'bridge toll lang:en'
      winnow saved add mayor 'title:mayor source:example' --feed mayor.atom
      winnow saved add edits 'changed:headline since:7d' --webhook https://example.org/hook
    """
    from datetime import UTC, datetime

    from crawler.cli.output import note
    from crawler.webhook import read_webhook_url
    from db.saved import NewSearch, add_search, skip_matches
    from db.search import search_node

    new = NewSearch(
        name=_checked_name(name),
        query=query_of(words).strip(),
        webhook=None if webhook is None else read_webhook_url(webhook),
        feed=None if feed is None else str(_checked_feed(feed)),
    )
    with open_archive(db, config) as archive:
        now = datetime.now(UTC)
        node = search_node(new.query, now=now, filters={})
        require_known_sources(archive, new.query, {})
        with archive.database.write() as session:
            search_id = add_search(session, new, now=now)
            known = 0 if from_start else skip_matches(session, search_id, node)
    what = "the first run gives all it finds" if from_start else f"{known} found already"
    note(f"saved {new.name!r}: {what}; `winnow saved run` gives what is new")


@saved_app.command("list")
def list_saved(
    db: DbOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the saved searches.

    \b
    Example:
      winnow saved list
    """
    from crawler.cli.output import print_rows
    from db.saved import list_searches

    with open_database(db, config) as database, database.read() as session:
        rows = [_search_row(saved) for saved in list_searches(session)]
    print_rows(rows, as_json=as_json)


@saved_app.command("run")
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="These only; else all.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            metavar="TEXT",
            envvar=SECRET_VARIABLE,
            help="Signs what is posted; the variable hides it from other users of the machine.",
        ),
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give what is new since the last run: print it, post it, write the feed.

    A webhook gets POST requests of JSON with at most 50 articles each, tried three times; the
    header X-Winnow-Signature is `sha256=` and the HMAC-SHA256 of the body with the secret.
    What it did not take is new the next time too, and the command ends with 1.

    \b
    Examples:
      winnow saved run
      winnow saved run toll mayor --json
    """
    failed = 0
    with open_database(db, config) as database:
        for saved in _chosen(database, names or []):
            failed += not _run_one(database, saved, secret=secret or None, as_json=as_json)
    if failed:
        raise typer.Exit(1)


@saved_app.command("remove")
def remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="As the list shows.")],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Remove saved searches; their feeds stay as files.

    \b
    Example:
      winnow saved remove toll
    """
    from db.saved import remove_search

    with open_database(db, config) as database, database.write() as session:
        for name in dict.fromkeys(names):
            remove_search(session, name)


@saved_app.command("feed")
def feed(
    name: NameArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="NAME.atom or feed.json; - for stdout."
        ),
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the newest 50 articles of a saved search as a feed; nothing counts as given.

    Without -o, the file that was saved with the search.

    \b
    Examples:
      winnow saved feed toll -o toll.atom
      winnow saved feed mayor
    """
    from crawler.cli.output import counted, note
    from crawler.saved_runs import feed_plan, write_feed
    from db.export_files import write
    from db.export_formats import ExportFormat
    from db.saved import get_search

    with open_database(db, config) as database:
        with database.read() as session:
            saved = get_search(session, name)
        if output is not None and str(output) == STDOUT:
            write(database, feed_plan(saved, ExportFormat.ATOM), sys.stdout.buffer)
            return
        path = _feed_path(saved, output)
        count = write_feed(database, saved, path)
    note(f"{counted(count, 'article')} written to {path}")


def _feed_path(saved: StoredSearch, output: Path | None) -> Path:
    """Where the feed goes.

    Raises:
        ConfigError: Nobody says, or it cannot be written there.
    """
    if output is not None:
        return _checked_feed(output)
    if saved.feed is None:
        raise ConfigError(f"{saved.name!r} was saved without a feed: give -o FILE")
    return Path(saved.feed)


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"a search cannot be called {name!r}: give letters and digits first, "
            "then also spaces, dots and dashes, at most 100"
        )
    return name


def _checked_feed(path: Path) -> Path:
    """The absolute path: a scheduled run starts elsewhere.

    Raises:
        ConfigError: No feed can be written there.
    """
    from db.errors import QueryRefused
    from db.export_formats import FEEDS, export_format
    from db.whole_files import require_writable

    try:
        is_feed = export_format(path) in FEEDS
    except QueryRefused:
        is_feed = False
    if not is_feed:
        raise ConfigError(f"no feed can be {path}: its name must end in .atom or feed.json")
    try:
        require_writable(path)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror or error}") from error
    return path.absolute()


def _search_row(saved: StoredSearch) -> dict[str, object]:
    from crawler.webhook import shown_url

    return {
        "name": saved.name,
        "query": saved.query,
        "webhook": None if saved.webhook is None else shown_url(saved.webhook),
        "feed": saved.feed,
        "created_at": saved.created_at,
        "last_run_at": saved.last_run_at,
    }


def _chosen(database: Database, names: Sequence[str]) -> list[StoredSearch]:
    from db.saved import get_search, list_searches

    with database.read() as session:
        if names:
            return [get_search(session, name) for name in dict.fromkeys(names)]
        return list_searches(session)


def _run_one(database: Database, saved: StoredSearch, *, secret: str | None, as_json: bool) -> bool:
    """Run a search; whether all that was new was given."""
    from crawler.cli.output import note, print_rows
    from crawler.saved_runs import SavedRun
    from crawler.webhook import Webhook
    from db.errors import DatabaseUnavailable, QueryRefused
    from db.liveness import LockHeld

    def show(articles: Sequence[StoredArticle]) -> None:
        print_rows([_article_row(saved, article) for article in articles], as_json=as_json)
        sys.stdout.flush()

    webhook = None if saved.webhook is None else Webhook(url=saved.webhook, secret=secret)
    try:
        count = SavedRun(database=database, saved=saved, show=show, webhook=webhook).run()
    except LockHeld:
        note(f"{saved.name}: left to another run, which is at it")
        return True
    except (WebhookFailed, QueryRefused, DatabaseUnavailable) as error:
        note(f"{saved.name}: {error}; what was not given stays new")
        return False
    note(f"{saved.name}: {count} new")
    return True


def _article_row(saved: StoredSearch, article: StoredArticle) -> dict[str, object]:
    return {
        "saved": saved.name,
        "id": article.id,
        "published_at": article.published_at,
        "title": article.title,
        "site": article.site,
        "url": article.url,
    }
