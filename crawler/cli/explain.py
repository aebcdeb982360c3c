"""`winnow explain`: every line of a page, kept or cut, with the reason."""

from __future__ import annotations

import html
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import ConfigOption, DbOption, JsonOption, load, open_archive
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.explaining import ExplainedLine, PageExplanation
    from pipelines.records import FetchedPage
    from pipelines.sites.records import SiteProfile

COLOURS = {"kept": "", "cut": "red", "left_out": "bright_black"}
MARKS = {"kept": "kept", "cut": "CUT ", "left_out": "out "}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    page: Annotated[
        str, typer.Argument(metavar="URL|ID|FILE", help="A stored article, or a saved page.")
    ],
    url: Annotated[
        str | None, typer.Option("--url", help="Where a saved page came from: its site's profile.")
    ] = None,
    as_html: Annotated[bool, typer.Option("--html", help="A page to open in a browser.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also the lines that were not extracted.")
    ] = False,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became of each line of a page, by which rule, with the evidence.

    \b
    Examples:
      winnow explain https://www.example.org/a-story
      winnow explain 17 --html > 17.html
      winnow explain saved.html --url https://www.example.org/a-story --all
    """
    fetched, profile = named_page(page, url, db, config)
    explanation = _explained(fetched, profile)
    lines = [it for it in explanation.lines if everything or str(it.fate) != "left_out"]
    if as_json:
        from crawler.cli.output import print_json

        for line in lines:
            print_json(line)
    elif as_html:
        print(_html(explanation, lines))
    else:
        _print(explanation, lines)
    if not explanation.lines:
        raise typer.Exit(1)


def named_page(
    name: str, url: str | None, db: str | None, config: Path | None
) -> tuple[FetchedPage, SiteProfile]:
    """A stored article's page or a saved one, and what its site's pages are cleaned with now.

    Raises:
        ConfigError: It cannot be read, or was not kept.
    """
    from pipelines.urls import is_http_url, site_of

    if name.isdecimal() or is_http_url(name):
        return _stored_page(name, db, config)
    from datetime import UTC, datetime

    from crawler.cli.clean import NO_URL, read_page
    from pipelines.records import FetchedPage

    address = url or NO_URL
    body = read_page(name)
    fetched = FetchedPage(request_url=address, url=address, body=body, fetched_at=datetime.now(UTC))
    return fetched, _profile_if_any(site_of(address), db, config)


def _stored_page(name: str, db: str | None, config: Path | None) -> tuple[FetchedPage, SiteProfile]:
    """A stored article's raw page with the profile of its site as it is now."""
    from db.raw_pages import read_raw_page
    from pipelines.revising import fetched_again
    from pipelines.stored_profiles import read_profile
    from pipelines.urls import site_of

    with open_archive(db, config) as archive, archive.session() as session:
        article = archive.get(int(name) if name.isdecimal() else name)
        if article.raw_page_id is None:
            raise ConfigError(f"the page of article {article.id} was not kept: nothing to explain")
        fetched = fetched_again(read_raw_page(session, article.raw_page_id))
        return fetched, read_profile(session, site_of(fetched.url))


def _profile_if_any(site: str, db: str | None, config: Path | None) -> SiteProfile:
    from db.session import Database
    from pipelines.sites.records import SiteProfile
    from pipelines.stored_profiles import read_profile

    with Database(load({"db": db}, file=config).config.db) as database:
        if database.path is not None and not database.path.exists():
            return SiteProfile(site=site)
        from db import migrate

        migrate.check(database)
        with database.read() as session:
            return read_profile(session, site)


def _explained(page: FetchedPage, profile: SiteProfile) -> PageExplanation:
    from pipelines.errors import PipelineError
    from pipelines.explaining import explain_page

    try:
        return explain_page(page, profile)
    except PipelineError as error:
        print(f"winnow: {error}", file=sys.stderr)
        raise typer.Exit(1) from error


def _summary(explanation: PageExplanation) -> str:
    from pipelines.records import Rejection

    result = explanation.result
    if isinstance(result, Rejection):
        return f"not kept: {result.reason} ({result.detail})"
    kept, cut = len(result.blocks), len(result.cuts)
    flag = f"; {result.profile_flag}" if result.profile_flag else ""
    return f"{result.url}: {kept} blocks kept, {cut} cut, profile {result.profile_version:x}{flag}"


def _print(explanation: PageExplanation, lines: Iterable[ExplainedLine]) -> None:
    from rich.console import Console
    from rich.text import Text

    from crawler.cli.output import note

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        colour = COLOURS[str(line.fate)]
        console.print(Text(f"{MARKS[str(line.fate)]}  {line.kind}: {line.text}", style=colour))
        if line.rule is not None:
            console.print(Text(f"      {line.rule}: {line.reason}", style="yellow"))
    note(_summary(explanation))


HTML_HEAD = """<!doctype html>
<html><head><meta charset="utf-8"><title>Winnow explains</title><style>
body{font:16px/1.5 serif;max-width:46em;margin:2em auto}p{margin:.6em 0;white-space:pre-line}
.cut{color:#a00;text-decoration:line-through}.left_out{color:#999}.why{color:#850;font-size:.85em}
</style></head><body>"""


def _html(explanation: PageExplanation, lines: Iterable[ExplainedLine]) -> str:
    parts = [HTML_HEAD, f"<p><b>{html.escape(_summary(explanation))}</b></p>"]
    for line in lines:
        parts.append(
            f'<p class="{line.fate}" title="{html.escape(line.path)}">{html.escape(line.text)}</p>'
        )
        if line.rule is not None:
            parts.append(
                f'<p class="why">{html.escape(line.rule)}: {html.escape(line.reason or "")}</p>'
            )
    return "\n".join([*parts, "</body></html>"])
