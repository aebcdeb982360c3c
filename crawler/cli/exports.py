"""`winnow export`: articles and their pages as files."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.filters import (
    AuthorOption,
    LanguageOption,
    SectionOption,
    SinceOption,
    SiteOption,
    SourceOption,
    TagOption,
    UntilOption,
    filters_of,
    query_of,
    require_known_sources,
)
from crawler.cli.options import ConfigOption, DbOption, open_archive
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from db.export_formats import ExportFormat

STDOUT = "-"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE|FOLDER", help="Its end says the kind; - for stdout."
        ),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", help="As in `search`; without it, all."),
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="jsonl, csv, parquet, warc, plain-warc, atom, json-feed or markdown.",
        ),
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Columns: url,title,text; +blocks adds to the usual."),
    ] = None,
    since_last: Annotated[
        str | None,
        typer.Option(
            "--since-last",
            metavar="NAME",
            help="Only what is new or has a new text or headline since the last export of this "
            "NAME.",
        ),
    ] = None,
    distinct: Annotated[
        bool, typer.Option("--distinct", help="Of each story the first article only.")
    ] = False,
    source: SourceOption = None,
    site: SiteOption = None,
    language: LanguageOption = None,
    author: AuthorOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Write articles to a file, complete or not at all.

    .jsonl, .csv and .parquet hold the columns of docs/data-model.md; .warc.gz or .warc the pages as
    they were received, earlier texts included, which `winnow import` and other programs read; .atom
    or feed.json the newest 100; a folder (or --format markdown) one Markdown file an article.

    \b
    Examples:
      winnow export -o articles.jsonl
      winnow export -o minister.csv minister --since 30d --source example
      winnow export -o pages.warc.gz --site example.org
      winnow export -o new.jsonl --since-last newsletter
      winnow export -o notes --format markdown 'tag:energy'
    """
    from crawler.cli.output import counted, note
    from crawler.cli.progress import writing_shown
    from db.export_formats import OF_PAGES, ExportFormat, export_format
    from db.search import Spread

    spread = Spread.STORIES if distinct else Spread.ARTICLES
    chosen, path, query = _format(format_name), _path(output), query_of(words)
    filters = filters_of(
        source=source,
        site=site,
        language=language,
        author=author,
        section=section,
        tag=tag,
        since=since,
        until=until,
    )
    shown = nullcontext() if output == STDOUT else writing_shown()
    with shown as on_written, open_archive(db, config, on_written=on_written) as archive:
        require_known_sources(archive, query, filters)
        if output == STDOUT:
            kind = chosen or ExportFormat.JSONL
            archive.write(
                sys.stdout.buffer,
                query,
                format=kind,
                fields=fields,
                since_last=since_last,
                spread=spread,
                **filters,
            )
            return
        count = archive.export(
            path,
            query,
            format=chosen,
            fields=fields,
            since_last=since_last,
            spread=spread,
            **filters,
        )
    noun = "page" if (chosen or export_format(path)) in OF_PAGES else "article"
    note(f"{counted(count, noun)} written to {output}")


def _path(output: str) -> Path:
    if not output:  # Path would make the working folder of it
        raise ConfigError("--output is empty: give a file, a folder that is there, or -")
    return Path(output)


def _format(name: str | None) -> ExportFormat | None:
    from db.export_formats import ExportFormat

    try:
        return None if name is None else ExportFormat(name)
    except ValueError as error:
        known = ", ".join(ExportFormat)
        raise ConfigError(f"--format cannot be {name!r}: one of {known}") from error
