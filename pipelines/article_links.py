"""The links of a page that look like articles of the same site."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

MAX_LINKS = 5_000
MAX_HREF_CHARACTERS = 2_000

MIN_SLUG_WORDS = 3
"""Joined by hyphens or underscores in one path segment: `ferry-returns-to`."""

_MIN_JOINTS = MIN_SLUG_WORDS - 1

_LONG_NUMBER = re.compile(r"\d{4}")
_PAGE_NAMES = (".html", ".htm", ".shtml", ".phtml")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|css|js|xml|json|ico)(?:$|\?)", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_COPIES = re.compile(r"^(?:www|m|mobile|amp)\.")


def article_links(tree: HtmlElement, *, url: str) -> tuple[str, ...]:
    """Absolute http(s) links of the same site in page order, distinct, without fragments."""
    own = url.partition("#")[0]
    found = dict.fromkeys(link for link in _same_site_links(tree, url=own) if link != own)
    return tuple(islice(found, MAX_LINKS))


def site_in(link: str) -> str:
    """The site an absolute link names as written, without www, m, mobile or amp; else empty."""
    return _site_of("/".join(link.split("/", 3)[:3]))


@lru_cache(maxsize=4_096)  # a page links to a few sites, hundreds of times
def _site_of(start: str) -> str:
    """The same, of a link cut after its host."""
    scheme, slashes, rest = start.partition("//")
    if not slashes or scheme.lower() not in {"https:", "http:", ""}:
        return ""
    host = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    return _COPIES.sub("", host.lower())


def leads_to(link: str, site: str) -> bool:
    """Whether a link as written in a page, absolute or relative, leads to a page of this site."""
    if link.startswith(("//", "https://", "http://")):
        return site_in(link) == site
    if link.startswith("/"):
        return True
    return _SCHEME.match(link) is None or site_in(link) == site


def _same_site_links(tree: HtmlElement, *, url: str) -> Iterator[str]:
    base_url = _base_url(tree, url)
    parts = urlsplit(base_url)
    site = site_in(url)
    root = f"{parts.scheme}://{parts.netloc}"
    for href in _hrefs(tree):
        if not _looks_like_article(href):
            continue
        link = _absolute(href, base_url=base_url, root=root)
        if link.startswith(("https://", "http://")) and site_in(link) == site:
            yield link


def _hrefs(tree: HtmlElement) -> dict[str, None]:
    """What the first links of the page say, without fragments, distinct, in page order."""
    anchors = islice(tree.iter("a"), 4 * MAX_LINKS)
    written = dict.fromkeys([anchor.get("href", "") for anchor in anchors])
    return dict.fromkeys([href.strip().partition("#")[0] for href in written])


def _absolute(href: str, *, base_url: str, root: str) -> str:
    if href.startswith(("https://", "http://")):
        return href
    if href[0] == "/" and href[:2] != "//":
        return root + href
    return _join(base_url, href)


def _base_url(tree: HtmlElement, url: str) -> str:
    base = tree.find(".//base[@href]")
    return url if base is None else _join(url, base.get("href", "")) or url


def _looks_like_article(href: str) -> bool:
    if not href or len(href) > MAX_HREF_CHARACTERS or "\n" in href:
        return False
    path = href.partition("//")[2].partition("/")[2] if "//" in href[:8] else href
    path = path.partition("?")[0]
    if path.endswith(_PAGE_NAMES):
        return True
    if not _names_a_slug(path) and _LONG_NUMBER.search(path) is None:
        return False
    return _NOT_PAGES.search(path) is None


def _names_a_slug(path: str) -> bool:
    """Whether one of the last segments does: a slug may stand before an id or `amp`."""
    if path.count("-") < _MIN_JOINTS and path.count("_") < _MIN_JOINTS:  # as most links
        return False
    longest = max(path.rsplit("/", 3)[-3:], key=len)
    return longest.count("-") >= _MIN_JOINTS or longest.count("_") >= _MIN_JOINTS


def _join(base_url: str, href: str) -> str:
    try:
        return urljoin(base_url, href)
    except ValueError:  # a malformed IPv6 host
        return ""
