"""Dates as publishers write them, as aware UTC moments, or None."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

MAX_DATE_CHARACTERS = 120
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)

# Names of months by their first letters, so that "Sept.", "września" and "setembro" need no rule.
# Longer keys first: "juil" before "jui". Sources: CLDR month names of the languages named.
_MONTH_PREFIXES: tuple[tuple[str, int], ...] = tuple(
    sorted(
        (
            (prefix, month)
            for month, prefixes in {
                1: "jan jän gen ene sty led янв січ ocak oca januar янв 1月 ιαν tammi",
                2: "feb fév fev feb lut úno únor фев лют şub φεβ helmi",
                3: "mar mär mär mrt maa bře мар бер mart μαρ maalis",
                4: "apr avr abr kwi dub апр кві nis απρ huhti",
                5: "may mai mag maj mei kvě мая май тра mayıs μαϊ touko",
                6: "jun juin giu cze červn июн чер haz ιουν kesä jui",
                7: "jul juil lug lip červen июл лип tem ιουλ heinä",
                8: "aug août aou ago sie srp авг сер ağu αυγ elo",
                9: "sep set wrz zář сен вер eyl σεπ syys",
                10: "oct okt ott out paź říj окт жов eki οκτ loka",
                11: "nov lis listopad ноя лис kas νοε marras",
                12: "dec dez dic déc gru pros дек гру ara δεκ joulu des",
            }.items()
            for prefix in prefixes.split()
        ),
        key=lambda pair: -len(pair[0]),
    )
)

# UTC offsets in hours. Source: RFC 2822 §4.3 and the IANA names that newspapers print.
_ZONES = {
    "aedt": 11, "aest": 10, "bst": 1, "cdt": -5, "cest": 2, "cet": 1, "cst": -6, "edt": -4,
    "eest": 3, "eet": 2, "est": -5, "gmt": 0, "hkt": 8, "ist": 5.5, "jst": 9, "kst": 9, "mdt": -6,
    "mesz": 2, "mez": 1, "msk": 3, "mst": -7, "myt": 8, "nzdt": 13, "nzst": 12, "pdt": -7,
    "pht": 8, "pst": -8, "sast": 2, "sgt": 8, "ut": 0, "utc": 0, "wat": 1, "west": 1, "wib": 7,
    "z": 0,
}  # fmt: skip

_ISO = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.]?)(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?!\d)(?P<rest>.{0,60})"
)
_YEAR_FIRST_CJK = re.compile(
    r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]?"
    r"(?P<rest>.{0,60})"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)"
    r"(?P<rest>.{0,60})"
)
_DAY_MONTH_NAME = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª)?[.,]?[\s-]{1,3}(?:de |of )?"
    r"(?P<month>[^\W\d_]{3,12})[.,]?[\s-]{1,3}(?:de |del )?(?P<year>\d{4})(?!\d)(?P<rest>.{0,60})"
)
_MONTH_NAME_DAY = re.compile(
    r"(?P<month>[^\W\d_]{3,12})[.,]?\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?[.,]?\s{1,3}"
    r"(?P<year>\d{4})(?!\d)(?P<rest>.{0,60})"
)
_SHORT_YEAR = re.compile(
    r"(?<![\d.])(?P<day>\d{1,2})(?P<mark>\.)\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{2})(?![\d.])(?P<rest>.{0,60})"
)
_SHAPES = (_ISO, _YEAR_FIRST_CJK, _DAY_MONTH_NAME, _MONTH_NAME_DAY, _DAY_FIRST, _SHORT_YEAR)
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?:[:.h時시]|Uhr)\s?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d{1,9})?"
    r"\s{0,2}(?P<half>[ap]\.?m)?"
)
_COMPACT_CLOCK = re.compile(r"T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)")
_OFFSET = re.compile(r"(?P<sign>[+\u2212-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)")
_ZONE_NAME = re.compile(r"(?<![^\W\d_])([a-z]{1,4})(?![^\W_])", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def parse_date(text: str, *, fetched_at: datetime) -> datetime | None:
    """The moment a text names, or None: no date, no such day, or before 1990 or after tomorrow.

    A date without a time is its midnight; a time without a zone is taken as UTC, so that the day
    stays as it is written.
    """
    text = " ".join(text[:MAX_DATE_CHARACTERS].split())
    if _EPOCH.fullmatch(text):
        return in_range(_from_epoch(text), fetched_at=fetched_at)
    for shape in _SHAPES:
        match = shape.search(text)
        if match and (moment := in_range(_from_match(match), fetched_at=fetched_at)):
            return moment
    return in_range(_from_mail_date(text), fetched_at=fetched_at)


def in_range(moment: datetime | None, *, fetched_at: datetime) -> datetime | None:
    """The moment in UTC if news can be of that time, else None."""
    if moment is None:
        return None
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # year 1 east of Greenwich, year 9999 west of it
        return None
    return moment if EARLIEST <= moment <= fetched_at + LATEST_AHEAD else None


def date_in_url(url: str, *, fetched_at: datetime) -> datetime | None:
    """The day that a URL's path names, like /2024/05/17/ or /20240517-; None if it names none."""
    for match in _URL_DAY.finditer(url[:2_000]):
        if moment := in_range(_from_match(match), fetched_at=fetched_at):
            return moment
    return None


_URL_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[-/_]?)(?P<month>[01]\d|(?<=[-/_])\d)(?P=mark)"
    r"(?P<day>[0-3]\d|(?<=[-/_])\d)(?!\d)(?P<rest>)"
)


def _from_match(match: re.Match[str]) -> datetime | None:
    month, day, year = _month(match["month"]), int(match["day"]), int(match["year"])
    if month > 12 >= day:  # 12/25/2024 is written where the month comes first
        month, day = day, month
    if len(match["year"]) == 2:
        year += 2_000
    hour, minute, second = _clock(match["rest"])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        offset = _offset(match["rest"]) if ":" in match["rest"] or hour or minute else None
        return moment.replace(tzinfo=timezone(offset)) if offset else moment
    except ValueError:  # Feb 30, hour 25, +24:00
        return None


def _month(text: str) -> int:
    """1 to 12, or 0 for what is not a month."""
    if text.isdigit():
        return int(text)
    name = text.lower()
    return next((month for prefix, month in _MONTH_PREFIXES if name.startswith(prefix)), 0)


def _clock(text: str) -> tuple[int, int, int]:
    match = _CLOCK.search(text) or _COMPACT_CLOCK.search(text)
    if not match:
        return 0, 0, 0
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return 0, 0, 0
    return hour, minute, second


def _offset(text: str) -> timedelta | None:
    clock = _CLOCK.search(text) or _COMPACT_CLOCK.search(text)
    after = text[clock.end() :] if clock else text
    if match := _OFFSET.search(after):
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        offset = timedelta(minutes=-minutes if match["sign"] != "+" else minutes)
        return offset if abs(offset) <= timedelta(hours=14) else None
    names = (name.lower() for name in _ZONE_NAME.findall(after))
    hours = next((_ZONES[name] for name in names if name in _ZONES), None)
    return None if hours is None else timedelta(hours=hours)


def _from_epoch(text: str) -> datetime | None:
    seconds = int(text) / (1_000 if len(text) == 13 else 1)
    return datetime.fromtimestamp(seconds, tz=UTC)


def _from_mail_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError):
        return None
