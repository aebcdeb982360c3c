"""The elements of a page that rules name, and the page cut to those that hold the article."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.clean.places import MAX_CLASSES
from pipelines.model.outline import SILENT_TAGS, nothing_apart, stands_apart
from pipelines.rules.expressions import elements_of
from pipelines.rules.records import MAX_SHOWN_CHARACTERS, OF_ELEMENTS, Rule, RuleAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An element that a rule keeps or cuts."""

    rule: Rule
    element: HtmlElement
    shown: str
    """The element that matched, as a selector writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledPart:
    """A page as rules leave it to be judged."""

    tree: HtmlElement
    marks: tuple[Mark, ...] = ()
    """In the order of the rules."""
    is_limited: bool = False
    """A rule said where the article stands, and it was there."""


def ruled_part(tree: HtmlElement, rules: Sequence[Rule]) -> RuledPart:
    """The part of a page that is to be judged, and its elements that rules name.

    The tree itself, or where a rule says in what the article stands a copy that holds no more.
    """
    of_elements = [rule for rule in rules if rule.kind in OF_ELEMENTS]
    has_body = any(rule.action is RuleAction.BODY for rule in of_elements)
    part = copy(tree) if has_body else tree
    body = _body_elements(part, of_elements)
    marks = tuple(_marks(part, of_elements))  # before: an expression may name what is around
    if body:
        _prune(part, body)
    return RuledPart(tree=part, marks=marks, is_limited=bool(body))


def apart_from(part: RuledPart) -> Callable[[HtmlElement], bool]:
    """Of which block elements of the part nothing is read: of none that rules name or keep."""
    if part.is_limited:
        return nothing_apart
    named = {mark.element for mark in part.marks if mark.rule.action is RuleAction.KEEP}
    if not named:
        return stands_apart
    around = {above for element in named for above in element.iterancestors()}

    def is_apart(element: HtmlElement) -> bool:
        if element in around or not stands_apart(element):
            return False
        return element not in named and named.isdisjoint(element.iterancestors())

    return is_apart


def _body_elements(tree: HtmlElement, rules: Sequence[Rule]) -> list[HtmlElement]:
    """Of the first rule that finds text; empty: no rule does."""
    for rule in rules:
        if rule.action is RuleAction.BODY:
            found = [it for it in elements_of(rule, tree) if _stands_in_body(it) and _has_text(it)]
            if found:
                return found
    return []


def _marks(tree: HtmlElement, rules: Sequence[Rule]) -> Iterator[Mark]:
    for rule in rules:
        if rule.action in {RuleAction.KEEP, RuleAction.CUT}:
            for element in elements_of(rule, tree):
                if _stands_in_body(element) and _has_text(element):
                    yield Mark(rule=rule, element=element, shown=_shown(element))


def _shown(element: HtmlElement) -> str:
    named = f"#{element.get('id', '').strip()}" if element.get("id") else ""
    classes = (f".{each}" for each in element.get("class", "").split()[:MAX_CLASSES])
    return "".join([str(element.tag), named, *classes])[:MAX_SHOWN_CHARACTERS]


def _prune(tree: HtmlElement, kept: Sequence[HtmlElement]) -> None:
    """Take everything out of the page's body but these elements and what they stand in."""
    around = {above for element in kept for above in element.iterancestors()}
    whole = set(kept) | set(tree.findall("head"))
    for above in around:
        above.text = None
        for child in list(above):
            child.tail = None
            if child not in whole and child not in around:
                above.remove(child)


def _stands_in_body(element: HtmlElement) -> bool:
    return element.tag == "body" or any(it.tag == "body" for it in element.iterancestors())


def _has_text(element: HtmlElement) -> bool:
    return element.tag not in SILENT_TAGS and any(text.strip() for text in element.itertext())
