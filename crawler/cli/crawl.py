"""`winnow crawl`: a list of URLs, or sources once."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    AllowPrivateOption,
    ConfigOption,
    ContactOption,
    DbOption,
    DelayOption,
    QuietOption,
    TimeoutOption,
    VerboseOption,
    child_environment,
    load,
    log_level,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from crawler.cli.run_files import ResultFiles
    from crawler.config import Config, LoadedConfig
    from crawler.plan import CrawlPlan

SHOWN_URLS = 3
"""Of the list in the stored command; a run's report names every URL."""
STDIN = "-"
OF_ONE_RUN = ("force", "max_age", "follow", "dry_run", "output", "report", "skip_bad")
"""Options that --due and --all, a run for each source, have no use for."""
QUIET_LEVELS = frozenset({"WARNING", "ERROR"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crawl")(crawl)


def crawl(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="[URL]...", help="URLs; - reads a list from stdin."),
    ] = None,
    input_files: Annotated[
        list[Path] | None,
        typer.Option("--input", "-i", metavar="FILE", help="A list of URLs, one a line."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="KEY", help="Crawl this source now.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Crawl the sources that are due.")] = False,
    every_source: Annotated[bool, typer.Option("--all", help="Crawl every source now.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch listed URLs again that are known already.")
    ] = False,
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", metavar="TIME", help="Fetch again what is older: 7d."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Follow listed pages' links to articles of their site.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched; fetch nothing.")
    ] = False,
    max_pages: Annotated[
        str | None,
        typer.Option(
            "--max", metavar="N", help="At most N pages in this run; known ones do not count."
        ),
    ] = None,
    wait: Annotated[
        str | None, typer.Option(metavar="TIME", help="Await retries due within this time: 2m.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the kept articles as JSONL."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every URL and how it ended (.jsonl or .csv)."),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Crawl a list although some lines are no URLs.")
    ] = False,
    db: DbOption = None,
    contact: ContactOption = None,
    delay: DelayOption = None,
    timeout: TimeoutOption = None,
    concurrency: Annotated[
        str | None, typer.Option(metavar="N", help="Hosts fetched from at once.")
    ] = None,
    children: Annotated[
        str | None, typer.Option(metavar="N", help="With --due or --all: sources at once.")
    ] = None,
    allow_private: AllowPrivateOption = None,
    keep_raw: Annotated[
        str | None, typer.Option("--keep-raw", metavar="DAYS", help="Delete older raw pages.")
    ] = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Crawl a list of URLs, or sources once.

    \b
    Examples:
      winnow crawl --contact you@example.org https://www.example.org/a-story
      winnow crawl -i urls.txt -o articles.jsonl --report report.csv
      winnow crawl --due
    """
    loaded = load(
        {
            "db": db,
            "contact": contact,
            "delay_seconds": delay,
            "timeout_seconds": timeout,
            "wait_seconds": wait,
            "concurrency": concurrency,
            "max_pages": max_pages,
            "max_children": children,
            "allow_private": allow_private,
            "keep_raw_days": keep_raw,
            "log_level": log_level(verbose=verbose, quiet=quiet),
        },
        file=config,
    )
    _require_one_target(bool(urls or input_files), source is not None, due, every_source)
    if due or every_source:
        _refuse_for_many(context)
        raise typer.Exit(_crawl_sources(loaded, due_only=due, file=config))
    from crawler.cli.listed_urls import listed_urls
    from crawler.cli.run_files import ResultFiles
    from crawler.plan import CrawlPlan

    plan = CrawlPlan(
        urls=listed_urls(urls or [], input_files or [], skip_bad=skip_bad),
        source_key=source,
        force=force,
        max_age_seconds=_max_age(max_age),
        follow=follow,
        max_pages=loaded.config.max_pages,
        dry_run=dry_run,
        command=_command(urls or []),
    )
    if dry_run:
        _print_plan(loaded.config, plan)
        return
    files = ResultFiles(articles=output, report=report)
    files.require_writable()
    raise typer.Exit(_crawl_here(loaded.config, plan, files))


def _require_one_target(*given: bool) -> None:
    if sum(given) == 1:
        return
    several = "only one of " if any(given) else ""
    raise ConfigError(f"say what to crawl: {several}URLs, -i FILE, --source KEY, --due or --all")


def _refuse_for_many(context: typer.Context) -> None:
    """--due and --all are a run a source: what belongs to one run or to a list is refused."""
    for name in OF_ONE_RUN:
        if context.params[name]:
            option = name.replace("_", "-")
            raise ConfigError(f"--{option} needs a list of URLs or --source KEY: one run")


def _max_age(text: str | None) -> float | None:
    from crawler.setting_values import read_seconds

    try:
        return None if text is None else read_seconds(text)
    except ValueError as error:
        raise ConfigError(f"--max-age: {error}") from error


def _command(urls: list[str]) -> str:
    """The command as typed, a long list shortened."""
    from crawler.cli.typed_command import typed_command

    typed = sys.argv[1:]
    listed = [url for url in urls if url != STDIN]
    if len(listed) > SHOWN_URLS:
        hidden = set(listed[SHOWN_URLS:])
        typed = [word for word in typed if word not in hidden] + ["..."]
    return typed_command(typed).replace("'...'", "...")


def _crawl_here(config: Config, plan: CrawlPlan, files: ResultFiles) -> int:
    from rich.console import Console

    from crawler.cli.logs import configure_logging, configure_plain_logging
    from crawler.cli.progress import progress_shown
    from crawler.cli.summary import print_summary
    from crawler.parent_watch import PARENT_VARIABLE, watch_parent

    watch_parent(os.environ, stop_seconds=config.stop_seconds + 1)
    from crawler.cli.quick_start import quickly_imported

    with quickly_imported():
        from crawler.run import run_crawl  # takes a second, in which the parent may die

    console = Console(stderr=True)
    with ExitStack() as stack:
        if config.log_level in QUIET_LEVELS or PARENT_VARIABLE in os.environ:
            configure_plain_logging(config.log_level)
            on_progress = None
        else:
            configure_logging(config.log_level, console)
            on_progress = stack.enter_context(progress_shown(console))
        report = run_crawl(config, plan, on_progress=on_progress)
    if config.log_level not in QUIET_LEVELS:
        print_summary(report, console, command=plan.command)
    files.write(config.db, report.run_id)
    return report.exit_code


def _print_plan(config: Config, plan: CrawlPlan) -> None:
    """Every URL and what a crawl would do with it, on stdout; the counts on stderr."""
    from crawler.cli.output import note, print_rows
    from crawler.cli.summary import plan_sentence
    from crawler.dry_run import planned_urls

    planned = planned_urls(config, plan)
    print_rows(({"would": str(it.intent), "url": it.url} for it in planned), as_json=False)
    note(plan_sentence([it.intent for it in planned]))


def _crawl_sources(loaded: LoadedConfig, *, due_only: bool, file: Path | None) -> int:
    from crawler.cli.logs import configure_plain_logging
    from crawler.cli.options import open_database
    from crawler.cli.output import note
    from crawler.cli.summary import sources_sentence
    from crawler.scheduler import active_keys, crawl_sources, due_keys

    configure_plain_logging(loaded.config.log_level)
    with open_database(loaded.config.db, file) as database:
        keys = due_keys(database, now=datetime.now(UTC)) if due_only else active_keys(database)
    environ = child_environment(loaded, file=file)
    finished = crawl_sources(loaded.config, keys, environ=environ)
    note(sources_sentence(finished.exit_codes, asked=len(keys)))
    return finished.exit_code
