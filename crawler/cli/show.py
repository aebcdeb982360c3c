"""`winnow show`: one article, in each of the forms it is stored in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import ConfigOption, DbOption, JsonOption, open_archive
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from db import Archive
    from db.stored_articles import StoredArticle

STYLES = ("text", "markdown", "json")
DIFF_STYLES = ("text", "json", "html")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show)


def show(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="As `search` shows it.")],
    style: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="text, markdown or json; html of --diff."),
    ] = "text",
    raw: Annotated[bool, typer.Option("--raw", help="The page as it was received.")] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Every text the article had, first to current.")
    ] = False,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--diff",
            metavar="A B",
            help="What differs between two revisions: numbers, or first, previous, current.",
        ),
    ] = None,
    cuts: Annotated[
        bool, typer.Option("--cuts", help="What cleaning took out, with rule and reason.")
    ] = False,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one article.

    \b
    Examples:
      winnow show 17
      winnow show https://www.example.org/a-story --format markdown
      winnow show 17 --raw > page.html
      winnow show 17 --diff previous current
      winnow show 17 --diff 1 3 --format html > changes.html
    """
    if raw + revisions + cuts + (diff is not None) > 1:
        raise ConfigError("give one of --raw, --revisions, --diff and --cuts")
    style = _read_style("json" if as_json else style, STYLES if diff is None else DIFF_STYLES)
    with open_archive(db, config) as archive:
        found = archive.get(int(article) if article.isdecimal() else article)
        if raw:
            sys.stdout.buffer.write(archive.raw(found.id))
        elif revisions:
            _print_revisions(archive, found.id, as_json=as_json)
        elif diff is not None:
            _print_diff(archive, found.id, diff, style)
        elif cuts:
            _print_cuts(archive, found.id, as_json=as_json)
        else:
            print(_rendered(found, style))


def _read_style(style: str, allowed: tuple[str, ...]) -> str:
    from crawler.setting_values import one_of

    try:
        return one_of(*allowed)(style)
    except ValueError as error:
        raise ConfigError(f"--format cannot be {style!r}: {error}") from error


def _print_revisions(archive: Archive, article_id: int, *, as_json: bool) -> None:
    from crawler.cli.output import print_record

    rows = [
        {
            "revision": it.number,
            "fetched_at": it.fetched_at,
            "modified_at": it.modified_at,
            "title": it.title,
            "text": it.text,
        }
        for it in archive.revisions(article_id)
    ]
    for row in rows:
        print_record(row, as_json=as_json)


def _print_diff(archive: Archive, article_id: int, names: tuple[str, str], style: str) -> None:
    from crawler.cli.diffs import print_diff
    from crawler.cli.output import print_json
    from crawler.revision_diffs import chosen, diff_html, diff_row, revision_diff

    revisions = archive.revisions(article_id)
    before, after = (chosen(revisions, name) for name in names)
    diff = revision_diff(before, after)
    if style == "json":
        print_json({"id": article_id} | diff_row(diff))
    elif style == "html":
        print(diff_html(diff))
    else:
        print_diff(diff)


def _print_cuts(archive: Archive, article_id: int, *, as_json: bool) -> None:
    from crawler.cli.output import note, print_whole_rows

    rows = [
        {"position": it.position, "rule": it.rule, "reason": it.reason, "text": it.text}
        for it in archive.cuts(article_id)
    ]
    if rows:
        print_whole_rows(rows, as_json=as_json)
    else:
        note("nothing was cut")


def _rendered(article: StoredArticle, style: str) -> str:
    import json

    from crawler.article_markdown import article_blocks, article_markdown
    from db.export import export_row
    from pipelines.render import block_fields

    if style == "json":
        blocks = [block_fields(block) for block in article_blocks(article)]
        return json.dumps(export_row(article) | {"blocks": blocks}, ensure_ascii=False)
    if style == "markdown":
        return article_markdown(article).rstrip("\n")
    return "\n".join([*_heading(article), "", article.text])


def _heading(article: StoredArticle) -> list[str]:
    from crawler.cli.tables import local_time

    when = local_time(article.published_at) if article.published_at else None
    by_line = [part for part in (", ".join(article.authors), when, article.site) if part]
    return [article.title or "(no title)", " | ".join(by_line), article.url]
