"""`winnow rules`: what a person says about the pages of a host."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli import rule_test
from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    open_database,
    row_number,
)
from crawler.cli.rule_options import (
    AuthorOption,
    BodyOption,
    CssOption,
    CutOption,
    DateOption,
    HostOption,
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

    from sqlalchemy import RowMapping

    from db.session import Database
    from pipelines.rule_book import RulesChanged
    from pipelines.rules.records import Rule
    from pipelines.rules.site_config import SiteConfig

app = typer.Typer(help="Say what is an article on a host's pages.", rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    rule_test.register(app)
    parent.add_typer(app, name="rules")


@app.command("list")
def list_rules(
    host: Annotated[str | None, typer.Option("--host", help="That hold on this host.")] = None,
    limit: Annotated[int, typer.Option("--limit", parser=how_many, help="At most so many.")] = 200,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules, by host and in the order in which they were first said.

    \b
    Example:
      winnow rules list --host www.example.org
    """
    from crawler.cli.output import print_rows
    from crawler.cli.profiles import site_named
    from db.rules import list_rules as read_rules
    from pipelines.rules.sites import hosts_over

    with open_database(db, config) as database, database.read() as session:
        hosts = hosts_over(site_named(host)) if host else None
        rows = read_rules(session, hosts=hosts, limit=limit)
    print_rows([_listed(row) for row in rows], as_json=as_json)


@app.command("add")
def add(
    host: HostOption,
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
    remark: Annotated[str, typer.Option("--note", help="Why, for people.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "",
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Say what is cut or kept on a host's pages, or where the article stands.

    A rule beats what was learned and what the model says. It is refused if it cannot be read, or
    takes too long. Stored pages are cleaned with it by `winnow reclean`.

    \b
    Examples:
      winnow rules add --host example.org --css .newsletter-box --cut
      winnow rules add --host example.org --text 'Correction: the other ferry' --keep
      winnow rules add --host '*' --regex '^Read (also|more):' --cut --note 'Teasers'
    """
    kinds = {"css": css, "xpath": xpath, "text": text, "regex": regex}
    actions = {"cut": cut, "keep": keep, "body": body}
    actions |= {"title": title, "author": author, "date": date}
    rule = given_rule(host, kinds=kinds, actions=actions, note=remark)
    _refuse_slow([rule])
    with open_database(db, config) as database:
        changed = _say(database, [rule], by=by)
    [said] = changed.rules
    _report(changed, f"{said.label}: {said} on {said.host}")


@app.command("remove")
def remove(
    rules: Annotated[
        list[int],
        typer.Argument(parser=row_number, metavar="ID...", help="As the list shows."),
    ],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Take rules back; what they cut comes back with `winnow reclean`.

    \b
    Example:
      winnow rules remove 3
    """
    from crawler.cli.output import note
    from pipelines.rule_book import take_back

    with open_database(db, config) as database, database.write() as session:
        for number in rules:
            rule = take_back(session, number)
            note(f"{number} is gone: {rule} on {rule.host}; {_reclean_hint([rule])}")


@app.command("import")
def import_rules(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Of either format.")],
    host: Annotated[
        str | None, typer.Option("--host", help="Of a site configuration not named after it.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken over; write nothing.")
    ] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "",
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take over rules from files: Winnow's own, or site configurations of Full-Text RSS.

    Which of the two a file is, it says itself. All files are taken over or none.

    \b
    Examples:
      winnow rules import example.rules --dry-run
      winnow rules import ftr-site-config/example.org.txt
    """
    from crawler.cli.output import note, print_rows
    from crawler.rule_files import read_rule_file

    read = [read_rule_file(file, host=host) for file in files]
    slow = _slow_of(read)
    rules = [rule for file in read for rule in file.rules if rule.key not in slow]
    for file in read:
        _tell_rest(file)
    if dry_run:
        print_rows([_shown(rule) for rule in rules], as_json=as_json)
        note(f"dry run: {len(rules)} rules would be taken over")
        return
    with open_database(db, config) as database:
        changed = _say(database, rules, by=by)
    _report(changed, f"{len(changed.rules)} rules taken over, {changed.new} of them new")


@app.command("export")
def export(
    host: Annotated[str | None, typer.Option("--host", help="Of this host only.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of stdout.")
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the rules as a file that people can read, change, compare and share.

    \b
    Example:
      winnow rules export --host example.org -o example.rules
    """
    from crawler.cli.rule_options import host_given
    from pipelines.rule_book import all_rules
    from pipelines.rules.plain_file import write_rules

    with open_database(db, config) as database, database.read() as session:
        text = write_rules(all_rules(session, [host_given(host)] if host else None))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {output}: {error.strerror}") from error


COLUMNS = (
    "id",
    "host",
    "action",
    "kind",
    "value",
    "note",
    "is_enabled",
    "decided_at",
    "decided_by",
)


def _listed(row: RowMapping) -> dict[str, object]:
    return {name: row[name] for name in COLUMNS}


def _shown(rule: Rule) -> dict[str, object]:
    return {
        "host": rule.host,
        "action": rule.action.value,
        "kind": rule.kind.value,
        "value": rule.value,
        "from": rule.label,
    }


def _refuse_slow(rules: Sequence[Rule]) -> None:
    from crawler.rule_trials import slow_rules

    for rule in slow_rules(rules):
        raise ConfigError(
            f"{rule.label or rule.kind} {rule.value!r} takes too long on a page of 4,500 elements: "
            "avoid // within brackets"
        )


def _slow_of(files: Sequence[SiteConfig]) -> set[object]:
    """Keys of rules from site configurations that are left out; of our own format none may be."""
    from crawler.cli.output import note
    from crawler.rule_trials import slow_rules

    _refuse_slow([rule for file in files if not file.is_foreign for rule in file.rules])
    slow = slow_rules([rule for file in files if file.is_foreign for rule in file.rules])
    for rule in slow:
        note(f"{rule.label}: left out, takes too long: {rule}")
    return {rule.key for rule in slow}


def _say(database: Database, rules: Sequence[Rule], *, by: str) -> RulesChanged:
    from datetime import UTC, datetime

    from pipelines.rule_book import say_rules

    with database.write() as session:
        return say_rules(session, rules, now=datetime.now(UTC), by=by)


def _report(changed: RulesChanged, done: str) -> None:
    from crawler.cli.output import note

    if not changed.sites:
        note(f"{done}; no page of these hosts is stored yet")
        return
    note(f"{done}; {_reclean_hint(changed.rules, sites=changed.sites)}")


def _reclean_hint(rules: Sequence[Rule], *, sites: int = 1) -> str:
    hosts = {rule.host for rule in rules}
    only = f" --host {next(iter(hosts))}" if len(hosts) == sites == 1 and "*" not in hosts else ""
    return f"`winnow reclean{only}` applies it to stored pages"


def _tell_rest(file: SiteConfig) -> None:
    """What of a site configuration becomes no rule."""
    from crawler.cli.output import note

    for sentence in file.refused:
        note(f"left out: {sentence}")
    if file.ignored:
        named = ", ".join(f"{name} ({count})" for name, count in file.ignored.items())
        note(f"{file.name}: Winnow has no use for {named}")
    for url in file.test_urls:
        note(f"{file.name}: its author tried it on {url}")
