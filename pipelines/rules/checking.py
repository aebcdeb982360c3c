"""What a person wrote to a rule that can be used, or why it cannot."""

import unicodedata
from dataclasses import replace

from pipelines.errors import RuleError
from pipelines.letters import text_key
from pipelines.rules.expressions import (
    MAX_EXPRESSION_CHARACTERS,
    check_speed,
    compile_path,
    compile_pattern,
)
from pipelines.rules.records import (
    EVERY_HOST,
    OF_ELEMENTS,
    OF_METADATA,
    OF_TEXT,
    Rule,
    RuleAction,
    RuleKind,
)
from pipelines.urls import is_http_url, site_of

MAX_TEXT_CHARACTERS = 5_000
MAX_NOTE_CHARACTERS = 2_000


def checked_rule(rule: Rule) -> Rule:
    """The rule with its host, value and note in their one spelling.

    Raises:
        RuleError: It cannot be used; the message holds the value and the way out.
    """
    rule = replace(
        rule,
        host=checked_host(rule.host),
        value=_one_spelling(rule.kind, rule.value),
        note=_checked_note(rule.note),
    )
    _check_pair(rule.action, rule.kind)
    _check_value(rule)
    return rule


def checked_host(host: str) -> str:
    """The site of a host or URL; `*` for every host.

    Raises:
        RuleError: It is neither.
    """
    name = host.strip().removeprefix(".")
    if name == EVERY_HOST:
        return name
    url = name if is_http_url(name) else f"https://{name}/"
    if not name or not is_http_url(url) or any(it.isspace() or it in "[]*" for it in name):
        raise RuleError(f"{host!r} is no host: write example.org, or * for every host")
    return site_of(url)


def _one_spelling(kind: RuleKind, value: str) -> str:
    """Without spaces around it; a text without line breaks."""
    if kind is RuleKind.TEXT:
        value = unicodedata.normalize("NFC", " ".join(value.split()))
    return value.strip()


def _checked_note(note: str) -> str:
    lines = [" ".join(line.split()) for line in note.split("\n")]
    note = "\n".join(filter(None, lines))
    if len(note) > MAX_NOTE_CHARACTERS or not _is_storable(note.replace("\n", " ")):
        raise RuleError(f"a note has at most {MAX_NOTE_CHARACTERS} characters, all printable")
    return note


def _check_pair(action: RuleAction, kind: RuleKind) -> None:
    if (action in OF_METADATA or action is RuleAction.BODY) and kind in OF_TEXT:
        raise RuleError(f"{action} needs an element: give it by css or xpath, not by {kind}")


def _check_value(rule: Rule) -> None:
    limit = MAX_TEXT_CHARACTERS if rule.kind is RuleKind.TEXT else MAX_EXPRESSION_CHARACTERS
    if not rule.value or len(rule.value) > limit:
        raise RuleError(f"a {rule.kind} has 1 to {limit} characters, not {len(rule.value)}")
    if not _is_storable(rule.value):
        raise RuleError(f"{rule.value!r} holds a control character: write it as an escape")
    if rule.kind in OF_ELEMENTS:
        compile_path(rule.kind, rule.value)
    elif rule.kind is RuleKind.REGEX:
        check_speed(compile_pattern(rule.value))
    elif not text_key(rule.value):
        raise RuleError(f"{rule.value!r} has no letter or digit: nothing tells it from other signs")


def _is_storable(text: str) -> bool:
    """Without control characters, lone surrogates and line separators of any kind."""
    return not any(unicodedata.category(it) in {"Cc", "Cs", "Zl", "Zp"} for it in text)
