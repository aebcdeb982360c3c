"""Front pages, sections, calendars: pages that only lead to other pages."""

import re
from urllib.parse import urlsplit

from pipelines.page_claims import PageClaims
from pipelines.teasers import Shares

MAX_OWN_WORDS = 60
MAX_SIGNED_OWN_WORDS = 20
"""With an author's name: more is the introduction of an article that is a list."""

MIN_ENTRIES = 3
MIN_ENTRIES_AGAINST_TYPE = 8
"""On a page whose og:type is article."""

MIN_LINKS = 15
"""Of any length, when they are most of the lines: a calendar's days, an archive's months."""

MAX_SECTION_SEGMENTS = 3
_ARTICLE_SEGMENT = re.compile(r"\d{5}|\.\w{2,5}$|[^-_]+[-_][^-_]+[-_][^-_]")


def leads_elsewhere(shares: Shares) -> bool:
    """Whether a text leads to other pages rather than says something; claims may excuse it."""
    return (
        shares.own_words <= MAX_OWN_WORDS
        and 2 * shares.own_words <= shares.lent_words
        and (shares.entries > 0 or shares.links >= MIN_LINKS)
    )


def listing_reason(shares: Shares, claims: PageClaims, *, url: str) -> str | None:
    """Why a page that leads elsewhere is a listing; None if it may be an article."""
    if claims.is_article or (claims.is_signed and shares.own_words > MAX_SIGNED_OWN_WORDS):
        return None
    said = f"{shares.own_words} words of its own"
    if shares.entries >= _min_entries(claims, url=url):
        return f"{shares.entries} headlines of other pages and {said}"
    if shares.links >= MIN_LINKS and 2 * shares.links >= shares.lines:
        return f"{shares.links} of {shares.lines} lines are links, {said}"
    return None


def _min_entries(claims: PageClaims, *, url: str) -> int:
    if claims.is_typed_article:
        return MIN_ENTRIES_AGAINST_TYPE
    return 1 if claims.is_list or is_section_path(url) else MIN_ENTRIES


def is_section_path(url: str) -> bool:
    """Whether a URL's path is the root, or short and without a slug, a number or a file."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(segments) <= MAX_SECTION_SEGMENTS and not any(
        _ARTICLE_SEGMENT.search(segment) for segment in segments
    )
