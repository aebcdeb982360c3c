"""Feeds to links: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed.

An XML feed is skimmed first: its entries' titles, addresses and dates, clipped, in a small
document of our own making. feedparser, which knows what they mean in each format, reads that one
only: it never sees markup, entities, or more than MAX_ENTRIES entries.
"""

import io
import re
import time
from datetime import UTC, datetime
from itertools import islice

import feedparser
from lxml import etree

from crawler.discovery.json_feeds import parse_json_feed
from crawler.discovery.links import (
    MAX_DATE_CHARACTERS,
    MAX_URL_CHARACTERS,
    absolute_url,
    distinct,
    make_link,
    parse_time,
    plain_title,
    sane_time,
)
from crawler.discovery.records import Feed
from crawler.discovery.xml_text import from_root, local_name, xml_parser, xml_text
from crawler.errors import FeedParseError
from pipelines.records import Link

MAX_FEED_BYTES = 10 * 1024 * 1024  # as any download; of more, the beginning is read
MAX_ENTRIES = 2_000  # the longest feeds of the news have some hundreds
MAX_FIELD_CHARACTERS = 4_096

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_IS_NEARLY_W3C = re.compile(r"\s*\d{4}-\d\d", re.ASCII)

_ATOM = "http://www.w3.org/2005/Atom"
_ORIGINAL_LINK = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
# Names in lower case, and as the small document spells them.
_ENTRY_FIELDS = {
    "created": f"{{{_ATOM}}}published",
    "date": f"{{{_ATOM}}}published",
    "guid": "guid",
    "issued": f"{{{_ATOM}}}published",
    "link": "link",
    "modified": f"{{{_ATOM}}}updated",
    "origlink": _ORIGINAL_LINK,
    "pubdate": "pubDate",
    "published": f"{{{_ATOM}}}published",
    "title": "title",
    "updated": f"{{{_ATOM}}}updated",
}
_FOREIGN = ("/mrss", "itunes", "podcast", "georss")  # their title and link are of pictures, sounds
_FOREIGN_PREFIXES = ("media:", "itunes:", "podcast:")
_PAGE_RELATIONS = frozenset({"", "alternate"})  # RFC 4287 §4.2.7.2


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> Feed:
    """The feed's title and links, resolved against `url` and xml:base.

    Raises:
        FeedParseError: It is no feed.
    """
    text = xml_text(body[:MAX_FEED_BYTES], content_type)
    if text.lstrip().startswith("{"):
        return parse_json_feed(text, url=url)
    return _parse_xml_feed(text, url=url)


