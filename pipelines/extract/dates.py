"""Dates as publishers write them: the UTC moment and the offset they wrote, or None."""

# ruff: noqa: RUF001 -- names of months in Greek and Cyrillic letters

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

MAX_DATE_CHARACTERS = 120
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)
MAX_OFFSET_MINUTES = 14 * 60  # Kiribati

# The first letters of the names of months, so that "Sept.", "września" and "setembro" need no rule.
# Source: Unicode CLDR, the month names of 20 languages written in Latin, Greek and Cyrillic.
_MONTHS = (
    "gen jan jän oca sty ene led tammi ιαν янв січ",
    "feb fev fév helmi lut lút şub úno φεβ фев лют",
    "maalis maa mac mar mär mrt bře μαρ мар бер",
    "abr apr avr dub huhti kwi nis απρ апр кві",
    "kvě mag mai maj may mayıs mei touko μαϊ мая май тра",
    "cze giu haz jui jun kesä ιουν июн чер",
    "červenec heinä jul juil lip lug tem ιουλ июл лип",
    "ago agu août aou aug ağu elo sie srp αυγ авг сер",
    "eyl sep set syys wrz zář σεπ сен вер",
    "eki loka oct okt ott out paź říj οκτ окт жов",
    "kas lis marras nov νοε ноя лис",
    "ara dec des dez dez dic dis gru joulu pros déc δεκ дек гру",
)  # fmt: skip
# The longest first: "juillet" is not "jui", June.
_MONTH_PREFIXES = tuple(
    sorted(
        ((prefix, month) for month, names in enumerate(_MONTHS, 1) for prefix in names.split()),
        key=lambda pair: -len(pair[0]),
    )
)
_LAST_MONTH, _LAST_HOUR, _LAST_MINUTE, _NOON = 12, 23, 59, 12
_SHORT_YEAR_DIGITS = 2
_MILLISECOND_DIGITS = 13  # an epoch of 10 digits counts seconds

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
    r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{2})(?![\d.])"
    r"(?P<rest>.{0,60})"
)
_SHAPES = (_ISO, _YEAR_FIRST_CJK, _DAY_MONTH_NAME, _MONTH_NAME_DAY, _DAY_FIRST, _SHORT_YEAR)
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})[:.h時시]\s?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?"
    r"(?:[.,]\d{1,9})?\s{0,2}(?P<half>[ap]\.?m)?"
)
_COMPACT_CLOCK = re.compile(r"T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)")
# Right after the time: "10:30 - 5 minutes to read" names no zone.
_OFFSET = re.compile(
    r"\s{0,2}(?P<name>(?:GMT|UTC)\s?)?(?P<sign>[+\u2212-])(?P<hours>(?(name)\d{1,2}|\d{2}))"
    r":?(?P<minutes>\d{2})?(?!\d)"
)
_ZONE_NAME = re.compile(r"(?<![^\W\d_])([A-Z]{1,4})(?![^\W_])")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")

_URL_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[-/_]?)(?P<month>[01]\d|(?<=[-/_])\d)(?P=mark)"
    r"(?P<day>[0-3]\d|(?<=[-/_])\d)(?!\d)(?P<rest>)"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and how far from UTC the clock was that it was read from."""

    at: datetime
    """Aware, UTC."""
    offset_minutes: int | None
    """East of Greenwich is positive. None: the source wrote no zone."""


def parse_date(text: str, *, fetched_at: datetime) -> Moment | None:
    """The moment a text names, or None: no date, no such day, or before 1990 or after tomorrow.

    A date without a time is its midnight; a time without a zone is taken as UTC, so that the day
    stays as it is written.
    """
    text = " ".join(text[:MAX_DATE_CHARACTERS].split())
    if _EPOCH.fullmatch(text):
        return _believable(_from_epoch(text), fetched_at=fetched_at)
    for shape in _SHAPES:
        match = shape.search(text)
        if match and (moment := _believable(_from_match(match), fetched_at=fetched_at)):
            return moment
    return None


def local_time(at: datetime, *, offset_minutes: int | None) -> datetime:
    """The same moment by the clock it was written from; unchanged if no offset was written."""
    if offset_minutes is None:
        return at
    return at.astimezone(timezone(timedelta(minutes=offset_minutes)))


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
    for match in _URL_DAY.finditer(url[:2_000].partition("?")[0]):
        if moment := _believable(_from_match(match), fetched_at=fetched_at):
            return moment.at
    return None


def _believable(moment: Moment | None, *, fetched_at: datetime) -> Moment | None:
    return moment if moment and in_range(moment.at, fetched_at=fetched_at) else None


def _from_match(match: re.Match[str]) -> Moment | None:
    month, day, year = _month(match["month"]), int(match["day"]), int(match["year"])
    if month > _LAST_MONTH >= day:  # 12/25/2024 is written where the month comes first
        month, day = day, month
    if len(match["year"]) == _SHORT_YEAR_DIGITS:
        year += 2_000
    clock, offset_minutes = _clock(match["rest"])
    try:
        day_start = datetime(year, month, day, tzinfo=UTC)
        return Moment(day_start + clock - timedelta(minutes=offset_minutes or 0), offset_minutes)
    except (ValueError, OverflowError):  # Feb 30; the last day of year 9999, west of Greenwich
        return None


def _month(text: str) -> int:
    """1 to 12, or 0 for what is not a month."""
    if text.isdigit():
        return int(text)
    name = text.lower()
    return next((month for prefix, month in _MONTH_PREFIXES if name.startswith(prefix)), 0)


def _clock(text: str) -> tuple[timedelta, int | None]:
    """How long after midnight, and the zone's minutes from UTC; nothing and None if not said."""
    match = _CLOCK.search(text) or _COMPACT_CLOCK.search(text)
    if not match:
        return timedelta(), None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LAST_MINUTE:
        return timedelta(), None
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    return clock, _offset_minutes(text[match.end() :])


def _offset_minutes(text: str) -> int | None:
    """The zone after a time; None if there is none, or one that cannot be (+24:00)."""
    if match := _OFFSET.match(text):
        offset = 60 * int(match["hours"]) + int(match["minutes"] or 0)
        if offset > MAX_OFFSET_MINUTES:
            return None
        return offset if match["sign"] == "+" else -offset
    names = (name.lower() for name in _ZONE_NAME.findall(text))
    hours = next((_ZONES[name] for name in names if name in _ZONES), None)
    return None if hours is None else round(60 * hours)


def _from_epoch(text: str) -> Moment:
    seconds = int(text) / (1_000 if len(text) == _MILLISECOND_DIGITS else 1)
    return Moment(datetime.fromtimestamp(seconds, tz=UTC), None)
