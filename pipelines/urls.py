"""The three keys of a URL: what is fetched, what is read, what it is the same as.

`fetch_key` is lossless and names a row of pages. `article_url` undoes what does not change the
article (tracking, AMP, print, sessions) and can still be opened. `url_key` also forgets scheme,
mirror host, index file and closing slash: equal keys are one article.

All of them raise ValueError for what is not an http or https URL with a usable host; only
`is_http_url` (False) and `believable_canonical` (None) answer instead.
"""

import re
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

import xxhash
from w3lib.url import canonicalize_url

from pipelines.hosts import registered_domain, without_mirror_labels
from pipelines.url_parts import UrlParts, looks_like_front_page, without_index
from pipelines.url_steps import STEPS

# After canonicalisation: a name of letters, digits, hyphen and underscore (RFC 3986 §3.2.2 allows
# more, DNS and browsers do not), or an IPv6 address.
_HOST = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::\d+)?", re.ASCII)

MAX_SECTION_DEPTH = 2  # /politics, /world/europe; deeper paths of bare words are articles
MIN_SLUG_HYPHENS = 2  # "real-estate" is a section, "man-bites-dog" is not
_LONG_NUMBER = re.compile(r"\d{5}", re.ASCII)  # longer than a year
_PAGE_NUMBER = re.compile(r"(?:page|seite|pagina|p)?-?\d{1,3}", re.ASCII)

REMEMBERED = 1_024
"""URLs whose keys are held: storing one page asks twenty times for those of its own."""


def is_http_url(url: str) -> bool:
    """Whether the functions below take it. Never raises."""
    try:
        fetch_key(url)
    except ValueError:
        return False
    return True


def fetch_key(url: str) -> str:
    """What a request asks a server for: lossless, idempotent, without fragment.

    Raises:
        ValueError: Not http or https, or without a usable host.
    """
    return _canonical(url, keep_fragments=False)


def key_hash(key: str) -> bytes:
    """16 bytes (XXH3, 128 bits): the key as tables hold it."""
    return xxhash.xxh3_128_digest(key.encode("utf-8"))


@lru_cache(maxsize=REMEMBERED)
def host_of(url: str) -> str:
    """Lower-case host name, ASCII; with `:port` if that is not the scheme's usual one.

    Raises:
        ValueError: As `fetch_key`.
    """
    return UrlParts.from_canonical(fetch_key(url)).host


def site_of(url: str) -> str:
    """The host without www, m, mobile and amp labels, with a port that is not the usual one.

    Raises:
        ValueError: As `fetch_key`.
    """
    return without_mirror_labels(host_of(url))


def article_url(url: str) -> str:
    """The same article's plain address: https, no tracking, no AMP or print version. Idempotent.

    Raises:
        ValueError: As `fetch_key`.
    """
    return _article_parts(url).to_url()


def url_key(url: str) -> bytes:
    """16 bytes, equal for addresses that lead to one article.

    Raises:
        ValueError: As `fetch_key`.
    """
    return key_hash(_identity(_article_parts(url)))


def believable_canonical(page_url: str, claimed: str | None) -> str | None:
    """What a page claims as its canonical link, absolute; None if the claim is not believable.

    Believable: http or https, the same registered domain and port, and not the front page or a
    section, unless it is the page's own address.
    """
    try:
        page = _article_parts(page_url)
        absolute = urljoin(page_url, (claimed or "").strip())
        claim = _article_parts(absolute)
    except ValueError:
        return None
    if not claimed or not claimed.strip() or looks_like_front_page(claim):
        return None
    if registered_domain(page.host) != registered_domain(claim.host):
        return None
    if _identity(page) != _identity(claim) and _is_section_of(claim, page):
        return None
    return absolute


@lru_cache(maxsize=REMEMBERED)
def _canonical(url: str, *, keep_fragments: bool) -> str:
    try:
        key = canonicalize_url(url, keep_fragments=keep_fragments)
        scheme, host, *_ = urlsplit(key)
    except ValueError as error:
        raise ValueError(f"not an http or https URL: {url[:200]!r}: {error}") from error
    if scheme not in {"http", "https"} or not _HOST.fullmatch(host.rpartition("@")[2]):
        raise ValueError(f"not an http or https URL: {url[:200]!r}")
    return key


@lru_cache(maxsize=REMEMBERED)
def _article_parts(url: str) -> UrlParts:
    parts = UrlParts.from_canonical(_canonical(url, keep_fragments=True))
    # A step can make room for another: /amp/print/a. Each only shortens, so this ends.
    while (after := _step(parts)) != parts:
        parts = after
    return parts


def _step(parts: UrlParts) -> UrlParts:
    for step in STEPS:
        parts = step(parts)
    return parts


def _identity(parts: UrlParts) -> str:
    """Host, path and query, spelled so that equal articles are equal strings."""
    plain = without_index(parts)
    return plain.replace(
        scheme="https", host=without_mirror_labels(plain.host), closing_slash=False
    ).to_url()


def _is_section_of(claim: UrlParts, page: UrlParts) -> bool:
    """Whether the claim looks like the section the page stands in rather than like the page."""
    if claim.query or claim.fragment or _is_slug(claim.segments[-1]):
        return False
    depth = len(claim.segments)
    rest = page.segments[depth:]
    if page.segments[:depth] == claim.segments and not all(map(_PAGE_NUMBER.fullmatch, rest)):
        return True
    return depth <= MAX_SECTION_DEPTH and all(map(_is_word, claim.segments))


def _is_slug(segment: str) -> bool:
    """`storm-hits-the-coast`, `storm-48213`, `48213.html`: as articles are called."""
    return segment.count("-") >= MIN_SLUG_HYPHENS or bool(_LONG_NUMBER.search(segment))


def _is_word(segment: str) -> bool:
    """`politics` or `real-estate`: as sections are called, and articles hardly ever."""
    return unquote(segment).replace("-", "").isalpha()
