"""`winnow search` and `query`: what is stored."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.filters import (
    AuthorOption,
    LanguageOption,
    QueryArgument,
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
from crawler.cli.options import ConfigOption, DbOption, JsonOption, how_many, open_archive
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from rich.text import Text

    from db.readonly import QueryResult
    from db.search import Hit
    from db.snippets import Snippet


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("search")(search)
    app.command("query")(query)


def search(
    words: QueryArgument = None,
    source: SourceOption = None,
    site: SiteOption = None,
    language: LanguageOption = None,
    author: AuthorOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    rank: Annotated[bool, typer.Option("--rank", help="Best first instead of newest.")] = False,
    distinct: Annotated[
        bool, typer.Option("--distinct", help="Of each story the first article only.")
    ] = False,
    limit: Annotated[
        int, typer.Option(parser=how_many, metavar="N", help="At most N articles.")
    ] = 20,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count what is found by day, source and language.")
    ] = False,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find articles by their words, newest first; without any, the newest of all.

    \b
    Examples:
      winnow search 'minister -football' --since 7d
      winnow search '"interest rates" OR inflation' --language en --rank
      winnow search 'changed:headline since:7d' --facets
    """
    from crawler.cli.facets import print_facets
    from db.search import SearchOrder, Spread

    if facets and (distinct or rank):
        raise ConfigError("--facets counts all that is found: leave --distinct and --rank out")
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
    asked = query_of(words)
    order = SearchOrder.RANK if rank else SearchOrder.NEWEST
    spread = Spread.STORIES if distinct else Spread.ARTICLES
    with open_archive(db, config) as archive:
        require_known_sources(archive, asked, filters)
        if facets:
            print_facets(archive.facets(asked, **filters), as_json=as_json)
            return
        hits = archive.search(asked, limit=limit, order=order, spread=spread, **filters)
    _print_hits(hits, as_json=as_json)
    if not hits:
        _note_nothing_found(asked)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; it cannot write.")],
    timeout: Annotated[str, typer.Option(metavar="TIME", help="At most so long.")] = "30s",
    limit: Annotated[
        int, typer.Option(parser=how_many, metavar="N", help="At most N rows.")
    ] = 1_000,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the database in SQL; docs/data-model.md describes its tables.

    \b
    Examples:
      winnow query 'SELECT site, count(*) FROM articles GROUP BY site'
      winnow query 'SELECT url, outcome FROM pages ORDER BY id DESC' --limit 20 --json
    """
    from crawler.setting_values import read_positive_seconds

    try:
        seconds = read_positive_seconds(timeout)
    except ValueError as error:
        raise ConfigError(f"--timeout: {error}") from error
    with open_archive(db, config) as archive:
        result = archive.query(sql, timeout_seconds=seconds, max_rows=limit)
    _print_result(result, as_json=as_json)


def _print_hits(hits: list[Hit], *, as_json: bool) -> None:
    """A paragraph a hit on a terminal, its matches in bold; a JSON line a hit elsewhere."""
    if as_json or not sys.stdout.isatty():
        from crawler.cli.output import print_json

        for hit in hits:
            print_json(_hit_row(hit))
        return
    from rich.console import Console

    console = Console()
    for hit in hits:
        title = _highlighted(hit.title) if hit.title else hit.url
        console.print(f"{hit.article_id:>6} ", title, sep="", highlight=False, soft_wrap=True)
        console.print(_highlighted(hit.snippet), highlight=False)
        console.print(_origin(hit), style="dim", markup=False, highlight=False, soft_wrap=True)
        console.print()


def _note_nothing_found(words: str) -> None:
    from crawler.cli.output import note
    from db.query_fields import misspelt_field

    misspelt = misspelt_field(words)
    if misspelt is not None:
        written, meant = misspelt
        note(f"nothing found: {written}: is text here; did you mean {meant}:?")
    elif sys.stdout.isatty():
        note("nothing found")


def _hit_row(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.article_id,
        "url": hit.url,
        "title": hit.title.text if hit.title else None,
        "snippet": hit.snippet.text,
        "spans": [list(span) for span in hit.snippet.spans],
        "authors": hit.authors,
        "site": hit.site,
        "source": hit.source,
        "language": hit.language,
        "published_at": hit.published_at,
        "words": hit.word_count,
        "score": hit.score,
    }


def _highlighted(snippet: Snippet) -> Text:
    from rich.text import Text

    text = Text(snippet.text)
    for start, end in snippet.spans:
        text.stylize("bold yellow", start, end)
    return text


def _origin(hit: Hit) -> str:
    from crawler.cli.tables import cell, local_time

    parts = [local_time(hit.sort_at), hit.site, cell(hit.authors), hit.url]
    return " | ".join(part for part in parts if part != "-")


def _print_result(result: QueryResult, *, as_json: bool) -> None:
    from crawler.cli.output import note, print_whole_rows

    rows = [dict(zip(result.distinct_columns, row, strict=True)) for row in result.rows]
    print_whole_rows(rows, as_json=as_json)
    if result.truncated:
        note(f"only the first {len(rows)} rows; --limit gives more")
