"""The newest articles as a feed: Atom (RFC 4287) or JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from db.stored_articles import StoredArticle

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
FEED_ENTRIES = 100
"""Readers ask often; who wants all exports another format."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""XML 1.0 §2.2 has no way to write these."""


def write_atom(articles: Sequence[StoredArticle], file: BinaryIO, *, title: str) -> int:
    """An Atom feed with whole texts, in the given order; how many entries."""
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", _urn(f"winnow feed {title}"))
    _add(feed, "title", title)
    updated = max(
        (_updated(article) for article in articles), default=datetime(1970, 1, 1, tzinfo=UTC)
    )
    _add(feed, "updated", _time(updated))
    _add(feed, "generator", "Winnow")
    for article in articles:
        feed.append(_entry(article))
    ET.register_namespace("", ATOM)
    ET.ElementTree(feed).write(file, encoding="utf-8", xml_declaration=True)
    return len(articles)


def write_json_feed(articles: Sequence[StoredArticle], file: BinaryIO, *, title: str) -> int:
    """A JSON Feed with whole texts, in the given order; how many items."""
    feed = {"version": JSON_FEED, "title": title, "items": [_item(it) for it in articles]}
    file.write(json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n")
    return len(articles)


def _entry(article: StoredArticle) -> ET.Element:
    entry = ET.Element(f"{{{ATOM}}}entry")
    _add(entry, "id", _urn(article.url))
    _add(entry, "title", article.title or article.url)
    _add(entry, "link", rel="alternate", href=article.url)
    _add(entry, "updated", _time(_updated(article)))
    _add(entry, "published", _time(article.sort_at))
    for name in article.authors or (article.site,):  # RFC 4287 §4.1.1: somebody must be named
        _add(_add(entry, "author"), "name", name)
    for tag in article.tags:
        _add(entry, "category", term=tag)
    if article.description:
        _add(entry, "summary", article.description)
    _add(entry, "content", article.text, type="text")
    return entry


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    plain = {key: _NO_XML.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", plain)
    element.text = None if text is None else _NO_XML.sub("", text)
    return element


def _item(article: StoredArticle) -> dict[str, object]:
    item = {
        "id": _urn(article.url),
        "url": article.url,
        "title": article.title,
        "content_text": article.text,
        "summary": article.description,
        "image": article.image_url,
        "date_published": _time(article.sort_at),
        "date_modified": _time(_updated(article)),
        "authors": [{"name": name} for name in article.authors],
        "tags": list(article.tags),
        "language": article.language,
    }
    return {name: value for name, value in item.items() if value not in (None, [])}


def _updated(article: StoredArticle) -> datetime:
    return article.modified_at or article.fetched_at


def _urn(name: str) -> str:
    """The same for as long as the name is."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
