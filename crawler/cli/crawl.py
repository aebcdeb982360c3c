"""`winnow crawl`: a list of URLs, or sources once."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
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
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from crawler.config import Config, LoadedConfig
    from crawler.plan import CrawlPlan, RunReport

MAX_BAD_LINES_SHOWN = 10
SHOWN_URLS = 3
"""Of the list in the stored command; a run's report names every URL."""
STDIN = "-"
QUIET_LEVELS = frozenset({"WARNING", "ERROR"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crawl")(crawl)


def crawl(
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
        str | None, typer.Option("--max", metavar="N", help="At most N pages in this run.")
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
        _refuse_files(output, report)
        raise typer.Exit(_crawl_sources(loaded, due_only=due, file=config))
    from crawler.plan import CrawlPlan

    plan = CrawlPlan(
        urls=_listed_urls(urls or [], input_files or [], skip_bad=skip_bad),
        source_key=source,
        force=force,
        max_age_seconds=_max_age(max_age),
        follow=follow,
        max_pages=loaded.config.max_pages,
        dry_run=dry_run,
        command=_command(urls or []),
    )
    files = ResultFiles(articles=output, report=report)
    files.require_writable()
    raise typer.Exit(_crawl_here(loaded.config, plan, files))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFiles:
    """Where a run's results are written after it. None: nowhere."""

    articles: Path | None
    report: Path | None

    def require_writable(self) -> None:
        """Find out before the crawl, not after it.

        Raises:
            ConfigError: A file cannot be written, or its name says no known format.
        """
        if self.report is not None and self.report.suffix not in {".jsonl", ".csv"}:
            raise ConfigError(f"--report {self.report}: give a name that ends in .jsonl or .csv")
        for path in (self.articles, self.report):
            if path is not None:
                _require_writable(path)


def _require_writable(path: Path) -> None:
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def _require_one_target(*given: bool) -> None:
    if sum(given) == 1:
        return
    several = "only one of " if any(given) else ""
    raise ConfigError(f"say what to crawl: {several}URLs, -i FILE, --source KEY, --due or --all")


def _refuse_files(output: Path | None, report: Path | None) -> None:
    if output is not None or report is not None:
        raise ConfigError("-o and --report need a list of URLs or --source KEY: one run")


def _max_age(text: str | None) -> float | None:
    from crawler.setting_values import read_seconds

    try:
        return None if text is None else read_seconds(text)
    except ValueError as error:
        raise ConfigError(f"--max-age: {error}") from error


def _listed_urls(urls: list[str], files: list[Path], *, skip_bad: bool) -> tuple[str, ...]:
    """Every URL of the command line and its lists, once.

    Raises:
        ConfigError: A list cannot be read, holds no URL, or a line of it is no URL.
    """
    from crawler.url_lists import read_url_list

    found: dict[str, None] = {}
    complaints: list[str] = []
    for name, lines in _lists(urls, files):
        listed = read_url_list(lines)
        found.update(dict.fromkeys(listed.urls))
        complaints += [_complaint(name, bad.number, bad.text) for bad in listed.bad_lines]
    for complaint in complaints[:MAX_BAD_LINES_SHOWN]:
        print(f"winnow: {complaint}", file=sys.stderr)
    if complaints and not skip_bad:
        raise ConfigError(
            f"{len(complaints)} not usable, nothing was fetched: "
            "correct them, or crawl the others with --skip-bad"
        )
    if not found and (urls or files):
        raise ConfigError("the list holds no URL")
    return tuple(found)


def _lists(urls: list[str], files: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """A name and lines for the command line itself, for stdin, for each file."""
    typed = [url for url in urls if url != STDIN]
    if typed:
        yield "", typed
    if STDIN in urls:
        yield "stdin", _read_stdin()
    for path in files:
        yield str(path), _read_lines(path)


def _read_stdin() -> list[str]:
    return sys.stdin.buffer.read().decode("utf-8", errors="replace").splitlines()


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise ConfigError(f"cannot read the list {path}: {error.strerror}") from error


def _complaint(name: str, number: int, text: str) -> str:
    where = f"{name} line {number}: " if name else ""
    return f"{where}{text!r} is not a URL: give http:// or https:// and a host"


def _command(urls: list[str]) -> str:
    """The command as typed, a long list shortened."""
    typed = ["winnow", *sys.argv[1:]]
    listed = [url for url in urls if url != STDIN]
    if len(listed) > SHOWN_URLS:
        hidden = set(listed[SHOWN_URLS:])
        typed = [word for word in typed if word not in hidden] + ["..."]
    return shlex.join(typed).replace("'...'", "...")


def _crawl_here(config: Config, plan: CrawlPlan, files: ResultFiles) -> int:
    from rich.console import Console

    from crawler.cli.logs import configure_logging
    from crawler.cli.progress import progress_shown
    from crawler.cli.summary import print_summary
    from crawler.parent_watch import watch_parent

    watch_parent(os.environ, stop_seconds=config.stop_seconds + 1)
    from crawler.run import run_crawl  # takes a second, in which the parent may die

    console = Console(stderr=True)
    configure_logging(config.log_level, console)
    with progress_shown(console) as on_progress:
        report = run_crawl(config, plan, on_progress=on_progress)
    _write_results(config, report, files)
    if config.log_level not in QUIET_LEVELS:
        print_summary(report, console, command=plan.command)
    return report.exit_code


def _write_results(config: Config, report: RunReport, files: ResultFiles) -> None:
    if not report.run_id or files.articles is files.report is None:
        return
    from crawler.cli.run_files import write_articles, write_report

    if files.articles is not None:
        write_articles(config.db, report.run_id, files.articles)
    if files.report is not None:
        write_report(config.db, report.run_id, files.report)


def _crawl_sources(loaded: LoadedConfig, *, due_only: bool, file: Path | None) -> int:
    from rich.console import Console

    from crawler.cli.logs import configure_logging
    from crawler.cli.options import open_database
    from crawler.scheduler import active_keys, crawl_sources, due_keys

    console = Console(stderr=True)
    configure_logging(loaded.config.log_level, console)
    with open_database(loaded.config.db, file) as database:
        keys = due_keys(database, now=datetime.now(UTC)) if due_only else active_keys(database)
    environ = child_environment(loaded, file=file)
    finished = crawl_sources(loaded.config, keys, environ=environ)
    _print_sources(finished.exit_codes, console)
    return finished.exit_code


def _print_sources(exit_codes: Mapping[str, int], console: Console) -> None:
    good = sum(code == 0 for code in exit_codes.values())
    console.print(f"{len(exit_codes)} sources crawled, {good} without any failure", highlight=False)
