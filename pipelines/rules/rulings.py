"""What rules say of the lines of a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import regex

from pipelines.clean.places import text_key
from pipelines.extract.blocks import clean_line
from pipelines.model.outline import Outline
from pipelines.rules.expressions import compile_pattern, search
from pipelines.rules.parts import RuledPart
from pipelines.rules.records import (
    MAX_SHOWN_CHARACTERS,
    OF_TEXT,
    Rule,
    RuleAction,
    RuleKind,
    Ruling,
)

Finder = Callable[[str], str | None]
"""The words of a text that match, for a person. None: it does not."""


@dataclass(slots=True)
class Rulings:
    """What is kept and cut on one page."""

    by_line: dict[int, Ruling] = field(default_factory=dict)
    """By the line's number in the outline; a line without one is for others to judge."""
    finders: dict[Rule, Finder] = field(default_factory=dict)
    """Rules about texts, in order: for blocks of several lines."""
    slow: list[Rule] = field(default_factory=list)
    """Patterns that took too long on this page and were left out."""

    def of_text(self, text: str) -> Ruling | None:
        """What the rules about texts say of a block. None: nothing."""
        found: Ruling | None = None
        for rule, find in self.finders.items():
            matched = self._found(rule, find, text)
            if matched is not None:
                found = _stronger(found, Ruling(rule=rule, matched=matched))
        return found

    def add(self, line: int, ruling: Ruling) -> None:
        """Rule a line; what is kept stays kept, and of two alike the first counts."""
        self.by_line[line] = _stronger(self.by_line.get(line), ruling)

    def _found(self, rule: Rule, find: Finder, text: str) -> str | None:
        if rule in self.slow:
            return None
        try:
            return find(text)
        except TimeoutError:
            self.slow.append(rule)
            return None


def rule_lines(outline: Outline, part: RuledPart, rules: Sequence[Rule]) -> Rulings:
    """What the rules say of each line of a page. A pattern that is too slow on it says nothing."""
    rulings = Rulings(finders={it: _finder(it) for it in rules if _is_about_text(it)})
    boxes = {box.element: number for number, box in enumerate(outline.boxes)} if part.marks else {}
    for mark in part.marks:
        box = boxes.get(mark.element)
        if box is not None:
            ruling = Ruling(rule=mark.rule, matched=mark.shown)
            for line in range(outline.boxes[box].first, outline.boxes[box].end):
                rulings.add(line, ruling)
    if rulings.finders:
        for number, it in enumerate(outline.lines):
            ruled = rulings.of_text(clean_line(it.text))
            if ruled is not None:
                rulings.add(number, ruled)
    _forget_slow(rulings)
    return rulings


def _is_about_text(rule: Rule) -> bool:
    return rule.kind in OF_TEXT and rule.action in {RuleAction.KEEP, RuleAction.CUT}


def _stronger(earlier: Ruling | None, later: Ruling) -> Ruling:
    if earlier is None:
        return later
    keeps = later.rule.action is RuleAction.KEEP and earlier.rule.action is not RuleAction.KEEP
    return later if keeps else earlier


def _finder(rule: Rule) -> Finder:
    if rule.kind is RuleKind.TEXT:
        return _same_text(text_key(rule.value))
    return _pattern(compile_pattern(rule.value))


def _same_text(key: str) -> Finder:
    return lambda text: "the whole line" if text_key(text) == key else None


def _pattern(pattern: regex.Pattern[str]) -> Finder:
    def find(text: str) -> str | None:
        found = search(pattern, text)
        return None if found is None else f"“{' '.join(found.split())[:MAX_SHOWN_CHARACTERS]}”"

    return find


def _forget_slow(rulings: Rulings) -> None:
    if rulings.slow:
        rulings.by_line = {
            line: it for line, it in rulings.by_line.items() if it.rule not in rulings.slow
        }
