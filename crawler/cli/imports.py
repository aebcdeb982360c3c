"""`winnow import`: pages and articles out of files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    QuietOption,
    VerboseOption,
    load,
    log_level,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.config import Config
    from crawler.importing.opening import ArchiveFormat
    from crawler.importing.records import Archived
    from crawler.importing.run import ImportReport

QUIET_LEVELS = frozenset({"WARNING", "ERROR"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|FOLDER...", help="WARC files, exports, saved pages."),
    ],
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="If the name does not say it: warc, jsonl, html."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where a folder of saved pages came from."),
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read pages out of archives, as if they were crawled when the archive was made.

    Nothing is fetched. Every HTTP answer of a WARC file, and every HTML file of a folder, goes
    through the same pipeline as a crawled page and ends with one outcome; `winnow report` lists
    them. Articles of an export (.jsonl) are stored as they are. What was imported before is known,
    so an interrupted import goes on with the same command.

    \b
    Examples:
      winnow import CC-NEWS-20260301000000-00001.warc.gz
      winnow import --db copy.db articles.jsonl
      winnow import saved-pages --base-url https://www.example.org
    """
    from crawler.importing.opening import open_archived

    settings = load(
        {"db": db, "log_level": log_level(verbose=verbose, quiet=quiet)}, file=config
    ).config
    given = _format(format_name)
    archives = [open_archived(path, given=given, base_url=base_url) for path in paths]
    raise typer.Exit(_import_here(settings, archives))


def _import_here(config: Config, archives: Sequence[Archived]) -> int:
    from rich.console import Console

    from crawler.cli.logs import configure_logging, configure_plain_logging
    from crawler.cli.output import note
    from crawler.cli.progress import progress_shown
    from crawler.cli.quick_start import quickly_imported
    from crawler.cli.summary import print_summary
    from crawler.cli.typed_command import typed_command

    with quickly_imported():
        from crawler.importing.run import import_archives

    console = Console(stderr=True)
    command = typed_command()
    is_quiet = config.log_level in QUIET_LEVELS
    with ExitStack() as stack:
        if is_quiet:
            configure_plain_logging(config.log_level)
            on_progress = None
        else:
            configure_logging(config.log_level, console)
            on_progress = stack.enter_context(progress_shown(console, verb="importing"))
        report = import_archives(config, archives, command=command, on_progress=on_progress)
    for sentence in _broken_sentences(report):
        note(sentence)
    if not report.run.counts and not report.broken and report.run.finish_reason == "finished":
        note(_nothing_in(archives))
    if not is_quiet:
        print_summary(report.run, console, command=command)
    return report.exit_code


def _nothing_in(archives: Sequence[Archived]) -> str:
    paths = [each.path for each in archives]
    wanted = " or ".join(sorted({"HTML file" if it.is_dir() else "page" for it in paths}))
    return f"no {wanted} in {', '.join(map(str, paths))}"


def _broken_sentences(report: ImportReport) -> list[str]:
    sentences = [f"{record.place}: {record.reason}" for record in report.named]
    if report.broken > len(report.named):
        sentences.append(f"{report.broken - len(report.named)} more broken records")
    return sentences


def _format(name: str | None) -> ArchiveFormat | None:
    from crawler.importing.opening import ArchiveFormat

    try:
        return None if name is None else ArchiveFormat(name)
    except ValueError as error:
        known = ", ".join(ArchiveFormat)
        raise ConfigError(f"--format cannot be {name!r}: one of {known}") from error
