"""Rules as a file that a person writes, compares and shares. docs/rules.md describes it.

[example.org]
# The box between the second and third paragraph.
cut css .newsletter-box
keep text Correction: an earlier version named the wrong ferry.
off cut regex ^Read (also|more):
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from pipelines.errors import RuleError
from pipelines.rules.checking import checked_host, checked_rule
from pipelines.rules.records import Rule, RuleAction, RuleKind

T = TypeVar("T", bound=StrEnum)

HEAD = "# Rules for Winnow: [host], then a line a rule; docs/rules.md describes the format.\n"
OFF = "off"
_SECTION = re.compile(r"\[([^\]]*)\]")
_PARTS = 3


def is_plain_file(text: str) -> bool:
    """Whether the first line that says something opens a host's section."""
    said = (line.strip() for line in text.split("\n"))
    return next((line for line in said if line and not line.startswith("#")), "[").startswith("[")


def read_rules(text: str, *, name: str) -> list[Rule]:
    """The rules of a file in its order, each labelled with file and line.

    Raises:
        RuleError: A line is none; the message names file, line, value and the way out.
    """
    rules: dict[object, Rule] = {}
    for number, host, note, line in _said_lines(text, name):
        place = f"{name}:{number}"
        try:
            rule = checked_rule(_rule(line, host=host, note=note, label=place))
        except RuleError as error:
            raise RuleError(f"{place}: {error}") from error
        if (first := rules.setdefault(rule.key, rule)) is not rule:
            raise RuleError(f"{place}: {line!r} stands at {first.label} already: delete one")
    return list(rules.values())


def write_rules(rules: Iterable[Rule]) -> str:
    """The file of these rules, in their order within each host; hosts by name.

    Reading it gives the same rules.
    """
    ordered = sorted(rules, key=lambda rule: rule.host)
    sections = [
        f"[{host}]\n" + "".join(map(_written, of_host))
        for host, of_host in groupby(ordered, key=lambda rule: rule.host)
    ]
    return "\n".join([HEAD, *sections])


def _said_lines(text: str, name: str) -> Iterator[tuple[int, str, str, str]]:
    """Number, host, note and words of each line that is a rule.

    A note is the comment right above a rule; a blank line parts it from what follows.
    """
    host, note = None, ""
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = raw.strip()
        if line.startswith("#"):
            note = f"{note}\n{line[1:].strip()}".strip("\n")
            continue
        if line.startswith("["):
            host = _section(line, place=f"{name}:{number}")
        elif line and host is None:
            raise RuleError(f"{name}:{number}: {line!r} has no host: write [example.org] above it")
        elif line and host is not None:
            yield number, host, note, line
        note = ""


def _section(line: str, *, place: str) -> str:
    found = _SECTION.fullmatch(line)
    try:
        return checked_host(found[1] if found else line)
    except RuleError as error:
        raise RuleError(f"{place}: {error}") from error


def _rule(line: str, *, host: str, note: str, label: str) -> Rule:
    is_enabled = line.split(None, 1)[0] != OFF
    parts = line.split(None, _PARTS - is_enabled)[not is_enabled :]
    if len(parts) < _PARTS:
        raise RuleError(f"{line!r} is no rule: write `cut css .newsletter`, or # before a comment")
    return Rule(
        host=host,
        action=_member(RuleAction, parts[0]),
        kind=_member(RuleKind, parts[1]),
        value=parts[2],
        note=note,
        is_enabled=is_enabled,
        label=label,
    )


def _member(enum: type[T], word: str) -> T:
    try:
        return enum(word)
    except ValueError as error:
        raise RuleError(f"{word!r} is none of {', '.join(enum)}") from error


def _written(rule: Rule) -> str:
    note = "".join(f"# {line}\n" for line in rule.note.split("\n") if line)
    off = "" if rule.is_enabled else f"{OFF} "
    return f"{note}{off}{rule}\n"
