"""`winnow sources`: what we follow."""

from __future__ import annotations

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
    JsonOption,
    load,
    open_database,
    open_or_make_database,
)
from crawler.cli.source_options import (
    CookiesOption,
    EveryOption,
    ExcludeOption,
    IncludeOption,
    InsecureOption,
    KeyArgument,
    KindOption,
    MaxOption,
    NameOption,
    ProxyOption,
    RevisitOption,
    SectionOption,
    SinceOption,
    SourceDelayOption,
    UserAgentOption,
    given_words,
)
from crawler.cli.source_targets import given_seed, seeding_for, trial_target

if TYPE_CHECKING:
    from crawler.seeding import SeedChoice
    from crawler.sources import SourceWithSeeds

MAX_NAMED = 5
"""Of the seeds found but not followed."""

app = typer.Typer(help="Publications to follow.", no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="sources")


@app.command("add")
def add(
    context: typer.Context,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="A feed, sitemap, section or home page.")
    ],
    key: Annotated[
        str | None, typer.Option("--key", help="Short name; else from its host.")
    ] = None,
    name: NameOption = None,
    every: EveryOption = None,
    delay: SourceDelayOption = None,
    section: SectionOption = None,
    since: SinceOption = None,
    revisit: RevisitOption = None,
    max_pages: MaxOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    user_agent: UserAgentOption = None,
    proxy: ProxyOption = None,
    cookies: CookiesOption = None,
    insecure: InsecureOption = None,
    kind: KindOption = None,
    no_fetch: Annotated[
        bool, typer.Option("--no-fetch", help="Believe --kind; do not look at the URL now.")
    ] = False,
    contact: ContactOption = None,
    allow_private: AllowPrivateOption = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a publication: recognise what stands at URL and where its articles are listed.

    \b
    Examples:
      winnow sources add https://www.example.org --every 30m --contact you@example.org
      winnow sources add https://www.example.org/politics --section Politics --exclude /live/
      winnow sources add https://www.example.org/feed.xml --kind feed --no-fetch
    """
    from crawler.source_fields import read_source_values
    from crawler.sources import add_source

    values = read_source_values(given_words(context))
    options = {"db": db, "contact": contact, "allow_private": allow_private}
    loaded = load(options, file=config)
    with open_or_make_database(loaded.config.db) as database:
        seeding = seeding_for(values["url"], kind, loaded.config, values, fetched=not no_fetch)
        now = datetime.now(UTC)
        added = add_source(database, values["url"], seeds=seeding.seeds, values=values, now=now)
    _print_source(added, as_json=as_json)
    _name_others(seeding.also)


@app.command("list")
def list_sources(
    db: DbOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List every source with what it brought.

    \b
    Example:
      winnow sources list --json
    """
    from crawler.cli.output import print_rows
    from crawler.cli.source_rows import overview_row
    from db.sources import overviews

    with open_database(db, config) as database, database.read() as session:
        print_rows([overview_row(it) for it in overviews(session)], as_json=as_json)


