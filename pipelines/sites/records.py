"""The records of learning: what one article shows, what recurs, and what a page is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.rules.records import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class SightedArticle:
    """The blocks that one article's page showed."""

    article_id: int
    sample_key: bytes
    """A hash of its paragraphs, so the lowest ones are a sample nobody chose."""
    period: int
    """Quarter of its date: year * 4 + (0 to 3)."""
    day: str | None
    """Of publication, `2026-01-31`. None: unknown."""
    hashes: tuple[int, ...]
    """As `block_hash` gives them, distinct, in page order."""


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
