"""Reads the site configuration files of Full-Text RSS (github.com/fivefilters/ftr-site-config).

    body: //div[@class='story']
    strip: //aside
    strip_id_or_class: newsletter

What is written before a colon is a directive. `body`, `strip`, `strip_id_or_class`, `title`,
`author` and `date` become rules; the others are counted: most of them fetch or rewrite pages,
or concern pictures.

Source: help.fivefilters.org/full-text-rss/site-patterns.html
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from pipelines.errors import RuleError
from pipelines.rules.checking import checked_host, checked_rule
from pipelines.rules.records import EVERY_HOST, Rule, RuleAction, RuleKind

GLOBAL_FILE = "global"
"""Its name without ending: of rules for every host."""

_DIRECTIVE = re.compile(r"([a-z_]+)\s*(?:\([^)]*\))?\s*:\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    """What a file of rules comes to."""

    name: str
    is_foreign: bool = True
    """A site configuration; else Winnow's own format, of which nothing is ignored or refused."""
    rules: tuple[Rule, ...]
    test_urls: tuple[str, ...] = ()
    """Pages that its author tried it on."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Directives that Winnow has no use for, and how often each stands there."""
    refused: tuple[str, ...] = ()
    """Lines whose value cannot be used, a sentence each with file and line."""


def host_in_name(file_name: str) -> str:
    """The host that a file is about: `example.org.txt`, or `.example.org.txt` with subdomains.

    Raises:
        RuleError: The name is no host.
    """
    stem = PurePath(file_name).name.removesuffix(".txt")
    if stem == GLOBAL_FILE:
        return EVERY_HOST
    try:
        return checked_host(stem if "." in stem.removeprefix(".") else "")
    except RuleError as error:
        raise RuleError(f"{file_name}: its name is no host such as example.org.txt") from error


def read_site_config(text: str, *, host: str, name: str) -> SiteConfig:
    """The rules of a file for a host, each labelled with file and line.

    A line that cannot be used costs itself only: these files were written for another program.
    """
    rules: dict[object, Rule] = {}
    ignored: Counter[str] = Counter()
    test_urls: list[str] = []
    refused: list[str] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line, place = raw.strip(), f"{name}:{number}"
        if not line or line.startswith("#"):
            continue
        found = _DIRECTIVE.fullmatch(line)
        directive, value = (found[1].lower(), found[2].strip()) if found else ("", line)
        if directive == "test_url":
            test_urls.append(value)
        elif directive not in _READERS:
            ignored[directive or "no directive"] += 1
        else:
            try:
                rule = checked_rule(_READERS[directive](value, host, place))
                rules.setdefault(rule.key, rule)
            except RuleError as error:
                refused.append(f"{place}: {error}")
    return SiteConfig(
        name=name,
        rules=tuple(rules.values()),
        test_urls=tuple(test_urls),
        ignored=dict(sorted(ignored.items())),
        refused=tuple(refused),
    )


_Reader = Callable[[str, str, str], Rule]


def _by_xpath(action: RuleAction) -> _Reader:
    def read(value: str, host: str, place: str) -> Rule:
        return Rule(host=host, action=action, kind=RuleKind.XPATH, value=value, label=place)

    return read


def _by_id_or_class(value: str, host: str, place: str) -> Rule:
    """Elements whose id or class holds these letters, as Full-Text RSS looks for them."""
    sought = value.replace("'", "").replace('"', "").replace("\\", "").strip()
    if not sought:
        raise RuleError("strip_id_or_class needs letters of an id or a class")
    selector = f'[class*="{sought}"], [id*="{sought}"]'
    return Rule(host=host, action=RuleAction.CUT, kind=RuleKind.CSS, value=selector, label=place)


_READERS: Mapping[str, _Reader] = {
    "body": _by_xpath(RuleAction.BODY),
    "strip": _by_xpath(RuleAction.CUT),
    "strip_id_or_class": _by_id_or_class,
    "title": _by_xpath(RuleAction.TITLE),
    "author": _by_xpath(RuleAction.AUTHOR),
    "date": _by_xpath(RuleAction.DATE),
}
