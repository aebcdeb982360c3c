"""`winnow rules test`: what a rule would do, before anybody says it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    load,
    open_database,
    row_number,
)
from crawler.cli.rule_options import (
    AuthorOption,
    BodyOption,
    CssOption,
    CutOption,
    DateOption,
    KeepOption,
    RegexOption,
    TextOption,
    TitleOption,
    XPathOption,
    given_rule,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.config import Config
    from pipelines.rules.records import Rule
    from pipelines.rules.trial import RuleTrial

Where = tuple[str | None, Path | None, "Config"]
"""Of a command: --db, --config, and the settings they lead to."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test")(try_out)


def try_out(
    page: Annotated[
        str | None,
        typer.Argument(metavar="URL|ID|FILE", help="One page instead of the host's stored ones."),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--id",
            parser=row_number,
            metavar="ID",
            help="A stored rule, as the list shows.",
        ),
    ] = None,
    host: Annotated[str | None, typer.Option("--host", help="Whose stored pages.")] = None,
    css: CssOption = None,
    xpath: XPathOption = None,
    text: TextOption = None,
    regex: RegexOption = None,
    cut: CutOption = False,
    keep: KeepOption = False,
    body: BodyOption = False,
    title: TitleOption = False,
    author: AuthorOption = False,
    date: DateOption = False,
    url: Annotated[
        str | None, typer.Option("--url", help="Where a saved page came from: its site.")
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", parser=how_many, help="At most so many stored articles."),
    ] = 200,
    show: Annotated[int, typer.Option("--show", min=0, max=1_000, help="So many examples.")] = 5,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a rule would do, to one page or to the stored pages of its host; nothing is stored.

    \b
    Examples:
      winnow rules test --host example.org --css .newsletter-box --cut
      winnow rules test --id 3 --limit 1000
      winnow rules test saved.html --url https://example.org/a --xpath //aside --cut
    """
    kinds = {"css": css, "xpath": xpath, "text": text, "regex": regex}
    actions = {"cut": cut, "keep": keep, "body": body}
    actions |= {"title": title, "author": author, "date": date}
    settings = load({"db": db}, file=config).config
    if number is not None:
        rule = _stored(number, db, config)
    else:
        rule = given_rule(host or _host_of(page, url), kinds=kinds, actions=actions, note="")
    if page is not None:
        trials = [_tried_on(page, url, rule, (db, config, settings))]
    else:
        trials = _tried_on_stored(rule, limit, (db, config, settings))
    _show(rule, trials, show, as_json=as_json)


def _stored(number: int, db: str | None, config: Path | None) -> Rule:
    from db.rules import read_rule
    from pipelines.stored_rules import stored_rule

    with open_database(db, config) as database, database.read() as session:
        return stored_rule(read_rule(session, number))


def _host_of(page: str | None, url: str | None) -> str:
    from pipelines.urls import is_http_url

    for named in (url, page):
        if named is not None and is_http_url(named):
            return named
    if page is None:
        raise ConfigError("say whose pages: --host, or a page")
    return "*"


def _tried_on(page: str, url: str | None, rule: Rule, where: Where) -> RuleTrial:
    from crawler.cli.explain import named_page
    from crawler.rule_trials import try_on_page
    from crawler.run_begin import worker_limits

    db, config, settings = where
    fetched, known = named_page(page, url, db, config)
    return try_on_page(fetched, known, rule, worker_limits(settings))


def _tried_on_stored(rule: Rule, limit: int, where: Where) -> list[RuleTrial]:
    from crawler.rule_trials import try_on_stored
    from crawler.run_begin import worker_limits

    db, config, settings = where
    with open_database(db, config) as database:
        return try_on_stored(database, rule, worker_limits(settings), limit=limit)


def _show(rule: Rule, trials: Sequence[RuleTrial], examples: int, *, as_json: bool) -> None:
    """What the rule does: every touched page as JSON, or the first examples for a person."""
    from crawler.cli.output import note, print_json

    touched = [trial for trial in trials if trial.is_touched]
    for trial in touched if as_json else touched[:examples]:
        print_json(trial) if as_json else _print_trial(trial)
    remarks = [trial for trial in trials if trial.remark is not None]
    for trial in remarks[:examples]:
        note(f"{trial.url}: {trial.remark}")
    lost, gained = (sum(len(getattr(it, name)) for it in touched) for name in ("lost", "gained"))
    note(
        f"{rule} touches {len(touched)} of {len(trials)} articles: "
        f"{lost} blocks less, {gained} more; nothing was stored"
    )


def _print_trial(trial: RuleTrial) -> None:
    print(trial.url)
    for mark, texts in (("-", trial.lost), ("+", trial.gained), ("~", trial.changed)):
        for said in texts:
            print(f"  {mark} {said}")
