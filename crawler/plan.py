"""What a crawl is asked to do, what it says while it runs, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """One run: a list of URLs, or one source."""

    urls: tuple[str, ...] = ()
    """Listed URLs, absolute, http or https. Empty when a source is crawled."""
    source_key: str | None = None
    """The source to crawl. None: the listed URLs."""
    force: bool = False
    """Fetch listed URLs again although they have a final outcome."""
    max_age_seconds: float | None = None
    """Fetch a listed URL again when it last answered longer ago than this. None: never."""
    follow: bool = False
    """Follow a listed page's links to articles of the same site."""
    max_pages: int | None = None
    """At most this many pages in this run. None: the source's or the setting's."""
    dry_run: bool = False
    """Say what would be fetched; fetch no page, write nothing."""
    command: str = ""
    """As a person would type it; stored with the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a run stands at one moment."""

    done: int
    """URLs that ended in this run."""
    by_outcome: Mapping[str, int]
    """Outcome -> URLs; adds up to `done`."""
    in_flight: int
    """Being fetched or processed."""
    pending: int
    """Waiting for their time."""
    total: int | None
    """URLs the run will reach. None: not known, more may be found."""
    started_at: datetime
    """Aware, UTC."""


ProgressCallback = Callable[[Progress], None]
"""Called from the event loop about once a second; must return at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How a run ended."""

    run_id: int
    """0 for a dry run, which writes no row."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Outcome -> URLs, with `known` for those that were not fetched again."""
    pending: int = 0
    """URLs asked for that still wait."""
    next_due_at: datetime | None = None
    """When the first of them may be tried; aware, UTC. None: none waits."""
    finish_reason: str = "finished"
    exit_code: int = 0
    """As in docs/command-line.md."""
