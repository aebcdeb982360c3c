"""The records that flow through Winnow: Link, FetchedPage, CleanArticle, Rejection.

Frozen, slotted, keyword-only; a changed record is a new record (`dataclasses.replace`). They hold
plain values only, so they cross process borders and pass through Scrapy as items unchanged.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.stories.records import StoryTraits

CLEANER_VERSION = 9
"""Goes up whenever the same page would give another text or metadata; stored with each article."""


class Reason(StrEnum):
    """Why a page was not kept as an article. Each is also an outcome of the ledger."""

    NOT_ARTICLE = "not_article"
    EMPTY = "empty"
    PAYWALLED = "paywalled"
    RESERVED = "reserved"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    NOT_HTML = "not_html"
    PARSE_ERROR = "parse_error"
    CRASHED = "crashed"
    SOFT_404 = "soft_404"
    LISTING = "listing"


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    CODE = "code"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that was discovered and not fetched yet, with what its finder said about it."""

    url: str
    """Absolute, http or https."""
    title: str | None = None
    """From the feed or the anchor; a hint, not the truth. None: nothing was said."""
    published_at: datetime | None = None
    """Aware, UTC; from the feed or news sitemap. None: nothing was said."""
    modified_at: datetime | None = None
    """Aware, UTC; a sitemap's lastmod or a feed's updated. None: nothing was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """One HTTP response, exactly as received."""

    request_url: str
    """As asked for; absolute."""
    url: str
    """After redirects; absolute."""
    status: int = 200
    """HTTP status code."""
    body: bytes
    """Undecoded, decompressed."""
    content_type: str | None = None
    """The Content-Type header as sent. None: there was none."""
    robots_tag: str | None = None
    """All X-Robots-Tag headers, joined by commas. None: there was none."""
    tdm_reserved: bool = False
    """The server reserves text and data mining rights (tdm-reservation header or tdmrep.json)."""
    fetched_at: datetime
    """Aware, UTC."""
    link_title: str | None = None
    """The title that the feed or the linking page gave. None: unknown."""
    link_published_at: datetime | None = None
    """Aware, UTC; the date that the feed or sitemap gave. None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLink:
    """Some words of a block that lead to another page."""

    start: int
    """Index of the first character in the block's text."""
    end: int
    """One after the last."""
    url: str
    """Absolute, http or https, as the page writes it; at most 2,000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph-like unit of an article."""

    kind: BlockKind
    text: str
    """NFC, spaces collapsed, never empty. List items and table rows one a line."""
    level: int = 0
    """Of a heading: 1 to 6. Otherwise 0."""
    path: str = ""
    """Where it stood in the page: tags with their classes, outermost first. Empty: unknown."""
    links: tuple[BlockLink, ...] = ()
    """In order, none over another, none over a line break. Of kept blocks only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A block that extraction gave and cleaning took away, and why."""

    position: int
    """How many kept blocks stand before it."""
    block: Block
    rule: str
    """The rule's name, e.g. `headline_repeated`."""
    reason: str
    """A sentence for a person, with the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where one metadata field came from."""

    field: str
    """A field of CleanArticle, e.g. `published_at`."""
    source: str
    """E.g. `json-ld:datePublished`, `meta:og:title`, `h1`, `feed`, `url`, `htmldate`."""
    raw: str
    """What the source said before it was coerced; clipped to 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsSignals:
    """What the publisher said about use of the page; read and stored, whatever the policy."""

    noindex: bool = False
    noarchive: bool = False
    noai: bool = False
    tdm_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about its article, each field guarded on its own."""

    title: str | None = None
    """At most 1,000 characters. None: no source gave a usable one; likewise below."""
    authors: tuple[str, ...] = ()
    """People's names in order, at most 50."""
    published_at: datetime | None = None
    """Aware, UTC, from 1990 to a day after fetching."""
    published_offset_minutes: int | None = None
    """UTC offset that the source wrote, so that its local day is known. None: it wrote none."""
    modified_at: datetime | None = None
    """Aware, UTC, not before published_at."""
    modified_offset_minutes: int | None = None
    """UTC offset that the source wrote. None: it wrote none."""
    language: str | None = None
    """ISO 639-1, lower case, e.g. `de`."""
    section: str | None = None
    tags: tuple[str, ...] = ()
    """At most 50, in order, distinct."""
    image_url: str | None = None
    """Absolute, http or https."""
    image_caption: str | None = None
    """At most 1,000 characters."""
    site_name: str | None = None
    description: str | None = None
    """At most 2,000 characters."""
    paywalled: bool | None = None
    """The page says its text is not free (isAccessibleForFree). None: it does not say."""
    canonical_url: str | None = None
    """`<link rel=canonical>` or og:url as claimed, absolute; belief is decided when storing."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedArticle:
    """What extraction found on a page, before cleaning."""

    metadata: Metadata
    blocks: tuple[Block, ...]
    """In page order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanArticle:
    """An article ready to store."""

    request_url: str
    url: str
    fetched_at: datetime
    metadata: Metadata
    blocks: tuple[Block, ...]
    """Kept blocks in page order."""
    cuts: tuple[Cut, ...]
    """What cleaning took away, in page order."""
    text: str
    """The blocks rendered as plain text: NFC, one block a paragraph, separated by newlines."""
    content_hash: bytes
    """16 bytes: equal for equal texts whatever their spacing, case and punctuation."""
    word_count: int
    rights: RightsSignals
    links: tuple[str, ...] = ()
    """Same-site links of the page that look like articles, absolute, at most 5,000."""
    cleaner_version: int = CLEANER_VERSION
    profile_version: int = 0
    """Of the site profile that the page was cleaned with. 0: an empty one, or none."""
    profile_flag: str | None = None
    """Why that profile was not applied, a sentence. None: it was, or had nothing to cut."""
    sighted: tuple[int, ...] = ()
    """Hashes of the extracted blocks, kept and cut, distinct: what its site is learned from."""
    layout: bytes = b""
    """What stands where on its page, as `pipelines.sites.layout` writes it; empty: unknown."""
    is_outside_sample: bool = False
    """Its site is learned from others: it teaches nothing, and its page may not be read whole."""
    story_traits: StoryTraits | None = None
    """What its story is recognised by. None: it is made when it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An expected "not kept": a value, not an exception."""

    request_url: str
    url: str
    fetched_at: datetime
    reason: Reason
    detail: str
    """A sentence for a person, with the value that decided."""
    metadata: Metadata | None = None
    """For `reserved` only: what may be kept. None otherwise."""
    rights: RightsSignals = RightsSignals()
    links: tuple[str, ...] = ()
    """Same-site links that look like articles, absolute, at most 5,000."""
