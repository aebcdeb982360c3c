"""Sitemaps to links: sitemaps.org files and indexes, the news extension, plain lists.

Read as a stream without a tree, so memory grows with the links and not with the file.
"""

import zlib

from lxml import etree

from crawler.discovery.links import absolute_url, distinct, make_link, parse_time
from crawler.discovery.records import Kind, Sitemap
from crawler.discovery.xml_text import from_root, local_name, xml_text
from crawler.errors import FeedParseError
from pipelines.records import Link

MAX_SITEMAP_BYTES = 50 * 1024 * 1024  # uncompressed; sitemaps.org allows so much
MAX_SITEMAP_LINKS = 50_000  # likewise
MAX_FIELD_CHARACTERS = 4_096
MAX_FIELD_PARTS = 16  # a text comes in pieces around its entities

_GZIP = b"\x1f\x8b"
_CHUNK_CHARACTERS = 64 * 1024
# Element and the one around it: pictures and films have titles and dates of their own.
_FIELDS = {
    ("url", "loc"),
    ("url", "lastmod"),
    ("sitemap", "loc"),
    ("sitemap", "lastmod"),
    ("news", "publication_date"),
    ("news", "title"),
}
_ENTRIES = frozenset({"url", "sitemap"})


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """Its links, or the further sitemaps of an index; at most MAX_SITEMAP_LINKS.

    Broken and truncated files give what can be read of them.

    Raises:
        FeedParseError: It is no sitemap.
    """
    text = xml_text(_inflated(body, url=url))
    found = from_root(text, "urlset|sitemapindex")
    if found is None:
        return _parse_list(text, url=url)
    entries = _Entries(base=url)
    _feed(found[1], entries)
    links = distinct(entries.links, limit=MAX_SITEMAP_LINKS)
    if found[0] == "sitemapindex":
        return Sitemap(kind=Kind.SITEMAP_INDEX, children=links)
    return Sitemap(kind=Kind.NEWS_SITEMAP if entries.have_news else Kind.SITEMAP, links=links)


def _inflated(body: bytes, *, url: str) -> bytes:
    """The body out of its gzip, at most MAX_SITEMAP_BYTES of it; what is not gzip as it is."""
    if not body.startswith(_GZIP):
        return body[:MAX_SITEMAP_BYTES]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise FeedParseError(f"not a sitemap: broken gzip: {error}", url=url) from error


def _parse_list(text: str, *, url: str) -> Sitemap:
    """One URL a line, and nothing else."""
    lines = [
        line for line in text.split("\n", MAX_SITEMAP_LINKS)[:MAX_SITEMAP_LINKS] if line.strip()
    ]
    if not lines or not lines[0].strip().lower().startswith(("http://", "https://")):
        raise FeedParseError("not a sitemap: neither its XML nor a list of URLs", url=url)
    addresses = (absolute_url(line, base=url) for line in lines)
    links = (Link(url=address) for address in addresses if address)
    return Sitemap(kind=Kind.SITEMAP, links=distinct(links, limit=MAX_SITEMAP_LINKS))


def _feed(text: str, entries: "_Entries") -> None:
    parser = etree.XMLParser(  # type: ignore[call-overload] # its stub wants methods lxml does not
        target=entries,
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for start in range(0, len(text), _CHUNK_CHARACTERS):
            parser.feed(text[start : start + _CHUNK_CHARACTERS].encode())
            if len(entries.links) >= MAX_SITEMAP_LINKS:
                return
        parser.close()
    except etree.XMLSyntaxError:
        return  # beyond repair from here on; what was read stands


class _Entries:
    """A parser's target: elements come and go, only links stay."""

    def __init__(self, *, base: str) -> None:
        self.links: list[Link] = []
        self.have_news = False
        """An entry had the news extension."""
        self._base = base
        self._path: list[str] = []
        self._fields: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, _attributes: object) -> None:
        name = local_name(tag)
        self._path.append(name)
        self._text.clear()
        self.have_news |= name == "news"
        if name in _ENTRIES:
            self._fields.clear()  # a tag that was never closed nests the entries after it

    def data(self, text: str) -> None:
        if len(self._text) < MAX_FIELD_PARTS:
            self._text.append(text[:MAX_FIELD_CHARACTERS])

    def end(self, _tag: str) -> None:
        name = self._path.pop()
        above = self._path[-1] if self._path else ""
        if (above, name) in _FIELDS:
            self._fields.setdefault(name, "".join(self._text))
        elif name in _ENTRIES:
            self._add_link()
        self._text.clear()

    def close(self) -> None:
        """Nothing to give back: see `links`."""

    def _add_link(self) -> None:
        link = make_link(
            self._fields.get("loc"),
            base=self._base,
            title=self._fields.get("title"),
            published_at=parse_time(self._fields.get("publication_date")),
            modified_at=parse_time(self._fields.get("lastmod")),
        )
        self._fields.clear()
        if link:
            self.links.append(link)
