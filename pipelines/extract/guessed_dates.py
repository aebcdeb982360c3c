"""The last resort for a date: htmldate, on a few lines of the page instead of the page."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from htmldate import find_date
from lxml.html import Element, HtmlElement

from pipelines.extract.dates import EARLIEST, LATEST_AHEAD, parse_date
from pipelines.extract.evidence import Found
from pipelines.extract.lines import one_line

# htmldate takes 60 to 180 ms for a news page, and so do its regexes for text without an end.
MAX_ELEMENTS = 5_000
MAX_LINES = 100
MAX_LINE_CHARACTERS = 200

_TEXT_TAGS = ("abbr", "dd", "div", "em", "i", "li", "p", "small", "span", "strong", "td", "time")
_DATE_LIKE = re.compile(r"\d{1,2}\D{1,15}\d{2,4}|\d{4}\D\d{1,2}")
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights", re.IGNORECASE)


def guess_date(tree: HtmlElement, *, fetched_at: datetime) -> Found[datetime] | None:
    """A day that htmldate reads from the page's short lines; None if it reads none."""
    lines = list(islice(_lines(tree), MAX_LINES))
    if not lines:
        return None
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
