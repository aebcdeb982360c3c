"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.config import LoadedConfig, load_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db import Archive
    from db.export_files import Written
    from db.session import Database

LARGEST_NUMBER = 2**31 - 1
"""Of a row, and of rows: more than an archive has, and sums with it fit a column of 64 bits."""
NO_NUMBER = f"give a whole number up to {LARGEST_NUMBER:,}"

DbOption = Annotated[
    str | None,
    typer.Option("--db", metavar="DB", help="Database: a file, or postgresql://USER@HOST/NAME."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file instead of ./winnow.toml."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines, also on a terminal.")]
ContactOption = Annotated[
    str | None,
    typer.Option(metavar="MAIL|URL", help="Where publishers reach you; sent with every request."),
]
DelayOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="Between two fetches from one host: 5s.")
]
TimeoutOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="For one whole fetch: 30s.")
]
AllowPrivateOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST", help="Host, host:port, address or network allowed though not public."
    ),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Log warnings and errors only.")]


def how_many(value: str | int) -> int:
    """A number of rows, one at least.

    Raises:
        BadParameter: It is none.
    """
    if (number := _whole_number(value)) < 1:
        raise typer.BadParameter("give 1 or more")
    return number


def row_number(value: str | int) -> int:
    """A number that a row may have; also a default, as it is.

    Raises:
        BadParameter: It is none.
    """
    if (number := _whole_number(value)) < 0:
        raise typer.BadParameter(NO_NUMBER)
    return number


def _whole_number(value: str | int) -> int:
    try:
        number = int(value)
    except ValueError as error:
        raise typer.BadParameter(NO_NUMBER) from error
    if number > LARGEST_NUMBER:
        raise typer.BadParameter(NO_NUMBER)
    return number


def load(options: Mapping[str, object], *, file: Path | None) -> LoadedConfig:
    """The settings for this command, from where it was started.

    Raises:
        ConfigError: A value, a setting's name or the file cannot be used.
    """
    return load_config(options, environ=os.environ, directory=Path.cwd(), file=file)


def log_level(*, verbose: bool, quiet: bool) -> str | None:
    """The setting that --verbose and --quiet stand for; None: neither was given."""
    if verbose:
        return "DEBUG"
    return "WARNING" if quiet else None


def open_database(db: str | None, file: Path | None) -> Database:
    """The database of this command, its tables checked.

    Raises:
        ConfigError: A setting cannot be used.
        DatabaseUnavailable: It cannot be reached, or there is none of that name.
        SchemaOutdated: Its tables are not those of this Winnow.
    """
    from db import migrate
    from db.session import Database

    database = Database(load({"db": db}, file=file).config.db)
    migrate.check(database)
    return database


def open_archive(
    db: str | None, file: Path | None, *, on_written: Written | None = None
) -> Archive:
    """What is stored, for asking; URLs are found in every spelling.

    `on_written` is told how an export goes on; None: nobody is.

    Raises:
        ConfigError: A setting cannot be used.
        DatabaseUnavailable: It cannot be reached.
        SchemaOutdated: There are no tables of this Winnow.
    """
    from crawler.article_markdown import article_markdown
    from db import Archive
    from db.export_files import untold
    from pipelines.urls import fetch_key, is_http_url, key_hash, url_key

    def url_keys(url: str) -> list[bytes]:
        return [url_key(url), key_hash(fetch_key(url))] if is_http_url(url) else []

    return Archive(
        load({"db": db}, file=file).config.db,
        url_keys=url_keys,
        render=article_markdown,
        on_written=on_written or untold,
    )


def open_or_make_database(db: str) -> Database:
    """The database; a missing SQLite file is made, so that a first command needs no `init`.

    Raises:
        DatabaseUnavailable: It cannot be reached or written.
        SchemaOutdated: Its tables are not those of this Winnow.
    """
    from crawler.preparation import prepare_database
    from db.session import Database

    database = Database(db)
    prepare_database(database)
    return database


def child_environment(loaded: LoadedConfig, *, file: Path | None) -> dict[str, str]:
    """The environment for children: options given here reach them as WINNOW_* variables."""
    environ = dict(os.environ)
    if file is not None:
        environ["WINNOW_CONFIG"] = str(file.absolute())
    from crawler.config import setting_text, variable_name

    for setting, origin in loaded.origins.items():
        if origin.startswith("--"):
            environ[variable_name(setting)] = setting_text(getattr(loaded.config, setting))
    return environ
