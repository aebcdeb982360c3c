"""What rules say of the lines of a page."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import regex
from lxml.html import HtmlElement

from pipelines.clean.runs import BLOCK_TAGS
from pipelines.extract.blocks import clean_line
from pipelines.letters import text_key
from pipelines.model.outline import Line, Outline
from pipelines.rules.expressions import compile_pattern, search
from pipelines.rules.inline import position_in, text_before, texts_of
from pipelines.rules.parts import Mark, RuledPart
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


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that a rule cuts."""

    start: int
    """In the line's text as `line_text` gives it."""
    text: str
    ruling: Ruling

    @property
    def end(self) -> int:
        """After its last character."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Rulings:
    """What is kept and cut on one page."""

    by_line: dict[int, Ruling] = field(default_factory=dict)
    """By the line's number in the outline; a line without one is for others to judge."""
    pieces: dict[int, list[Piece]] = field(default_factory=dict)
    """Parts of lines that are cut, in order and apart from each other."""
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

    def add_piece(self, line: int, piece: Piece) -> None:
        """Cut a part of a line; of parts within each other the outer one counts."""
        known = self.pieces.get(line, [])
        if any(it.start <= piece.start and piece.end <= it.end for it in known):
            return
        apart = [it for it in known if it.end <= piece.start or piece.end <= it.start]
        self.pieces[line] = sorted([*apart, piece], key=lambda it: it.start)

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
        _rule_element(rulings, mark, outline, boxes)
    if rulings.finders:
        for number, line in enumerate(outline.lines):
            ruled = rulings.of_text(line_text(line))
            if ruled is not None:
                rulings.add(number, ruled)
    _forget_slow(rulings)
    return rulings


def line_text(line: Line) -> str:
    """A line of the page as it stands in a block."""
    text = line.text
    # A page that escaped twice: the block's text undoes it too.
    return clean_line(html.unescape(text) if "&" in text else text)


def _rule_element(
    rulings: Rulings, mark: Mark, outline: Outline, boxes: Mapping[HtmlElement, int]
) -> None:
    ruling = Ruling(rule=mark.rule, matched=mark.shown)
    within = [mark.element, *mark.element.iterdescendants(*BLOCK_TAGS)]
    found = [boxes[it] for it in within if it in boxes]
    for box in found:
        for line in range(outline.boxes[box].first, outline.boxes[box].end):
            rulings.add(line, ruling)
    if not found:
        _rule_inline(rulings, mark, outline, boxes)


def _rule_inline(
    rulings: Rulings, mark: Mark, outline: Outline, boxes: Mapping[HtmlElement, int]
) -> None:
    """Rule the lines that hold an inline element: keep them, or cut its part of each."""
    around = next((it for it in mark.element.iterancestors() if it in boxes), None)
    if around is None:
        return
    ruling = Ruling(rule=mark.rule, matched=mark.shown)
    before = text_before(mark.element, around)
    for text in filter(None, map(clean_line, texts_of(mark.element))):
        found = _find_line(outline, boxes[around], text, before)
        if found is not None:
            number, start = found
            if mark.rule.action is RuleAction.KEEP or text == line_text(outline.lines[number]):
                rulings.add(number, ruling)
            else:
                rulings.add_piece(number, Piece(start, text, ruling))
        before = ""


def _find_line(outline: Outline, box: int, text: str, before: str) -> tuple[int, int] | None:
    """The line of a box that holds a text, and where in it. None: none does."""
    for number in range(outline.boxes[box].first, outline.boxes[box].end):
        line = outline.lines[number]
        if line.box == box:
            start = position_in(line_text(line), text, before=before)
            if start is not None:
                return number, start
    return None


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
