"""JSON Feed 1 and 1.1 (jsonfeed.org) to links."""

import json

from crawler.discovery.links import distinct, make_link, parse_time, plain_title
from crawler.discovery.records import Feed
from crawler.errors import FeedParseError
from pipelines.records import Link

MAX_JSON_ITEMS = 2_000


def parse_json_feed(text: str, *, url: str) -> Feed:
    """The feed's title and links. Fields of another type than the format's count as missing.

    Raises:
        FeedParseError: It is no JSON, or JSON that is no feed.
    """
    document = _load(text, url=url)
    items = document.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version"))[:100]:
        raise FeedParseError("JSON that is no feed: no jsonfeed.org version or no items", url=url)
    links = (_link_of(item, base=url) for item in items[:MAX_JSON_ITEMS] if isinstance(item, dict))
    return Feed(
        title=plain_title(_text(document, "title")),
        links=distinct((link for link in links if link), limit=MAX_JSON_ITEMS),
    )


def _load(text: str, *, url: str) -> dict[str, object]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedParseError(f"not a feed: JSON that cannot be read: {error}", url=url) from error
    if not isinstance(document, dict):
        raise FeedParseError("JSON that is no feed", url=url)
    return document


def _link_of(item: dict[str, object], *, base: str) -> Link | None:
    return make_link(
        _text(item, "url") or _text(item, "external_url"),
        base=base,
        title=_text(item, "title"),
        published_at=parse_time(_text(item, "date_published")),
        modified_at=parse_time(_text(item, "date_modified")),
    )


def _text(fields: dict[str, object], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None
