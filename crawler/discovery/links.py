"""From what a document says to a Link: absolute, http or https, clipped, dated in UTC."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin

from pipelines.decode import clean_characters
from pipelines.records import Link
from pipelines.urls import fetch_key

MAX_URL_CHARACTERS = 2_048  # what sitemaps.org allows
MAX_TITLE_CHARACTERS = 1_000  # as articles' titles
MAX_DATE_CHARACTERS = 64
FIRST_YEAR, LAST_YEAR = 1990, 2100  # outside, a date is a mistake; hints need no clock

# Nearly every address of a sitemap: nothing to resolve, and certain to be usable as it stands.
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/(?:[\w~/=&?%+,:;-]|(?<!/)\.)*", re.ASCII
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Years first, as all of W3C's date formats; without time, or with any number of decimals.
_W3C_DATE = re.compile(
    r"(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)"
    r"(?:[Tt ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(?P<zone>[Zz]|[+-]\d\d:?\d\d|))?",
    re.ASCII,
)


def absolute_url(address: str | None, *, base: str) -> str | None:
    """The http or https URL that an address means at `base`, without fragment; None if none."""
    address = (address or "").strip()
    if _PLAIN_URL.fullmatch(address) and len(address) <= MAX_URL_CHARACTERS:
        return address
    if not address or len(address) > MAX_URL_CHARACTERS:
        return None
    try:
        joined = urljoin(base, address)
        fetch_key(joined)
    except ValueError:
        return None
    # Scripts that read an address from the fragment begin it with ! or /.
    return joined if "#!" in joined or "#/" in joined else urldefrag(joined).url


def make_link(
    address: str | None,
    *,
    base: str,
    title: str | None = None,
    published_at: datetime | None = None,
    modified_at: datetime | None = None,
) -> Link | None:
    """The link, or None if its address cannot be followed."""
    url = absolute_url(address, base=base)
    if url is None:
        return None
    title = plain_title(title)
    return Link(url=url, title=title, published_at=published_at, modified_at=modified_at)


def distinct(links: Iterable[Link], *, limit: int) -> tuple[Link, ...]:
    """The first `limit` links with different URLs, in order."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
        if len(found) == limit:
            break
    return tuple(found.values())


def plain_title(markup: str | None) -> str | None:
    """A title without tags, entities and line breaks, clipped; None if nothing is left."""
    text = (markup or "")[: 4 * MAX_TITLE_CHARACTERS]
    # Twice: many feeds escape the entities of a title that their editor had escaped already.
    text = html.unescape(_TAG.sub(" ", html.unescape(text)))
    text = " ".join(clean_characters(text).split())
    return text[:MAX_TITLE_CHARACTERS].rstrip() or None


def parse_time(text: str | None) -> datetime | None:
    """Aware UTC from a W3C or RFC 5322 date; midnight where it has no time; None if unusable."""
    text = " ".join((text or "")[:MAX_DATE_CHARACTERS].split())
    try:
        if found := _W3C_DATE.fullmatch(text):
            return sane_time(_from_w3c(found))
        return sane_time(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def sane_time(moment: datetime) -> datetime | None:
    """In UTC, which it is read as if it names no zone; None if no article can be of that time."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        return None
    return moment.astimezone(UTC)


def _from_w3c(found: re.Match[str]) -> datetime:
    date = (found["date"] + "-01-01")[: len("2024-01-01")]
    if not found["time"]:
        return datetime.fromisoformat(date).replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{date}T{found['time']}{found['zone'].upper()}")
