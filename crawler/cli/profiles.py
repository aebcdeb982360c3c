"""`winnow boilerplate` and `winnow profile`: what sites repeat, reviewed and moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    open_database,
    row_number,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

    from db.models import BlockStatus
    from db.site_profiles import SiteState

MAX_PLACES_SHOWN = 20
"""Of one kind, those of most articles first; `winnow profile export` has all."""

PAGES_NAMED = 5
"""Newest pages of a site by which its places are named."""

boilerplate_app = typer.Typer(help="Review what sites repeat.", rich_markup_mode=None)
profile_app = typer.Typer(help="Show and move what is known of a site.", rich_markup_mode=None)

HostArgument = Annotated[str, typer.Argument(metavar="HOST", help="A host, or a URL of it.")]
BlocksArgument = Annotated[
    list[int], typer.Argument(parser=row_number, metavar="ID...", help="As the list shows.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(boilerplate_app, name="boilerplate")
    app.add_typer(profile_app, name="profile")


@boilerplate_app.command("list")
def list_blocks(
    host: Annotated[str | None, typer.Option("--host", help="Of this host's site only.")] = None,
    status: Annotated[
        str | None,
        typer.Option("--status", help="learned, elsewhere, accepted, kept or forgotten."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", parser=how_many, help="At most so many.")] = 50,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what sites repeat: undecided first, then by the articles it touches.

    \b
    Example:
      winnow boilerplate list --host www.example.org
    """
    from crawler.cli.output import print_rows
    from db.site_blocks import list_blocks as read_blocks

    wanted = _status(status)
    with open_database(db, config) as database, database.read() as session:
        site = site_named(host) if host else None
        rows = read_blocks(session, site=site, status=wanted, limit=limit)
    print_rows([_listed(row) for row in rows], as_json=as_json)


