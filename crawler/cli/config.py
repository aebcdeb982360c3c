"""`winnow config`: every setting, its value, and what won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from crawler.cli.options import (
    AllowPrivateOption,
    ConfigOption,
    ContactOption,
    DbOption,
    DelayOption,
    JsonOption,
    load,
)

if TYPE_CHECKING:
    from crawler.config import LoadedConfig


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("config")(show_config)


def show_config(
    db: DbOption = None,
    contact: ContactOption = None,
    delay: DelayOption = None,
    allow_private: AllowPrivateOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every setting and where its value came from.

    Options come first, then WINNOW_* variables, then winnow.toml, then defaults.

    \b
    Examples:
      winnow config
      WINNOW_DELAY_SECONDS=10 winnow config --json
    """
    from crawler.cli.output import print_rows

    loaded = load(
        {"db": db, "contact": contact, "delay_seconds": delay, "allow_private": allow_private},
        file=config,
    )
    print_rows(config_rows(loaded), as_json=as_json)


def config_rows(loaded: LoadedConfig) -> list[dict[str, object]]:
    """Setting, value, origin and variable; a database's password is hidden."""
    from crawler.config import setting_names, variable_name

    rows: list[dict[str, object]] = []
    for name in setting_names():
        value = getattr(loaded.config, name)
        rows.append(
            {
                "setting": name,
                "value": _without_password(value) if name in {"db", "proxy"} else value,
                "from": loaded.origins[name],
                "variable": variable_name(name),
            }
        )
    return rows


def _without_password(url: str | None) -> str | None:
    from urllib.parse import urlsplit

    if url is None or "@" not in url:
        return url
    try:
        password = urlsplit(url).password
    except ValueError:
        return "(not a URL)"
    return url.replace(f":{password}@", ":***@", 1) if password else url