def _parse_xml_feed(text: str, *, url: str) -> Feed:
    small = _skim(_feed_root(text, url=url), base=url)
    parsed = feedparser.parse(
        io.BytesIO(etree.tostring(small, encoding="utf-8")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    links = (_entry_link(entry, base=url) for entry in parsed.entries)
    return Feed(
        title=plain_title(parsed.feed.get("title")),
        links=distinct((link for link in links if link), limit=MAX_ENTRIES),
    )


def _feed_root(text: str, *, url: str) -> etree._Element:
    found = from_root(text, "rss|feed|rdf|channel")
    if found is None:
        raise FeedParseError("not a feed: neither RSS, Atom nor JSON Feed", url=url)
    try:
        root = etree.fromstring(found[1].encode(), xml_parser())
    except etree.XMLSyntaxError as error:
        raise FeedParseError(f"not a feed: {error.msg}", url=url) from error
    if root is None:
        raise FeedParseError("not a feed: nothing in it can be read", url=url)
    return root


def _skim(root: etree._Element, *, base: str) -> etree._Element:
    """An RSS document of the same feed with what we ask of it, and no more."""
    small = etree.Element("rss", version="2.0")
    channel = etree.SubElement(small, "channel")
    _add(channel, "title", _title_of(root))
    # Wherever they stand: beside the channel in RSS 1.0, or nested by a tag that was never closed.
    for entry in islice(root.iter("{*}item", "{*}entry"), MAX_ENTRIES):
        _skim_entry(entry, etree.SubElement(channel, "item"), base=base)
    return small


def _title_of(root: etree._Element) -> str | None:
    channel = next(root.iterchildren("{*}channel"), root)
    titles = (title for title in channel.iterchildren("{*}title") if not _is_foreign(title))
    title = next(titles, None)
    return None if title is None else _text_of(title)


def _skim_entry(entry: etree._Element, item: etree._Element, *, base: str) -> None:
    base = _base_of(entry, base=base)
    for child in entry.iterchildren():
        field = _ENTRY_FIELDS.get(local_name(child.tag))
        if field is None or _is_foreign(child) or item.find(field) is not None:
            continue
        if field in {"link", "guid", _ORIGINAL_LINK}:
            _add(item, field, absolute_url(_address_of(child), base=_own_base(child, base=base)))
        else:
            limit = MAX_FIELD_CHARACTERS if field == "title" else MAX_DATE_CHARACTERS
            _add(item, field, _text_of(child)[:limit])


def _add(parent: etree._Element, field: str, text: str | None) -> None:
    if text:
        etree.SubElement(parent, field).text = text


def _address_of(element: etree._Element) -> str | None:
    """Of an article's page: not of comments, the feed itself or a sound file; None if of those."""
    if element.get("isPermaLink", "").lower() == "false":
        return None
    if element.get("rel", "").lower() not in _PAGE_RELATIONS:
        return None
    text = element.get("href") or _text_of(element).strip()
    # A guid without the attribute is a permalink only if it looks like one.
    if local_name(element.tag) == "guid" and not text.lower().startswith(("http:", "https:")):
        return None
    return text[: MAX_URL_CHARACTERS + 1]


def _text_of(element: etree._Element) -> str:
    """All text below, markup of Atom's xhtml titles left out, clipped."""
    parts: list[str] = []
    room = MAX_FIELD_CHARACTERS
    for part in element.itertext():
        parts.append(str(part)[:room])
        room -= len(parts[-1])
        if room <= 0:
            break
    return "".join(parts)


def _base_of(element: etree._Element, *, base: str) -> str:
    """RFC 4287 §2: xml:base, itself relative to that of the element around it."""
    for around in reversed([element, *element.iterancestors()]):
        base = _own_base(around, base=base)
    return base


def _own_base(element: etree._Element, *, base: str) -> str:
    return absolute_url(element.get(_XML_BASE), base=base) or base


def _is_foreign(element: etree._Element) -> bool:
    namespace, _, name = str(element.tag).lower().rpartition("}")
    return name.startswith(_FOREIGN_PREFIXES) or any(mark in namespace for mark in _FOREIGN)


def _entry_link(entry: feedparser.FeedParserDict, *, base: str) -> Link | None:
    # As a plain dict: its own lookup answers with another date where one is missing.
    fields: dict[str, object] = dict(entry)
    address = fields.get("feedburner_origlink") or fields.get("link")
    return make_link(
        str(address) if address else None,
        base=base,
        title=str(fields.get("title") or ""),
        published_at=_time_of(fields, "published"),
        modified_at=_time_of(fields, "updated"),
    )


def _time_of(fields: dict[str, object], name: str) -> datetime | None:
    """Read strictly where it is a standard's date, else as feedparser, which knows many more.

    Not so where it lacks a year or is almost a standard's: feedparser would complete the one from
    today's date and wrap the other around.
    """
    text = str(fields.get(name) or "")
    moment = fields.get(f"{name}_parsed")
    if (strict := parse_time(text)) or not isinstance(moment, time.struct_time):
        return strict
    if not _HAS_YEAR.search(text) or _IS_NEARLY_W3C.match(text):
        return None
    try:
        return sane_time(datetime(*moment[:6], tzinfo=UTC))
    except ValueError:
        return None
