"""Selectors, XPath and regular expressions, compiled once, and the limits that hold them.

Expressions of XPath get no regular expressions (EXSLT's would be Python's, which cannot be
stopped) and no variables. A search by the `regex` package can be given a limit of time, one by
`re` cannot. The hard limit of a worker bounds whatever comes through.
"""

from collections.abc import Iterator
from functools import lru_cache

import regex
from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from lxml.html import HtmlElement

from pipelines.errors import RuleError
from pipelines.rules.records import Rule, RuleKind

MAX_EXPRESSION_CHARACTERS = 1_000
MAX_SEARCHED_CHARACTERS = 5_000
"""Of a line or block; only its beginning is searched."""
SEARCH_SECONDS = 0.02
"""A search of a paragraph takes some microseconds; a thousand times that is a bad pattern."""

PROBES = (
    "a" * (MAX_SEARCHED_CHARACTERS - 1) + "!",
    "word and word " * (MAX_SEARCHED_CHARACTERS // 14),
    "a-b-1, " * (MAX_SEARCHED_CHARACTERS // 7) + "!",
    " " * MAX_SEARCHED_CHARACTERS + "x",
)
"""Texts as long as allowed, of the shapes on which careless patterns backtrack."""

_NOTHING = etree.fromstring("<html><body><p>text</p></body></html>")


@lru_cache(maxsize=2_000)
def compile_path(kind: RuleKind, value: str) -> etree.XPath:
    """A selector or an XPath expression ready to use.

    Raises:
        RuleError: It is none, or asks for what is not here.
    """
    expression = _from_css(value) if kind is RuleKind.CSS else value
    try:
        path = etree.XPath(expression, regexp=False)
        found = path(_NOTHING)
    except (etree.XPathError, ValueError) as error:
        raise RuleError(f"{value!r} is no XPath expression: {error}") from error
    if not isinstance(found, list):
        raise RuleError(
            f"{value!r} gives a {type(found).__name__.lstrip('_')}, not elements: "
            "put it between the brackets of //*[...]"
        )
    return path


@lru_cache(maxsize=2_000)
def compile_pattern(value: str) -> regex.Pattern[str]:
    """A regular expression ready to use; upper and lower case are alike.

    Raises:
        RuleError: It is none.
    """
    try:
        return regex.compile(value, regex.IGNORECASE)
    except (regex.error, RecursionError, OverflowError) as error:
        raise RuleError(f"{value!r} is no regular expression: {error}") from error


def check_speed(pattern: regex.Pattern[str]) -> None:
    """Nothing, if the pattern is quick on texts made to slow it down.

    Raises:
        RuleError: It is not.
    """
    try:
        for probe in PROBES:
            search(pattern, probe)
    except TimeoutError as error:
        raise RuleError(
            f"{pattern.pattern!r} takes too long on a text of {MAX_SEARCHED_CHARACTERS} "
            "characters: avoid a repetition inside a repetition, and .* more than once"
        ) from error


def search(pattern: regex.Pattern[str], text: str) -> str | None:
    """The words of a text that a pattern finds. None: it finds none.

    Raises:
        TimeoutError: It took longer than SEARCH_SECONDS.
    """
    found = pattern.search(text[:MAX_SEARCHED_CHARACTERS], timeout=SEARCH_SECONDS)
    return None if found is None else str(found[0])


def found_by(rule: Rule, tree: HtmlElement) -> list[object]:
    """What a selector or expression gives on a page, elements and texts; nothing if it fails."""
    try:
        found = compile_path(rule.kind, rule.value)(tree)
    except etree.XPathError:  # beyond libxml2's limits on this page
        return []
    return found if isinstance(found, list) else []


def elements_of(rule: Rule, tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that a rule gives on a page, in page order."""
    return (each for each in found_by(rule, tree) if isinstance(each, HtmlElement))


def _from_css(selector: str) -> str:
    try:
        return HTMLTranslator().css_to_xpath(selector, prefix="descendant-or-self::")
    except SelectorError as error:
        raise RuleError(f"{selector!r} is no CSS selector: {error}") from error