@boilerplate_app.command("show")
def show(
    block: Annotated[
        int, typer.Argument(parser=row_number, metavar="ID", help="As the list shows.")
    ],
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one block with its evidence: counts, days, place, articles that show it.

    \b
    Example:
      winnow boilerplate show 12
    """
    from crawler.cli.output import print_record
    from db.site_blocks import read_block

    with open_database(db, config) as database, database.read() as session:
        row = read_block(session, block)
    print_record({**_listed(row), **{it: row[it] for it in DETAILS}}, as_json=as_json)


@boilerplate_app.command("accept")
def accept(blocks: BlocksArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Cut these blocks from now on, whatever the counts say.

    \b
    Example:
      winnow boilerplate accept 12 13
    """
    _decide(blocks, "accepted", db, config)


@boilerplate_app.command("keep")
def keep(blocks: BlocksArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Never cut these blocks, by no rule: they belong to the articles.

    \b
    Example:
      winnow boilerplate keep 14
    """
    _decide(blocks, "kept", db, config)


@boilerplate_app.command("forget")
def forget(blocks: BlocksArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Take back that these blocks are cut or kept; later articles may teach them anew.

    \b
    Example:
      winnow boilerplate forget 14
    """
    _decide(blocks, "forgotten", db, config)


@profile_app.command("show")
def show_profile(
    host: HostArgument,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a site's profile stands.

    \b
    Example:
      winnow profile show www.example.org
    """
    from crawler.cli.output import print_record
    from db.site_blocks import blocks_of
    from db.site_profiles import site_state

    with open_database(db, config) as database, database.read() as session:
        state = site_state(session, site_named(host))
        blocks = blocks_of(session, state.site)
        names = _place_names(session, state.site)
    counts: dict[str, int] = {}
    for row in blocks:
        counts[str(row["status"])] = counts.get(str(row["status"]), 0) + 1
    record: Mapping[str, object] = {
        "site": state.site,
        "version": f"{state.profile_version:x}",
        "articles": state.profile_articles,
        "blocks": counts,
        "layout_changed": state.layout_changed,
        "up_to_date": state.profile_changes == 0,
        **_places_in(state, names),
    }
    print_record(record, as_json=as_json)


@profile_app.command("export")
def export_profile(host: HostArgument, db: DbOption = None, config: ConfigOption = None) -> None:
    """Write a site's profile as JSON: the same articles give the same bytes.

    \b
    Example:
      winnow profile export www.example.org > example.profile.json
    """
    from pipelines.profile_packs import export_profile as exported

    with open_database(db, config) as database, database.write() as session:
        print(exported(session, site_named(host)), end="")


@profile_app.command("import")
def import_profile(
    host: HostArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `export` wrote it.")],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Take over a profile: what it cuts and keeps becomes a decision; yours stay.

    \b
    Example:
      winnow profile import www.example.org example.profile.json
    """
    from datetime import UTC, datetime

    from crawler.cli.output import note
    from pipelines.errors import PackError
    from pipelines.profile_packs import import_profile as imported

    try:
        pack = file.read_text(encoding="utf-8")
        with open_database(db, config) as database, database.write() as session:
            count = imported(session, site_named(host), pack, now=datetime.now(UTC))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except (PackError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
    note(f"{count} blocks taken over for {site_named(host)}; `winnow reclean` applies them")


DETAILS = ("path", "inside", "first_day", "last_day", "samples", "decided_at")


def _place_names(session: Session, site: str) -> dict[int, str]:
    """What the places of the site's newest kept pages are called."""
    from db.raw_pages import newest_raw_pages
    from pipelines.decode import decode_body
    from pipelines.parse import parse_html
    from pipelines.sites.place_names import place_names

    names: dict[int, str] = {}
    for page in newest_raw_pages(session, site, limit=PAGES_NAMED):
        tree = parse_html(decode_body(page.body, page.content_type))
        names = names if tree is None else place_names(tree) | names
    return names


def _places_in(state: SiteState, names: Mapping[int, str]) -> dict[str, object]:
    """Places of the site's pages by what stands there, each with the share of its articles."""
    from pipelines.stored_layouts import read_layout

    layout, _ = read_layout(state)
    found: dict[str, list[str]] = {}
    for it in (*layout.named, *layout.texts, *layout.furniture):
        name = names.get(it.place, f"{it.place:x}")
        said = f"{name}: {it.articles} of {layout.articles} articles, {it.linked} % linked"
        found.setdefault(it.role.lower(), []).append(said)
    return {role: said[:MAX_PLACES_SHOWN] for role, said in found.items()}


def _listed(row: RowMapping) -> dict[str, object]:
    return {
        "id": row["id"],
        "site": row["site"],
        "status": str(row["status"]),
        "seen": f"{row['articles']} of {row['of_articles']}",
        "kind": row["kind"],
        "text": row["text"],
    }


def _decide(blocks: list[int], status: str, db: str | None, config: Path | None) -> None:
    from datetime import UTC, datetime

    from crawler.cli.output import note
    from db.models import BlockStatus
    from pipelines.stored_profiles import decide

    with open_database(db, config) as database, database.write() as session:
        for block in blocks:
            profile = decide(session, block, BlockStatus(status), now=datetime.now(UTC))
            note(f"{block} is {status}; the profile of {profile.site} is {profile.version:x} now")


def _status(name: str | None) -> BlockStatus | None:
    from db.models import BlockStatus

    if name is None:
        return None
    try:
        return BlockStatus(name)
    except ValueError as error:
        raise ConfigError(
            f"--status cannot be {name!r}: one of {', '.join(map(str, BlockStatus))}"
        ) from error


def site_named(host: str) -> str:
    """The site of a host, or of a URL.

    Raises:
        ConfigError: It is neither.
    """
    from pipelines.urls import is_http_url, site_of

    url = host if is_http_url(host) else f"https://{host}/"
    if not is_http_url(url):
        raise ConfigError(f"{host!r} is neither a host nor a URL")
    return site_of(url)
