"""The last resort for a date: the page's scripts, lines that are a date alone, then htmldate."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from htmldate import find_date
from lxml.html import Element, HtmlElement

from pipelines.extract.dates import EARLIEST, LATEST_AHEAD, Moment, parse_date
from pipelines.extract.evidence import Found
from pipelines.extract.lines import one_line
from pipelines.records import FetchedPage

# htmldate takes 60 to 180 ms for a news page, and so do its regexes for text without an end.
MAX_ELEMENTS = 5_000
MAX_LINES = 100
MAX_LINE_CHARACTERS = 200
MAX_DATE_ALONE_CHARACTERS = 60
MAX_BODY_BYTES = 1_000_000

_TEXT_TAGS = ("abbr", "dd", "div", "em", "i", "li", "p", "small", "span", "strong", "td", "time")
_DATE_LIKE = re.compile(r"\d{1,2}\D{1,15}\d{2,4}|\d{4}\D\d{1,2}")
# As JSON, or as JSON inside of a string of JavaScript.
_PUBLISHED_KEY = re.compile(
    rb'\\?"(?:date_?published|first_?published_?at|pub_?date|publication_?date|publish(?:ed)?_?date'
    rb'|published_?at)\\?"\s?:\s?\\?"(?P<date>\d{4}-\d\d-\d\d[^"\\]{0,30})',
    re.IGNORECASE,
)
# At most two words before the date and a time after it: "Published on 5 March 2024, 10:30".
_DATE_ALONE = re.compile(
    r"\W{0,3}(?:[^\W\d_]{2,12}\W{1,3}){0,2}(?:\d{1,2}\W{1,3}(?:de )?[^\W\d_]{3,12}"
    r"|[^\W\d_]{3,12}\W{1,3}\d{1,2}(?:st|nd|rd|th)?|\d{1,2}\W\s?\d{1,2}|\d{4}\W\d{1,2})"
    r"\W{1,3}(?:de )?(?:\d{4}|\d{2})(?:\W{1,3}\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?)?\W{0,3}",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights", re.IGNORECASE)


def guess_date(tree: HtmlElement, *, page: FetchedPage) -> Found[Moment] | None:
    """The first date that a script calls one of publication, else one of the short lines.

    Of the lines the first that is a date alone, else what htmldate reads in them; None: nothing.
    """
    fetched_at = page.fetched_at
    if found := _in_scripts(page.body, fetched_at=fetched_at):
        return found
    lines = list(islice(_lines(tree), MAX_LINES))
    if not lines:
        return None
    return _date_alone(lines, fetched_at=fetched_at) or _htmldate(lines, fetched_at=fetched_at)


def _in_scripts(body: bytes, *, fetched_at: datetime) -> Found[Moment] | None:
    """What pages that are drawn by scripts carry as data; scripts are not in the tree."""
    for match in islice(_PUBLISHED_KEY.finditer(body, 0, MAX_BODY_BYTES), MAX_LINES):
        said = match["date"].decode("ascii", "replace")
        if moment := parse_date(said, fetched_at=fetched_at):
            return Found(moment, "script", said)
    return None


def _date_alone(lines: list[tuple[str, str]], *, fetched_at: datetime) -> Found[Moment] | None:
    for _, text in lines:
        if len(text) > MAX_DATE_ALONE_CHARACTERS or not _DATE_ALONE.fullmatch(text):
            continue
        if moment := parse_date(text, fetched_at=fetched_at):
            return Found(moment, "date line", text)
    return None


def _htmldate(lines: list[tuple[str, str]], *, fetched_at: datetime) -> Found[Moment] | None:
    guess = find_date(
        _page_of(lines),
        extensive_search=False,
        original_date=True,
        min_date=EARLIEST.replace(tzinfo=None),
        max_date=(fetched_at + LATEST_AHEAD).replace(tzinfo=None),
    )
    moment = parse_date(guess, fetched_at=fetched_at) if guess else None
    return Found(moment, "htmldate", str(guess)) if moment else None


def _lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """(class, text) of the elements whose own text may be a date."""
    for element in islice(tree.iter(*_TEXT_TAGS), MAX_ELEMENTS):
        text = element.text
        if text and len(text) <= MAX_LINE_CHARACTERS and _is_date_like(text):
            yield (element.get("class") or "")[:100], one_line(text, limit=MAX_LINE_CHARACTERS)


def _is_date_like(text: str) -> bool:
    return bool(_DATE_LIKE.search(text)) and not _COPYRIGHT.search(text)


def _page_of(lines: list[tuple[str, str]]) -> HtmlElement:
    page = Element("html")
    body = Element("body")
    page.append(body)
    for class_name, text in lines:
        line = Element("p", {"class": one_line(class_name, limit=100)})
        line.text = text
        body.append(line)
    return page
