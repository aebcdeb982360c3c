"""The records of rules: what a person says, and what it comes to on one page."""

from dataclasses import dataclass, field
from enum import StrEnum

EVERY_HOST = "*"


class RuleAction(StrEnum):
    """What a rule asks for."""

    KEEP = "keep"
    """What matches is part of the article; no other rule cuts it."""
    CUT = "cut"
    """What matches is not."""
    BODY = "body"
    """Only what stands in the elements that match is judged; of several rules the first one."""
    TITLE = "title"
    """The first match is the title; likewise below. Of several rules the first that finds one."""
    AUTHOR = "author"
    DATE = "date"


class RuleKind(StrEnum):
    """How a rule names what it is about."""

    CSS = "css"
    """A selector: the elements it selects."""
    XPATH = "xpath"
    """An XPath 1.0 expression: the elements it gives; of a title, author or date also texts."""
    TEXT = "text"
    """Lines and blocks with these letters and digits, caseless."""
    REGEX = "regex"
    """Lines and blocks in which this regular expression is found."""


MAX_SHOWN_CHARACTERS = 80
"""Of a rule's value, and of the words it found, in a reason."""

OF_ELEMENTS = frozenset({RuleKind.CSS, RuleKind.XPATH})
OF_TEXT = frozenset({RuleKind.TEXT, RuleKind.REGEX})
OF_METADATA = frozenset({RuleAction.TITLE, RuleAction.AUTHOR, RuleAction.DATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a person says about the pages of a host. `checked_rule` makes sound ones."""

    host: str
    """A site, without `www.`: it holds there and on its subdomains. `*`: everywhere."""
    action: RuleAction
    kind: RuleKind
    value: str
    """One line: a selector, an expression or a text."""
    note: str = ""
    """Why, for people; lines are separated by line breaks."""
    is_enabled: bool = True
    label: str = field(default="", compare=False)
    """How reasons name it: its number in the database, or file and line."""

    @property
    def key(self) -> tuple[str, RuleAction, RuleKind, str]:
        """What tells it from other rules."""
        return self.host, self.action, self.kind, self.value

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a rule says of one line or block."""

    rule: Rule
    matched: str
    """The element or the words that match, for a person."""

    @property
    def reason(self) -> str:
        """A sentence for a person."""
        rule = self.rule
        named = f"Rule {rule.label}" if rule.label else "A rule"
        value = rule.value[:MAX_SHOWN_CHARACTERS]
        shown = value if value == rule.value else f"{value}…"
        return f"{named} ({rule.action} {rule.kind} {shown}) matches {self.matched}."
