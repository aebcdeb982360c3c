"""`winnow sources`: what we follow."""

from __future__ import annotations

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
    JsonOption,
    load,
    open_database,
    open_or_make_database,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from crawler.config import Config, LoadedConfig
    from crawler.link_patterns import LinkPatterns
    from crawler.seeding import Fetcher, SeedChoice, Seeding
    from crawler.source_fields import SourceValues
    from crawler.sources import SourceWithSeeds

KINDS = ("feed", "sitemap", "sitemap_index", "news_sitemap", "section")
MAX_NAMED = 5
"""Of the seeds found but not followed."""

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="As `sources list` shows it.")]
EveryOption = Annotated[
    str | None, typer.Option("--every", metavar="TIME", help="How often to look: 30m.")
]
SourceDelayOption = Annotated[
    str | None, typer.Option("--delay", metavar="TIME", help="Between two fetches from its hosts.")
]
SectionOption = Annotated[
    str | None, typer.Option("--section", help="For articles whose page names no section.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="For people; else its host.")]
UserAgentOption = Annotated[
    str | None, typer.Option("--user-agent", metavar="TEXT", help="For this source alone.")
]
ProxyOption = Annotated[
    str | None, typer.Option("--proxy", metavar="URL", help="HTTP proxy: http://HOST:PORT.")
]
CookiesOption = Annotated[
    bool | None, typer.Option("--cookies/--no-cookies", help="Keep cookies during a crawl.")
]
InsecureOption = Annotated[
    bool | None, typer.Option("--insecure/--secure", help="Accept certificates that are not valid.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="How far back dated links go: 7d.")
]
MaxOption = Annotated[
    str | None, typer.Option("--max", metavar="N", help="At most N pages a run: 200.")
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option("--include", metavar="REGEX", help="Follow only links that match one of these."),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="REGEX", help="Follow no link that matches one of these."),
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"What stands there: {', '.join(KINDS)}."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTarget:
    """What `sources test` tries, and how it fetches."""

    seeds: tuple[SeedChoice, ...]
    fetch: Fetcher
    patterns: LinkPatterns


app = typer.Typer(help="Publications to follow.", no_args_is_help=False, rich_markup_mode=None)


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

    values = read_source_values(_given(context))
    options = {"db": db, "contact": contact, "allow_private": allow_private}
    loaded = load(options, file=config)
    with open_or_make_database(loaded.config.db) as database:
        seeding = _seeding(values["url"], kind, loaded.config, values, fetched=not no_fetch)
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

    values = read_source_values(_given(context))
    more = [_given_seed(url, kind) for url in seed or []]
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
    target = _trial_target(key_or_url, loaded, config)
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


def _given(context: typer.Context) -> dict[str, object]:
    """The options of this command that are words of a source."""
    from crawler.source_fields import FIELD_WORDS

    params = context.params
    given = {word: params[word] for word in FIELD_WORDS if word in params}
    given["max"] = params["max_pages"]
    given["include"], given["exclude"] = params["include"] or None, params["exclude"] or None
    given["verify_tls"] = None if params["insecure"] is None else not params["insecure"]
    if "new_key" in params:
        given["key"] = params["new_key"]
    return given


def _seeding(
    url: str, kind: str | None, config: Config, values: SourceValues, *, fetched: bool
) -> Seeding:
    from crawler.seeding import Seeding, find_seeding

    if kind is not None:
        return Seeding(seeds=(_given_seed(url, kind),))
    if not fetched:
        raise ConfigError(f"--no-fetch needs --kind: one of {', '.join(KINDS)}")
    return find_seeding(url, fetch=_fetcher(_settings_for(config, values)))


def _given_seed(url: str, kind: str | None) -> SeedChoice:
    from crawler.seeding import SeedChoice
    from crawler.setting_values import one_of
    from crawler.source_fields import read_url

    try:
        return SeedChoice(url=read_url(url), kind=one_of(*KINDS)(kind))
    except ValueError as error:
        raise ConfigError(f"the seed {url!r} with --kind {kind}: {error}") from error


def _settings_for(config: Config, values: SourceValues) -> Config:
    """The settings, with what the source says otherwise."""
    from dataclasses import replace

    return replace(
        config,
        user_agent=values.get("user_agent") or config.user_agent,
        proxy=values.get("proxy") or config.proxy,
        verify_tls=config.verify_tls and values.get("verify_tls", True),
        delay_seconds=_first(values.get("delay_seconds"), config.delay_seconds),
    )


def _first(value: float | None, default: float) -> float:
    return default if value is None else value


def _fetcher(config: Config) -> Fetcher:
    from crawler.fetcher import open_fetcher

    return open_fetcher(config)


def _trial_target(key_or_url: str, loaded: LoadedConfig, file: Path | None) -> TrialTarget:
    """Where to start: a stored source, or whatever stands at a URL."""
    from crawler.link_patterns import LinkPatterns, compile_patterns
    from crawler.seeding import SeedChoice, find_seeding
    from crawler.source_fields import SourceValues
    from crawler.sources import show_source
    from pipelines.urls import is_http_url

    if is_http_url(key_or_url):
        fetch = _fetcher(loaded.config)
        seeds = find_seeding(key_or_url, fetch=fetch).seeds
        return TrialTarget(seeds=seeds, fetch=fetch, patterns=LinkPatterns())
    with open_database(loaded.config.db, file) as database:
        found = show_source(database, key_or_url)
    source = found.source
    values = SourceValues(
        user_agent=source.user_agent,
        proxy=source.proxy,
        verify_tls=source.verify_tls,
        delay_seconds=source.delay_seconds,
    )
    return TrialTarget(
        seeds=tuple(SeedChoice(url=it.url, kind=str(it.kind)) for it in found.seeds),
        fetch=_fetcher(_settings_for(loaded.config, values)),
        patterns=compile_patterns(tuple(source.include), tuple(source.exclude)),
    )


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
