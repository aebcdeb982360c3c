"""The records of learning: what one article shows, what recurs, and what a page is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.rules.records import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class SightedArticle:
    """The blocks that one article's page showed."""

    article_id: int
    sample_key: bytes
    """A hash of its address, so the lowest ones are a sample nobody chose."""
    period: int
    """Quarter of its date: year * 4 + (0 to 3)."""
    day: str | None
    """Of publication, `2026-01-31`. None: unknown."""
    hashes: tuple[int, ...]
    """As `block_hash` gives them, distinct, in page order."""
    layout: bytes = b""
    """As `sight_layout` gives it; empty: the page shows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringBlock:
    """A block that enough distinct articles of a site show."""

    hash: int
    articles: int
    of_articles: int
    """Size of the window that speaks most for it."""
    inside: int
    """Of all its sightings, those between paragraphs of their article."""
    followers: int
    """Different lines that follow it, each alone, where the article's text has ended: the teasers
    of other articles. 0: what follows it is not always such a line."""
    first_day: str | None
    last_day: str | None
    """Publication of the oldest and the newest article that shows it. None: no date known."""
    last_period: int
    article_ids: tuple[int, ...]
    """At most three, in the order of their sample_key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What the sample of a site has in common."""

    blocks: tuple[RecurringBlock, ...]
    """By hash."""
    layout_changed: bool
    """The newest articles hardly show what the others repeat."""
    articles: tuple[SightedArticle, ...]
    """The distinct ones of the sample, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlace:
    """A place of a site's pages, and what stands there."""

    place: int
    """As `places.place_in` numbers it."""
    role: str
    """Name of a Role."""
    articles: int
    """In which it has that role."""
    kept_in: int
    """Articles that may have some of their text there."""
    texts: int
    """How many different first lines stand there."""
    lines: int
    """Median; so is linked, in per cent of the letters."""
    linked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLayout:
    """What stands where on the pages of a site."""

    articles: int = 0
    """That show a layout."""
    furniture: tuple[SitePlace, ...] = ()
    """Where no article has any of its text; most articles first, likewise below."""
    texts: tuple[SitePlace, ...] = ()
    """Where articles have their paragraphs."""
    named: tuple[SitePlace, ...] = ()
    """Containers, headlines, bylines, captions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBounds:
    """What is outside the sample of a site already, told before a page is processed."""

    highest: bytes | None = None
    """Key of the last of the full sample. None: it is not full, every article is of it."""
    periods: tuple[tuple[int, bytes | None], ...] = ()
    """The newest periods with the same of each, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """What is known about one site, as its pages are cleaned with it. Plain values only."""

    site: str
    version: int = 0
    """A hash of all below; 0: nothing is known."""
    cut: Mapping[int, str] = field(default_factory=dict)
    """Block hash -> evidence, a sentence for a person."""
    kept: frozenset[int] = frozenset()
    """Block hashes that no rule may cut."""
    labels: Mapping[int, str] = field(default_factory=dict)
    """Of `cut`, those that introduce an ever-changing line after the text -> evidence."""
    rules: tuple[Rule, ...] = ()
    """What a person says about its pages, in order; they beat the sets above."""
    furniture: frozenset[int] = frozenset()
    """Places that are left out of a page outside the sample."""
    texts: frozenset[int] = frozenset()
    """Places where articles have their paragraphs."""
    bounds: SampleBounds = SampleBounds()
    """Of the sample: what is in it is read as a whole, so that it teaches."""
