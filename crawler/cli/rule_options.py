"""How a rule is given on the command line: one kind with its value, one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.rules.records import Rule

HostOption = Annotated[
    str, typer.Option("--host", help="A host with its subdomains, or * for every host.")
]
CssOption = Annotated[
    str | None, typer.Option("--css", metavar="SELECTOR", help="The elements it selects.")
]
XPathOption = Annotated[
    str | None, typer.Option("--xpath", metavar="EXPR", help="The elements it gives (XPath 1.0).")
]
TextOption = Annotated[
    str | None, typer.Option("--text", metavar="TEXT", help="Lines with these letters and digits.")
]
RegexOption = Annotated[
    str | None, typer.Option("--regex", metavar="REGEX", help="Lines in which it is found.")
]
CutOption = Annotated[bool, typer.Option("--cut", help="It is not part of the article.")]
KeepOption = Annotated[bool, typer.Option("--keep", help="It is part of it; no rule cuts it.")]
BodyOption = Annotated[bool, typer.Option("--body", help="The article stands in it.")]
TitleOption = Annotated[bool, typer.Option("--title", help="It is the title.")]
AuthorOption = Annotated[bool, typer.Option("--author", help="It names the authors.")]
DateOption = Annotated[bool, typer.Option("--date", help="It is the date of publication.")]


def given_rule(
    host: str, *, kinds: Mapping[str, str | None], actions: Mapping[str, bool], note: str
) -> Rule:
    """The rule that a command was given.

    Args:
        host: As written.
        kinds: Value of each kind's option; None: it was not given.
        actions: Whether each action's option was given.
        note: Why.

    Raises:
        ConfigError: It is none, or cannot be used.
    """
    from pipelines.errors import RuleError
    from pipelines.rules.checking import checked_rule
    from pipelines.rules.records import Rule, RuleAction, RuleKind

    kind = _the_one(kinds, {name for name, value in kinds.items() if value is not None})
    action = _the_one(actions, {name for name, is_given in actions.items() if is_given})
    said = Rule(
        host=host,
        action=RuleAction(action),
        kind=RuleKind(kind),
        value=kinds[kind] or "",
        note=note,
    )
    try:
        return checked_rule(said)
    except RuleError as error:
        raise ConfigError(str(error)) from error


def host_given(host: str) -> str:
    """The one spelling of a rule's host.

    Raises:
        ConfigError: It is none.
    """
    from pipelines.errors import RuleError
    from pipelines.rules.checking import checked_host

    try:
        return checked_host(host)
    except RuleError as error:
        raise ConfigError(str(error)) from error


def _the_one(options: Mapping[str, object], given: set[str]) -> str:
    if len(given) != 1:
        named = ", ".join(f"--{name}" for name in options)
        raise ConfigError(f"a rule needs one of {named}; {len(given)} were given")
    return given.pop()
