"""`winnow reclean`: stored pages through today's cleaning."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    load,
    open_database,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.recleaning import Loss, RecleanReport, Renewal

PROGRESS_SECONDS = 5.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reclean")(reclean)


def reclean(
    host: Annotated[str | None, typer.Option("--host", help="Of this host's site only.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="KEY", help="Of this source only.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help="Only what this rule cut from.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; write nothing.")
    ] = False,
    max_loss: Annotated[
        str, typer.Option("--max-loss", metavar="SHARE", help="Hold back what loses more: 20%.")
    ] = "20%",
    sample: Annotated[
        int | None,
        typer.Option("--sample", parser=how_many, metavar="N", help="Only N articles."),
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Clean stored articles again, with today's cleaner and their sites' profiles.

    Title, authors, dates and the other metadata are read again too; nothing known is lost by it.

    Articles that both have cleaned already are left alone, so an interrupted run goes on. A text
    that would lose too much stays as it is, and is listed.

    \b
    Examples:
      winnow reclean --dry-run --sample 200
      winnow reclean --host www.example.org --max-loss 30%
    """
    from crawler.cli.profiles import site_named
    from crawler.recleaning import RecleanPlan
    from crawler.recleaning import reclean as clean_again
    from crawler.run_begin import worker_limits

    plan = RecleanPlan(
        site=site_named(host) if host else None,
        source=source,
        rule=rule,
        max_loss=_share(max_loss),
        dry_run=dry_run,
        sample=sample,
    )
    settings = load({"db": db}, file=config).config
    with open_database(db, config) as database:
        report = clean_again(
            database, plan, worker_limits(settings), on_progress=_progress_writer()
        )
    _print(report, plan.dry_run, as_json=as_json)


def _share(text: str) -> float:
    number, is_percent = text.removesuffix("%"), text.endswith("%")
    try:
        share = float(number) / (100 if is_percent else 1)
    except ValueError as error:
        raise ConfigError(f"--max-loss cannot be {text!r}: give 20% or 0.2") from error
    if not 0 <= share <= 1:
        raise ConfigError(f"--max-loss cannot be {text!r}: from 0% to 100%")
    return share


def _progress_writer() -> Callable[[RecleanReport], None]:
    from crawler.cli.output import note

    last = started = time.monotonic()

    def show(report: RecleanReport) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PROGRESS_SECONDS:
            last = now
            rate = report.done / max(now - started, 0.001)
            note(f"{_counts(report)}, {rate:.1f} pages/s")

    return show


def _counts(report: RecleanReport) -> str:
    return (
        f"{report.done}/{report.total} done: {report.changed} changed, {report.same} the same, "
        f"{report.held} held back, {report.skipped} skipped"
    )


def _print(report: RecleanReport, dry_run: bool, *, as_json: bool) -> None:
    from crawler.cli.output import note, print_json

    for loss in report.losses:
        if as_json:
            print_json(loss)
        else:
            _print_loss(loss)
    for renewal in report.renewals:
        if as_json:
            print_json(renewal)
        else:
            _print_renewal(renewal)
    note(f"{'dry run: ' if dry_run else ''}{_counts(report)}")
    note(_renewed(report))
    if report.held:
        note("held back: their texts stay; look at the losses, then give a larger --max-loss")


def _renewed(report: RecleanReport) -> str:
    fields = ", ".join(f"{name} {count}" for name, count in sorted(report.fields.items()))
    return f"metadata: {report.renewed} articles renewed" + (f" ({fields})" if fields else "")


def _print_renewal(renewal: Renewal) -> None:
    print(f"{renewal.field}  {renewal.article_id}  {renewal.url}")
    print(f"  {_shown(renewal.before)} -> {_shown(renewal.after)}")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _print_loss(loss: Loss) -> None:
    print(f"{loss.share:.0%} lost  {loss.article_id}  {loss.url}  ({loss.verdict})")
    if loss.detail:
        print(f"  {loss.detail}")
    for line in loss.diff.splitlines():
        print(f"  {line}")
