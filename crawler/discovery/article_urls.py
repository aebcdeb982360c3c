"""Which addresses look like articles, told from the address alone."""

import re
from urllib.parse import unquote

from crawler.discovery.url_words import (
    ARTICLE_ID_PARAMETERS,
    ARTICLE_MARKERS,
    CALENDAR_PARAMETERS,
    CALENDAR_WORDS,
    LISTING_WORDS,
    MONTHS,
    NOT_PAGE_EXTENSIONS,
    SECTION_WORDS,
    SERVICE_HOST_LABELS,
    SERVICE_SLUG_WORDS,
    SERVICE_WORDS,
)
from pipelines.url_parts import UrlParts, is_script, without_index
from pipelines.urls import fetch_key

MAX_URL_CHARACTERS = 2_048  # what sitemaps.org allows
MAX_SEGMENTS = 20  # deeper paths grow by themselves
MAX_REPEATS = 2  # of one segment: a relative link that leads into itself repeats without end
MIN_SLUG_WORDS = 3  # "middle-east" is a section, "man-bites-dog" is not
MIN_MARKED_CHARACTERS = 5  # after /article/ and its like: an id or a word, not a page number

MAX_LEGAL_DEPTH = 2
ALL_OF_A_DAY = frozenset({"all", "index", "latest"})

_PAGE_EXTENSION = re.compile(r"\.(?:[a-z]?html?|[px]html|aspx?|php\d?|jsp|cms|dtl|ece|story)$")
_YEAR = re.compile(r"(?:19|20)\d\d")
# 2024-05-17, 20240517, 2024_05_17 within a segment; 24_maggio_17 of one Italian house.
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)\d\d_[a-z]+_\d\d$"
)
_YEAR_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_LONG_NUMBER = re.compile(r"\d{5}")
# Letters and digits mixed: c0dl5v3k9m2o, 3f2b9d1c, x7k2m9p; not h2o, covid19 or a1.
_MIXED_ID = re.compile(r"(?=(?:[a-z]*\d){2})(?=(?:\d*[a-z]){2})[a-z0-9]{7,}")
_PAGE_OF_LIST = re.compile(r"(?:page|seite|pagina|p|pg)[-_]?\d{1,4}|page")
_SESSION_IN_PATH = re.compile(r";[a-z]*(?:session|sess|sid)[a-z]*=|\(s\([a-z0-9]{8,}\)\)", re.I)
_WORD_BREAK = re.compile(r"[-_~.,+ ]+")


def is_article_url(url: str) -> bool:
    """Whether the address looks like one article: not a listing, service page, file or trap."""
    try:
        parts = without_index(UrlParts.from_canonical(fetch_key(url)))
    except ValueError:
        return False
    if _is_trap(url, parts) or parts.host.partition(".")[0] in SERVICE_HOST_LABELS:
        return False
    segments = [unquote(segment).lower() for segment in parts.segments]
    if len(segments) > 1 and is_script(segments[0]):
        segments = segments[1:]  # Joomla's /index.php/news/local/123-bridge-closed
    if not segments or is_script(segments[-1]):
        return _query_names_article(segments, parts) or _path_names_article(segments)
    return _path_names_article(segments)


def is_trap_url(url: str) -> bool:
    """Whether following such links may never end: endless paths, sessions, calendars.

    What is not an http address counts as one.
    """
    try:
        return _is_trap(url, UrlParts.from_canonical(fetch_key(url)))
    except ValueError:
        return True


def _is_trap(url: str, parts: UrlParts) -> bool:
    segments = parts.segments
    if len(url) > MAX_URL_CHARACTERS or len(segments) > MAX_SEGMENTS:
        return True
    if any(segments.count(segment) > MAX_REPEATS for segment in set(segments)):
        return True
    return bool(_SESSION_IN_PATH.search("/".join(segments))) or _is_calendar(parts)


def _is_calendar(parts: UrlParts) -> bool:
    """A page for each day or month, the next one linked from it for all time."""
    names = {parameter.plain_name for parameter in parts.query}
    segments = {segment.lower() for segment in parts.segments}
    if segments & CALENDAR_WORDS:
        return bool(names & CALENDAR_PARAMETERS) or any(map(_is_date_part, segments))
    return len(names & CALENDAR_PARAMETERS) > 1


