"""`winnow init`, `winnow db` and `winnow forget`: the database itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import ConfigOption, DbOption, JsonOption, load, open_database
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from db.session import Database

db_app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    app.command("forget")(forget)
    app.add_typer(db_app, name="db")


def init(db: DbOption = None, config: ConfigOption = None) -> None:
    """Make the database's tables; one that has them already stays as it is.

    \b
    Examples:
      winnow init
      winnow init --db postgresql://winnow@localhost/news
    """
    _upgrade(db, config)


@db_app.command("upgrade")
def upgrade(db: DbOption = None, config: ConfigOption = None) -> None:
    """Bring the tables to what this Winnow needs; all of it happens or nothing.

    \b
    Example:
      winnow db backup before.db && winnow db upgrade
    """
    _upgrade(db, config)


@db_app.command("check")
def check(db: DbOption = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Look for damage and contradictions; exit code 1 if there are any.

    \b
    Example:
      winnow db check
    """
    from crawler.cli.output import note, print_rows
    from db.maintenance import Level
    from db.maintenance import check as check_rows

    with open_database(db, config) as database:
        findings = check_rows(database)
    if findings:
        rows = [{"level": str(it.level), "finding": it.message} for it in findings]
        print_rows(rows, as_json=as_json)
    else:
        note("no damage found")
    if any(it.level is Level.PROBLEM for it in findings):
        raise typer.Exit(1)


@db_app.command("vacuum")
def vacuum(db: DbOption = None, config: ConfigOption = None) -> None:
    """Give free space back.

    \b
    Example:
      winnow db vacuum
    """
    from crawler.cli.output import note
    from db.maintenance import vacuum as vacuum_rows

    with open_database(db, config) as database:
        vacuum_rows(database)
    note("free space given back")


@db_app.command("backup")
def backup(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Where the copy goes; one of that name is replaced."),
    ],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Copy the database to a file, verified, while crawls go on.

    \b
    Example:
      winnow db backup winnow-monday.db
    """
    from crawler.cli.output import note
    from db.maintenance import backup as copy_to
    from db.whole_files import require_writable

    try:
        require_writable(file)
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}") from error
    with open_database(db, config) as database:
        copy_to(database, file)
    note(f"copied to {file}")


def forget(
    url_or_host: Annotated[
        str, typer.Argument(metavar="URL|HOST", help="One page, or everything of a host.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete a page or a host for good: rows, raw pages, search entries.

    \b
    Examples:
      winnow forget https://www.example.org/a-story
      winnow forget www.example.org --yes
    """
    with open_database(db, config) as database:
        if not yes and not sys.stdin.isatty():
            raise ConfigError(f"nobody is here to confirm: --yes forgets {url_or_host} unasked")
        if not yes:
            typer.confirm(f"Delete everything about {url_or_host}?", abort=True, err=True)
        _forget(database, url_or_host)


def _forget(database: Database, url_or_host: str) -> None:
    from crawler.cli.output import note
    from db import forget as forgetting
    from pipelines.story_decisions import settle_stories
    from pipelines.urls import fetch_key, host_of, is_http_url, key_hash, url_key

    with database.write() as session:
        if is_http_url(url_or_host):
            forgotten = forgetting.forget_url(
                session,
                fetch_hash=key_hash(fetch_key(url_or_host)),
                url_key=url_key(url_or_host),
            )
        elif is_http_url(f"https://{url_or_host}/"):
            forgotten = forgetting.forget_host(session, host_of(f"https://{url_or_host}/"))
        else:
            raise ConfigError(f"{url_or_host!r} is neither a URL nor a host")
        settle_stories(session, forgotten.stories)
    if not any((forgotten.pages, forgotten.articles, forgotten.raw_pages)):
        note(f"nothing is stored about {url_or_host}")
        return
    note(
        f"forgotten: {forgotten.pages} pages, {forgotten.articles} articles, "
        f"{forgotten.revisions} revisions, {forgotten.raw_pages} raw pages; "
        "`winnow db vacuum` takes their last bytes out of the file"
    )


def _upgrade(db: str | None, config: Path | None) -> None:
    from crawler.cli.output import note
    from db import migrate
    from db.session import Database

    with Database(load({"db": db}, file=config).config.db) as database:
        before = migrate.current_revision(database)
        migrate.upgrade(database)
        after = migrate.current_revision(database)
        done = "is up to date" if before == after else "is ready"
        note(f"{database.display_url} {done} (schema {after})")
