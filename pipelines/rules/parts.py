"""The elements of a page that rules name, and the page cut to those that hold the article."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from pipelines.clean.places import MAX_CLASSES
from pipelines.clean.runs import BLOCK_TAGS
from pipelines.model.outline import SILENT_TAGS
from pipelines.rules.expressions import elements_of
from pipelines.rules.records import MAX_SHOWN_CHARACTERS, OF_ELEMENTS, Rule, RuleAction

MAX_BOXES = 300
"""Inline elements of a page that rules may cut; each divides the paragraph it stands in."""


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

    The tree itself where no rule names an element; else a copy, in which an inline element that
    is cut stands in a box of its own.
    """
    of_elements = [rule for rule in rules if rule.kind in OF_ELEMENTS]
    if not any(rule.action in _JUDGED for rule in of_elements):
        return RuledPart(tree=tree)
    part = copy(tree)
    body = _body_elements(part, of_elements)
    marks = tuple(_marks(part, of_elements))
    if body:
        _prune(part, body)
    return RuledPart(tree=part, marks=marks, is_limited=bool(body))


_JUDGED = frozenset({RuleAction.KEEP, RuleAction.CUT, RuleAction.BODY})


def _body_elements(tree: HtmlElement, rules: Sequence[Rule]) -> list[HtmlElement]:
    """Of the first rule that finds text; empty: no rule does."""
    for rule in rules:
        if rule.action is RuleAction.BODY:
            found = [it for it in elements_of(rule, tree) if _stands_in_body(it) and _has_text(it)]
            if found:
                return found
    return []


def _marks(tree: HtmlElement, rules: Sequence[Rule]) -> Iterator[Mark]:
    # All are found before one is boxed: what an expression gives must not depend on another's.
    found = [
        Mark(rule=rule, element=element, shown=_shown(element))
        for rule in rules
        if rule.action in {RuleAction.KEEP, RuleAction.CUT}
        for element in elements_of(rule, tree)
        if _stands_in_body(element) and _has_text(element)
    ]
    boxes: dict[HtmlElement, HtmlElement] = {}
    for mark in found:
        element = mark.element
        if element.tag in BLOCK_TAGS:
            yield mark
        elif mark.rule.action is RuleAction.CUT or _holds_blocks(element):
            box = boxes.get(element)
            if box is None:
                if len(boxes) == MAX_BOXES:
                    continue
                box = boxes[element] = _boxed(element)
            yield replace(mark, element=box)
        elif (block := _block_around(element)) is not None:
            yield replace(mark, element=block)


def _shown(element: HtmlElement) -> str:
    named = f"#{element.get('id', '').strip()}" if element.get("id") else ""
    classes = (f".{each}" for each in element.get("class", "").split()[:MAX_CLASSES])
    return "".join([str(element.tag), named, *classes])[:MAX_SHOWN_CHARACTERS]


def _boxed(element: HtmlElement) -> HtmlElement:
    """A box around an inline element, so that its text makes lines of its own.

    What holds it is divided up to the paragraph: within one the extractor sees no box.
    """
    box = element.makeelement("div")
    box.tail, element.tail = element.tail, None
    element.addnext(box)
    box.append(element)
    while (around := box.getparent()) is not None and _is_divided(around):
        _divide(around, box)
    return box


def _is_divided(element: HtmlElement) -> bool:
    return element.tag == "p" or element.tag not in BLOCK_TAGS


def _divide(element: HtmlElement, child: HtmlElement) -> None:
    """Let a child stand after its element, and what followed the child in a twin after that."""
    twin = element.makeelement(element.tag, dict(element.attrib))
    twin.text, child.tail = child.tail, None
    twin.extend(list(child.itersiblings()))
    twin.tail, element.tail = element.tail, None
    element.addnext(child)
    child.addnext(twin)


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


def _holds_blocks(element: HtmlElement) -> bool:
    return next(element.iterdescendants(*BLOCK_TAGS), None) is not None


def _block_around(element: HtmlElement) -> HtmlElement | None:
    return next((it for it in element.iterancestors() if it.tag in BLOCK_TAGS), None)