def _is_date_part(segment: str) -> bool:
    return bool(_YEAR.fullmatch(segment) or _YEAR_MONTH.match(segment) or _DATE.search(segment))


def _query_names_article(segments: list[str], parts: UrlParts) -> bool:
    """`/?p=48213`, `/story.php?id=48213`; not `/?cat=5` or a login."""
    if not SERVICE_WORDS.isdisjoint(segments) or not LISTING_WORDS.isdisjoint(segments):
        return False
    return any(
        parameter.plain_name in ARTICLE_ID_PARAMETERS and any(map(str.isdigit, parameter.value))
        for parameter in parts.query
    )


def _path_names_article(segments: list[str]) -> bool:
    if not segments or _is_other_page(segments):
        return False
    above, last = segments[:-1], _bare(segments[-1])
    if not SECTION_WORDS.isdisjoint(segments):
        return _is_below_date_or_id(segments) or _has_id(last)
    if above and above[-1] in ARTICLE_MARKERS and len(last) >= MIN_MARKED_CHARACTERS:
        return True
    if len(last) == 1 and above:
        last = above[-1]  # the page of a longer article
    return _is_slug(last) or _has_id(last) or _is_below_date_or_id(segments)


def _is_other_page(segments: list[str]) -> bool:
    """A listing, a service page, a file, or a page of any of these."""
    last = segments[-1]
    if "." in last and last.rpartition(".")[2] in NOT_PAGE_EXTENSIONS:
        return True
    words = {_bare(segment) for segment in segments}
    if not words.isdisjoint(LISTING_WORDS) or not words.isdisjoint(SERVICE_WORDS):
        return True
    if any(map(_PAGE_OF_LIST.fullmatch, segments[-2:])) or _is_legal(segments):
        return True
    return all(map(_is_date_part_or_number, segments))


def _is_legal(segments: list[str]) -> bool:
    """`/privacy-policy`, `/info/cookies-policy`; deeper, such words are news."""
    return len(segments) <= MAX_LEGAL_DEPTH and not SERVICE_SLUG_WORDS.isdisjoint(
        _words(segments[-1])
    )


def _bare(segment: str) -> str:
    return _PAGE_EXTENSION.sub("", segment)


def _is_date_part_or_number(segment: str) -> bool:
    """One that says when, not what: `2024`, `05`, `may`, `2024-05-17`."""
    word = _bare(segment)
    if word.isdigit() and len(word) in {1, 2, 4}:
        return True
    return word in MONTHS or bool(_DATE.fullmatch(word)) or bool(_YEAR_MONTH.fullmatch(word))


def _is_slug(segment: str) -> bool:
    """Three words, or a number and two, as Joomla has it."""
    words = _words(segment)
    letters = sum(not word.isdigit() for word in words)
    return letters >= MIN_SLUG_WORDS or (
        len(words) >= MIN_SLUG_WORDS and words[0].isdigit() and len(words[0]) > 1
    )


def _has_id(segment: str) -> bool:
    return bool(_LONG_NUMBER.search(segment)) or any(map(_MIXED_ID.fullmatch, _words(segment)))


def _is_below_date_or_id(segments: list[str]) -> bool:
    """Below a whole date, or below an id: /2024/05/17/sud/, /19765432/storm/."""
    if _is_date_part_or_number(segments[-1]) or segments[-1] in ALL_OF_A_DAY:
        return False
    above = range(1, len(segments))
    return any(_ends_whole_date(segments[:end]) or _is_id(segments[end - 1]) for end in above)


def _is_id(segment: str) -> bool:
    return bool(_LONG_NUMBER.search(segment)) and not _DATE.fullmatch(segment)


def _ends_whole_date(segments: list[str]) -> bool:
    """2024/05/17, 2024/may/17, 2024/0517, 2024-05-17 or 24_maggio_17 at the end."""
    if _DATE.search(segments[-1]):
        return True
    *_, year, month, day = ["", "", *segments]
    if _YEAR.fullmatch(month) and len(day) == 4 and day.isdigit():  # noqa: PLR2004 - MMDD
        return True
    is_month = month in MONTHS or (month.isdigit() and len(month) <= 2)  # noqa: PLR2004 - MM
    return bool(_YEAR.fullmatch(year)) and is_month and day.isdigit()


def _words(segment: str) -> list[str]:
    return [word for word in _WORD_BREAK.split(segment) if word]
