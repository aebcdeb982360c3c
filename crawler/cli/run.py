"""`winnow run`: the scheduler on one machine."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.cli.options import (
    AllowPrivateOption,
    ConfigOption,
    ContactOption,
    DbOption,
    DelayOption,
    QuietOption,
    VerboseOption,
    child_environment,
    load,
    log_level,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    db: DbOption = None,
    contact: ContactOption = None,
    delay: DelayOption = None,
    children: Annotated[
        str | None, typer.Option(metavar="N", help="Sources crawled at once.")
    ] = None,
    tick: Annotated[
        str | None, typer.Option(metavar="TIME", help="How often to look for due sources: 60s.")
    ] = None,
    allow_private: AllowPrivateOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Crawl every source when it is due, until Ctrl-C or SIGTERM.

    \b
    Examples:
      winnow run --contact you@example.org
      winnow run --db postgresql://winnow@localhost/news --children 8
    """
    loaded = load(
        {
            "db": db,
            "contact": contact,
            "delay_seconds": delay,
            "max_children": children,
            "tick_seconds": tick,
            "allow_private": allow_private,
            "log_level": log_level(verbose=verbose, quiet=quiet),
        },
        file=config,
    )
    from crawler.cli.logs import configure_plain_logging
    from crawler.cli.options import open_database
    from crawler.scheduler import run_schedule

    configure_plain_logging(loaded.config.log_level)
    open_database(loaded.config.db, config).close()
    run_schedule(loaded.config, environ=child_environment(loaded, file=config))