@app.command("show")
def show(
    key: KeyArgument, db: DbOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show a source's settings and seeds.

    \b
    Example:
      winnow sources show example
    """
    from crawler.sources import show_source

    with open_database(db, config) as database:
        _print_source(show_source(database, key), as_json=as_json)


@app.command("edit")
def edit(
    context: typer.Context,
    key: KeyArgument,
    new_key: Annotated[str | None, typer.Option("--key", help="Another short name.")] = None,
    name: NameOption = None,
    every: EveryOption = None,
    delay: SourceDelayOption = None,
    section: SectionOption = None,
    since: SinceOption = None,
    revisit: RevisitOption = None,
    max_pages: MaxOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    user_agent: UserAgentOption = None,
    proxy: ProxyOption = None,
    cookies: CookiesOption = None,
    insecure: InsecureOption = None,
    seed: Annotated[
        list[str] | None,
        typer.Option("--seed", metavar="URL", help="Start from this URL too; needs --kind."),
    ] = None,
    kind: KindOption = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a source; an empty text takes a value away, new patterns replace the old ones.

    \b
    Examples:
      winnow sources edit example --every 2h --section ""
      winnow sources edit example --seed https://www.example.org/rss --kind feed
    """
    from crawler.source_fields import read_source_values
    from crawler.sources import edit_source

    values = read_source_values(given_words(context))
    more = [given_seed(url, kind) for url in seed or []]
    with open_database(db, config) as database:
        edited = edit_source(database, key, values=values, more_seeds=more)
    _print_source(edited, as_json=as_json)


@app.command("pause")
def pause(key: KeyArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Leave a source out of every schedule until it is resumed.

    \b
    Example:
      winnow sources pause example
    """
    from crawler.cli.output import note
    from crawler.sources import pause_source

    with open_database(db, config) as database:
        pause_source(database, key, now=datetime.now(UTC))
    note(f"{key} is paused; `winnow sources resume {key}` goes on")


@app.command("resume")
def resume(key: KeyArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Crawl a paused source again, from now on.

    \b
    Example:
      winnow sources resume example
    """
    from crawler.cli.output import note
    from crawler.sources import resume_source

    with open_database(db, config) as database:
        resume_source(database, key, now=datetime.now(UTC))
    note(f"{key} is due now")


@app.command("remove")
def remove(key: KeyArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Stop following a source; its articles stay (`winnow forget` deletes articles).

    \b
    Example:
      winnow sources remove example
    """
    from crawler.cli.output import note
    from crawler.sources import remove_source

    with open_database(db, config) as database:
        remove_source(database, key)
    note(f"{key} is removed; what it brought stays")


@app.command("test")
def try_source(
    key_or_url: Annotated[str, typer.Argument(metavar="KEY|URL", help="A source, or any URL.")],
    contact: ContactOption = None,
    delay: DelayOption = None,
    allow_private: AllowPrivateOption = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a source's seeds, show the first links and one cleaned article; store nothing.

    \b
    Examples:
      winnow sources test example
      winnow sources test https://www.example.org/feed.xml --contact you@example.org
    """
    from crawler.cli.output import print_record
    from crawler.cli.source_rows import trial_row
    from crawler.source_trial import try_seeds

    options = {
        "db": db,
        "contact": contact,
        "delay_seconds": delay,
        "allow_private": allow_private,
    }
    loaded = load(options, file=config)
    target = trial_target(key_or_url, loaded, config)
    trial = try_seeds(target.seeds, fetch=target.fetch, patterns=target.patterns)
    print_record(trial_row(trial), as_json=as_json)
    if trial.problem:
        raise typer.Exit(1)


@app.command("import")
def import_sources(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .opml, .xml or .csv file.")],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Add every source of an OPML or CSV file that is not followed yet.

    \b
    Examples:
      winnow sources import feeds.opml
      winnow sources import sources.csv
    """
    from crawler.cli.output import note
    from crawler.source_files import import_file

    loaded = load({"db": db}, file=config)
    with open_or_make_database(loaded.config.db) as database:
        result = import_file(database, file, now=datetime.now(UTC))
    for problem in result.problems:
        note(f"winnow: {problem}")
    note(f"{result.added} sources added, {result.known} known already")
    if result.problems:
        raise typer.Exit(2)


@app.command("export")
def export_sources(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A name with .opml or .csv.")],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Write every source to an OPML file (for feed readers) or a CSV file (complete).

    \b
    Examples:
      winnow sources export sources.csv
      winnow sources export feeds.opml
    """
    from crawler.cli.output import note
    from crawler.source_files import export_file

    with open_database(db, config) as database:
        count = export_file(database, file)
    note(f"{count} sources written to {file}")


def _print_source(found: SourceWithSeeds, *, as_json: bool) -> None:
    from crawler.cli.output import print_record
    from crawler.cli.source_rows import source_row

    print_record(source_row(found), as_json=as_json)


def _name_others(also: tuple[SeedChoice, ...]) -> None:
    from crawler.cli.output import note

    for choice in also[:MAX_NAMED]:
        note(f"also there, not followed: {choice.kind} {choice.url}")
    if len(also) > MAX_NAMED:
        note(f"and {len(also) - MAX_NAMED} more")
