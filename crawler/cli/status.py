"""`winnow status`, `runs` and `report`: how the database stands, what was crawled, how it ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    open_archive,
    row_number,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from db.reports import ReportLine, RunRecord, Status


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("status")(status)
    app.command("runs")(runs)
    app.command("report")(report)


def status(db: DbOption = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show how the database stands: articles, pages by outcome, hosts that wait, last runs.

    \b
    Example:
      winnow status
    """
    from crawler.cli.output import print_json

    with open_archive(db, config) as archive:
        found = archive.status()
        name = archive.database.display_url
    if as_json or not sys.stdout.isatty():
        print_json({"database": name, **_plain_status(found)})
    else:
        _print_status(found, name)


def runs(
    limit: Annotated[int, typer.Option(parser=how_many, metavar="N", help="The latest N.")] = 20,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the latest crawl runs.

    \b
    Example:
      winnow runs --limit 5
    """
    from crawler.cli.output import print_rows

    if limit < 1:
        raise ConfigError(f"--limit cannot be {limit}: give a whole number, 1 or more")
    with open_archive(db, config) as archive:
        print_rows([run_row(run) for run in archive.runs(limit=limit)], as_json=as_json)


def report(
    run: Annotated[int, typer.Argument(parser=row_number, metavar="RUN", help="The run's number.")],
    outcome: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only URLs that ended so: http_error.")
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every URL asked for in a run and how it ended.

    \b
    Examples:
      winnow report 3
      winnow report 3 --outcome http_error --json
    """
    from crawler.cli.output import print_rows

    wanted = _outcome(outcome)
    with open_archive(db, config) as archive:
        archive.run(run)
        lines = (it for it in archive.report(run) if wanted is None or it.outcome == wanted)
        row = report_row if as_json or not sys.stdout.isatty() else shown_row
        print_rows((row(line) for line in lines), as_json=as_json)


def run_row(run: RunRecord) -> dict[str, object]:
    """One line of `winnow runs`."""
    return {
        "run": run.id,
        "state": str(run.state),
        "source": run.source,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "exit_code": run.exit_code,
        "counts": run.counts,
        "command": run.command,
    }


REPORT_COLUMNS = (
    "url", "standing", "outcome", "class", "detail", "status", "attempts", "ended_at", "due_at",
    "article",
)  # fmt: skip
"""The names of `report_row`, for a file without any row."""


def report_row(line: ReportLine) -> dict[str, object]:
    """One line of `winnow report`, and of `winnow crawl --report`."""
    return {
        "url": line.url,
        "standing": str(line.standing),
        "outcome": str(line.outcome) if line.outcome else None,
        "class": str(line.outcome_class) if line.outcome_class else None,
        "detail": line.detail,
        "status": line.status,
        "attempts": line.attempts,
        "ended_at": line.ended_at,
        "due_at": line.due_at,
        "article": line.article_id,
    }


def shown_row(line: ReportLine) -> dict[str, object]:
    """The same for a terminal: what matters of a line, the URL last and whole."""
    from crawler.cli.tables import local_time

    ended = str(line.outcome) if line.outcome else None
    how = {
        "known": f"known: {ended}",
        "pending": f"waits until {local_time(line.due_at)}" if line.due_at else "waits",
    }.get(str(line.standing), ended)
    return {
        "outcome": how,
        "class": str(line.outcome_class) if line.outcome_class else None,
        "status": line.status,
        "attempts": line.attempts,
        "article": line.article_id,
        "detail": line.detail,
        "url": line.url,
    }


def _outcome(name: str | None) -> str | None:
    from crawler.setting_values import one_of
    from db.outcomes import Outcome

    try:
        return None if name is None else one_of(*Outcome)(name)
    except ValueError as error:
        raise ConfigError(f"--outcome cannot be {name!r}: {error}") from error


def _plain_status(status: Status) -> dict[str, object]:
    import dataclasses

    fields = {it.name: getattr(status, it.name) for it in dataclasses.fields(status)}
    return fields | {"last_runs": [run_row(run) for run in status.last_runs]}


def _print_status(status: Status, name: str) -> None:
    from crawler.cli.tables import local_time, table_lines

    print(f"{name}: {status.articles} articles, {status.size_bytes / 2**20:.1f} MiB")
    print(
        f"{status.sources} sources ({status.paused_sources} paused), {status.raw_pages} raw pages"
    )
    if status.newest_article_at:
        print(f"newest article: {local_time(status.newest_article_at)}")
    print("pages: " + _counts(status.pages_by_state))
    print("outcomes: " + _counts(status.pages_by_outcome))
    if status.next_due_at:
        print(f"next page due: {local_time(status.next_due_at)}")
    for host in status.waiting_hosts:
        print(f"{host.host} waits until {local_time(host.until)} ({host.failures} failures)")
    if status.last_runs:
        print()
        for line in table_lines([run_row(run) for run in status.last_runs]):
            print(line)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
