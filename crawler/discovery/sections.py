"""Section and home pages to links, and to the feeds and sitemaps they name."""

import re
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from crawler.discovery.article_urls import is_article_url
from crawler.discovery.links import absolute_url, make_link
from crawler.discovery.records import FoundSeed, Kind
from pipelines.decode import decode_body
from pipelines.hosts import registered_domain
from pipelines.markup import strip_silent_markup
from pipelines.records import Link
from pipelines.urls import fetch_key, host_of

MAX_SECTION_BYTES = 10 * 1024 * 1024  # as any download
MAX_SECTION_CHARACTERS = 4 * 1024 * 1024  # of markup; scripts, which are the most, not counted
MAX_SECTION_LINKS = 5_000
MAX_ANCHORS = 20_000  # looked at for those links
MAX_SEEDS = 100
MAX_ANCHOR_CHARACTERS = 1_000

# libxml2 is quadratic in the attributes of one tag: 200,000 take it minutes, in C.
_WIDE_TAG = re.compile(r"<[^<>]{16384,}")

FEED_TYPES = frozenset(
    {"application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss+xml"}
    | {"application/x-rss+xml", "text/rss+xml"}
)
USUAL_FEED_PATHS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml")
"""WordPress, and what static site makers and news systems write."""


def section_links(body: bytes, *, url: str, content_type: str | None = None) -> tuple[Link, ...]:
    """Links of the same registered domain that look like articles, in page order, distinct.

    Titles are the longest anchor text of each. `rel=nofollow` is not looked at: it speaks of
    recommendation, not of permission.
    """
    tree = _parse(body, content_type)
    if tree is None:
        return ()
    base = _base_of(tree, url=url)
    found: dict[str, Link] = {}
    for anchor in islice(tree.iter("a"), MAX_ANCHORS):
        link = make_link(anchor.get("href"), base=base, title=_text_of(anchor))
        if link and _is_wanted(link.url, page_url=url):
            key = fetch_key(link.url)
            found[key] = _better_titled(found.get(key), link)
        if len(found) == MAX_SECTION_LINKS:
            break
    return tuple(found.values())


def find_seeds(body: bytes, *, url: str, content_type: str | None = None) -> tuple[FoundSeed, ...]:
    """The feeds and sitemaps that a page names, in page order, distinct."""
    tree = _parse(body, content_type)
    if tree is None:
        return ()
    base = _base_of(tree, url=url)
    found: dict[str, FoundSeed] = {}
    for element in islice(tree.iter("link", "a"), MAX_ANCHORS):
        kind = _kind_named(element)
        address = absolute_url(element.get("href"), base=base) if kind else None
        if kind and address:
            title = (element.get("title") or "").strip()[:MAX_ANCHOR_CHARACTERS] or None
            found.setdefault(fetch_key(address), FoundSeed(kind=kind, url=address, title=title))
        if len(found) == MAX_SEEDS:
            break
    return tuple(found.values())


def usual_feed_urls(url: str) -> tuple[str, ...]:
    """Where a site that names no feed may have one: suggestions to try, nothing more."""
    return tuple(urljoin(url, path) for path in USUAL_FEED_PATHS)


def _parse(body: bytes, content_type: str | None) -> etree._Element | None:
    text = strip_silent_markup(decode_body(body[:MAX_SECTION_BYTES], content_type))
    text = _WIDE_TAG.sub("", text)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        return etree.fromstring(text[:MAX_SECTION_CHARACTERS].encode(), parser)
    except etree.XMLSyntaxError:
        return None


def _base_of(tree: etree._Element, *, url: str) -> str:
    """HTML §4.2.3: the first `<base href>`, if it can be used."""
    element = next(tree.iter("base"), None)
    return (absolute_url(element.get("href"), base=url) if element is not None else None) or url


def _is_wanted(link_url: str, *, page_url: str) -> bool:
    # The address first: it costs less than the public suffix list.
    if not is_article_url(link_url):
        return False
    return registered_domain(host_of(link_url)) == registered_domain(host_of(page_url))


def _better_titled(known: Link | None, link: Link) -> Link:
    """Of two links to one page, a picture and a headline: the one that says more."""
    if known is None or len(link.title or "") > len(known.title or ""):
        return link
    return known


def _text_of(anchor: etree._Element) -> str:
    parts: list[str] = []
    room = MAX_ANCHOR_CHARACTERS
    for part in anchor.itertext():
        parts.append(str(part)[:room])
        room -= len(parts[-1])
        if room <= 0:
            break
    return " ".join(parts) if any(map(str.strip, parts)) else anchor.get("title") or ""


def _kind_named(element: etree._Element) -> Kind | None:
    relations = (element.get("rel") or "").lower().split()
    media_type = (element.get("type") or "").partition(";")[0].strip().lower()
    if element.tag == "link" and "alternate" in relations:
        return Kind.FEED if media_type in FEED_TYPES else None
    path = (element.get("href") or "").partition("?")[0].lower()
    if "sitemap" in relations or ("sitemap" in path and path.endswith((".xml", ".xml.gz"))):
        return Kind.SITEMAP
    return None
