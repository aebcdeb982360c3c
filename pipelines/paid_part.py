"""The part of a page that its publisher marks as paid, and whether the article holds it."""

import re

from lxml.html import HtmlElement

from pipelines.clean.draft import Draft, words_in
from pipelines.extract.jsonld import objects_in, parse_jsonld, strings_in
from pipelines.extract.paywall import truth
from pipelines.extract.sources import gather

# The last step of a selector such as `main div.story.paywall` or `#paid`.
_SIMPLE_SELECTOR = re.compile(r"(?:^|[\s>])(?:[a-z][a-z0-9]*)?((?:[.#][\w-]{1,80})+)$", re.I)
_MARK = re.compile(r"[.#][\w-]+")
MAX_SELECTOR_CHARACTERS = 500


def paid_marks(tree: HtmlElement) -> frozenset[str]:
    """Classes and ids (`.paywall`, `#paid`) of the page's parts that its JSON-LD calls not free.

    Google's structured data for paywalled content: hasPart with a cssSelector. Those that no
    element has are left out: many templates name one on every page, also on free ones.
    """
    parts = (
        part
        for node in parse_jsonld(gather(tree).jsonld)
        for part in objects_in(node.get("hasPart"))
        if truth(part.get("isAccessibleForFree")) is False
    )
    selectors = (said for part in parts for said in strings_in(part.get("cssSelector")))
    named = {mark for selector in selectors for mark in _marks_in(selector)}
    return frozenset().union(*(named & _marks_of(element) for element in tree.iter()))


def words_paid_for(draft: Draft, marks: frozenset[str]) -> int:
    """How many of the article's words stand in elements with one of these classes or ids."""
    return sum(
        words_in(draft.blocks[index].text)
        for index in draft.kept()
        if (place := draft.places[index]) is None
        or _is_inside(draft.runs[place.first_run].element, marks)
    )


def _marks_in(selectors: str) -> list[str]:
    found = []
    for selector in selectors[:MAX_SELECTOR_CHARACTERS].split(","):
        if (last := _SIMPLE_SELECTOR.search(selector.strip())) is not None:
            found.append(_MARK.findall(last[1])[-1])
    return found


def _is_inside(element: HtmlElement, marks: frozenset[str]) -> bool:
    current: HtmlElement | None = element
    while current is not None:
        if not marks.isdisjoint(_marks_of(current)):
            return True
        current = current.getparent()
    return False


def _marks_of(element: HtmlElement) -> set[str]:
    return {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id')}"}
