"""The tables. docs/data-model.md describes them for people who ask the database.

sources and seeds: what we follow. pages: the frontier and the ledger, one row a URL; fetches: one
row an attempt. runs and run_pages: one execution and the URLs asked for in it. hosts and sites:
politeness and trust. raw_pages: what was received. articles, revisions, cuts: what was made of it.
sightings, sighted_prose, site_blocks: what a site's articles have in common. rules: what a person
says about the pages of a host. export_marks and exported_articles: what exports gave already.
stories and what begins with story: which articles tell the same text. saved_searches and
saved_matches: queries asked again, and what each gave already.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    false,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.outcomes import Outcome
from db.types import JSONValue, UTCDateTime


class PageState(StrEnum):
    """Where a URL stands: waiting for its time, being fetched by a run, or ended."""

    DUE = "due"
    IN_FLIGHT = "in_flight"
    DONE = "done"


class SeedKind(StrEnum):
    """What stands at a seed's URL."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    NEWS_SITEMAP = "news_sitemap"
    SECTION = "section"


class BlockStatus(StrEnum):
    """What is done with a block that a site repeats."""

    LEARNED = "learned"
    """Cut, for the evidence."""
    ELSEWHERE = "elsewhere"
    """Not cut: prose that another domain shows too."""
    ACCEPTED = "accepted"
    """Cut, because a person said so; likewise below."""
    KEPT = "kept"
    """Never cut, by no rule."""
    FORGOTTEN = "forgotten"
    """Not cut by the profile, until it is learned again in a later quarter."""


class MemberReason(StrEnum):
    """Why an article belongs to its story."""

    FIRST = "first"
    """The story began with it."""
    EXACT = "exact"
    """Its text is a member's text."""
    NEAR = "near"
    """Its text is like a member's."""
    HAND = "hand"
    """A person said so: it stays, whatever the texts say."""


class RunState(StrEnum):
    """How a run stands. A `running` run whose lock is free was killed."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    KILLED = "killed"


def _text_enum(enum: type[StrEnum]) -> SqlEnum:
    """Plain text in the database, so that a new member needs no migration."""
    return SqlEnum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is spelled INTEGER."""


class Base(DeclarativeBase):
    """Every constraint has a name, or Alembic could not change it on SQLite."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: UTCDateTime,
        str: Text,
        bytes: LargeBinary,
        list[str]: JSONValue,
        list[int]: JSONValue,
        dict[str, str]: JSONValue,
        dict[str, int]: JSONValue,
        int: RowId,
        list[dict[str, object]]: JSONValue,
        dict[str, object]: JSONValue,
        Outcome: _text_enum(Outcome),
        PageState: _text_enum(PageState),
        SeedKind: _text_enum(SeedKind),
        RunState: _text_enum(RunState),
        BlockStatus: _text_enum(BlockStatus),
        MemberReason: _text_enum(MemberReason),
    }


class Source(Base):
    """A publication we follow."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Short name for commands, e.g. `guardian`."""
    name: Mapped[str]
    url: Mapped[str]
    """As given to `sources add`."""
    section: Mapped[str | None]
    """Stored with its articles when the page names none."""
    every_seconds: Mapped[int]
    """How often its seeds are read."""
    delay_seconds: Mapped[float | None]
    """Between hits on one host. None: the setting's."""
    max_pages: Mapped[int]
    """At most this many pages in one run."""
    reach_back_seconds: Mapped[int]
    """Links dated before (now - this) are not followed."""
    revisit_seconds: Mapped[list[int] | None]
    """Ages at which its articles are looked at again, ascending. NULL: the usual ones."""
    user_agent: Mapped[str | None]
    proxy: Mapped[str | None]
    cookies: Mapped[bool] = mapped_column(default=False)
    verify_tls: Mapped[bool] = mapped_column(default=True)
    include: Mapped[list[str]] = mapped_column(default=list)
    """Regular expressions; a link must match one. Empty: any link."""
    exclude: Mapped[list[str]] = mapped_column(default=list)
    """Regular expressions; a link that matches one is skipped."""
    paused_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Runs in a row in which no seed could be read."""
    created_at: Mapped[datetime]


class Seed(Base):
    """A feed, sitemap or section page that a source's crawl starts from."""

    __tablename__ = "seeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    url_hash: Mapped[bytes]
    """16 bytes of the fetch key; unique within its source."""
    kind: Mapped[SeedKind]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    """The header as sent, for conditional GET."""
    read_at: Mapped[datetime | None]
    """When it last answered, 304 included."""
    outcome: Mapped[str | None]
    """`read`, `not_modified`, or an Outcome. None: never tried."""
    detail: Mapped[str | None]
    links_found: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("uq_seeds_source_id_url_hash", "source_id", "url_hash", unique=True),)


class Host(Base):
    """Politeness towards one host name (with its port, if not the usual one)."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    robots_body: Mapped[bytes | None]
    """The last good robots.txt, at most 500 KiB. None: none yet; empty: it allows all."""
    robots_good_at: Mapped[datetime | None]
    """When robots_body was received."""
    robots_tried_at: Mapped[datetime | None]
    robots_status: Mapped[int | None]
    """HTTP status of the last try. None: no answer."""
    tdm_reserved_paths: Mapped[list[str]] = mapped_column(default=list)
    """Locations of /.well-known/tdmrep.json with tdm-reservation 1."""
    tdm_tried_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """Retry-After or back-off: no fetch before this."""
    next_fetch_at: Mapped[datetime | None]
    """The last fetch plus the delay: holds across processes."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failed fetches in a row."""
    lease_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), index=True
    )
    """The one run that may fetch from this host now."""
    wanted_at: Mapped[datetime | None]
    """Another run asked for the lease; its holder gives it up after what is in flight."""


class Site(Base):
    """What we know about one site (host without www, m, amp)."""

    __tablename__ = "sites"

    site: Mapped[str] = mapped_column(primary_key=True)
    canonical_distrusted_at: Mapped[datetime | None]
    """Unlike pages claimed one canonical link: its links are not believed."""
    profile_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Names the set of blocks that are cut and kept. 0: none."""
    profile_articles: Mapped[int] = mapped_column(default=0, server_default="0")
    """In the sample that the profile was last counted from."""
    profile_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sightings since then; 0: the profile is up to date."""
    needs_refill: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An article left the sample: others take its place from the stored ones."""
    layout_changed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The newest articles hardly show what the others repeat."""
    layout: Mapped[dict[str, object] | None]
    """What stands where on its pages, and the bounds of its sample. NULL: nothing counted."""
    layout_given: Mapped[dict[str, object] | None]
    """What a pack said of it. NULL: there was none."""


class Run(Base):
    """One crawl run."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    lock_key: Mapped[str] = mapped_column(unique=True)
    """Names the lock that the system drops when the run's process dies."""
    command: Mapped[str]
    """As a person would type it."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="SET NULL"))
    state: Mapped[RunState]
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    finish_reason: Mapped[str | None]
    exit_code: Mapped[int | None]
    counts: Mapped[dict[str, int]] = mapped_column(default=dict)
    """Outcome -> URLs, with `known` and `pending`; written when the run ends."""


class Page(Base):
    """One URL: frontier, ledger and validators in one row."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    fetch_hash: Mapped[bytes] = mapped_column(unique=True)
    """16 bytes of the fetch key."""
    url: Mapped[str]
    host: Mapped[str]
    site: Mapped[str]
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("sources.id", ondelete="SET NULL"), index=True
    )
    found_on_id: Mapped[int | None] = mapped_column(
        ForeignKey("pages.id", ondelete="SET NULL"), index=True
    )
    """The page whose link led here."""
    depth: Mapped[int] = mapped_column(default=0)
    """Links between a seed or listed URL and this page."""
    link_title: Mapped[str | None]
    link_published_at: Mapped[datetime | None]
    state: Mapped[PageState]
    due_at: Mapped[datetime | None]
    """When `due`: not before this. Otherwise NULL."""
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    """When `in_flight`: the run that fetches it. Otherwise NULL."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Attempts since it became due for the first time or again."""
    outcome: Mapped[Outcome | None]
    """Of the last attempt. NULL: never tried."""
    detail: Mapped[str | None]
    status: Mapped[int | None]
    """HTTP status of the last answer."""
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    answered_url: Mapped[str | None]
    """After redirects, where it differs from url."""
    canonical_hash: Mapped[bytes | None] = mapped_column(index=True)
    """16 bytes of the canonical link the page claims."""
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="SET NULL", use_alter=True), index=True
    )
    """The article found here, or of which this is another address."""
    discovered_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    """When its last attempt ended. NULL: never tried."""
    fetched_at: Mapped[datetime | None]
    """When it last answered, 304 included."""

    __table_args__ = (
        Index("ix_pages_state_due_at", "state", "due_at"),
        Index("ix_pages_run_id", "run_id"),
        Index("ix_pages_host_state", "host", "state"),
        CheckConstraint("(state = 'in_flight') = (run_id IS NOT NULL)", name="in_flight_has_run"),
        CheckConstraint("(state = 'due') = (due_at IS NOT NULL)", name="due_has_time"),
    )


class RunPage(Base):
    """A URL that was asked for in a run."""

    __tablename__ = "run_pages"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    page_id: Mapped[int] = mapped_column(
        ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    known: Mapped[bool] = mapped_column(default=False)
    """It had a final outcome already and was not fetched again."""


class Fetch(Base):
    """One attempt at one page."""

    __tablename__ = "fetches"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    """1, 2, … within its run."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[Outcome]
    detail: Mapped[str | None]
    status: Mapped[int | None]
    size_bytes: Mapped[int | None]
    """Of the decompressed body. NULL: there was none."""

    __table_args__ = (
        Index("uq_fetches_run_id_page_id_attempt", "run_id", "page_id", "attempt", unique=True),
    )


class RawDictionary(Base):
    """An earlier page of a host, kept plain as zstd dictionary for its later pages."""

    __tablename__ = "raw_dictionaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(index=True)
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("pages.id", ondelete="CASCADE"), index=True
    )
    """The page it was made of: forgetting that page re-compresses its dependents."""
    data: Mapped[bytes]
    """The page's body, zstd without dictionary."""
    created_at: Mapped[datetime]


class RawPage(Base):
    """One response body as received, with what is needed to decode it again."""

    __tablename__ = "raw_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    """After redirects."""
    status: Mapped[int]
    content_type: Mapped[str | None]
    robots_tag: Mapped[str | None]
    fetched_at: Mapped[datetime] = mapped_column(index=True)
    body_hash: Mapped[bytes]
    """16 bytes of the body: an equal body of the same page is stored once."""
    size_bytes: Mapped[int]
    """Before compression."""
    data: Mapped[bytes]
    """The body, zstd, with the dictionary named beside it."""
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("raw_dictionaries.id"), index=True)


class Article(Base):
    """What was extracted from a page, cleaned: its latest revision."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    url_key: Mapped[bytes] = mapped_column(unique=True)
    """16 bytes: the article's identity."""
    url: Mapped[str]
    """Its canonical URL where believed, else the URL that answered."""
    site: Mapped[str] = mapped_column(index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="SET NULL"))
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("pages.id", ondelete="SET NULL"), index=True
    )
    """The page that the current text came from; pages.article_id names all its addresses."""
    title: Mapped[str | None]
    authors: Mapped[list[str]] = mapped_column(default=list)
    published_at: Mapped[datetime | None]
    published_offset_minutes: Mapped[int | None]
    """UTC offset that the source wrote. NULL: it wrote none."""
    modified_at: Mapped[datetime | None]
    modified_offset_minutes: Mapped[int | None]
    sort_at: Mapped[datetime] = mapped_column(index=True)
    """published_at, else the first fetched_at: what `newest first` means."""
    first_fetched_at: Mapped[datetime]
    fetched_at: Mapped[datetime]
    """When the current text was fetched."""
    language: Mapped[str | None] = mapped_column(index=True)
    section: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    image_url: Mapped[str | None]
    image_caption: Mapped[str | None]
    site_name: Mapped[str | None]
    description: Mapped[str | None]
    paywalled: Mapped[bool | None]
    text: Mapped[str]
    """Plain text, one block a paragraph, separated by newlines. Empty where reserved."""
    blocks: Mapped[list[dict[str, object]]] = mapped_column(default=list)
    """Kind, text, level of each block, in order; text and Markdown are renderings of it."""
    word_count: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(index=True)
    """16 bytes: equal texts whatever their spacing, case and punctuation."""
    evidence: Mapped[list[dict[str, object]]] = mapped_column(default=list)
    """Where each metadata field came from: field, source, raw."""
    noindex: Mapped[bool] = mapped_column(default=False)
    noarchive: Mapped[bool] = mapped_column(default=False)
    noai: Mapped[bool] = mapped_column(default=False)
    tdm_reserved: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    """Number of the current revision; 1 is the first."""
    raw_page_id: Mapped[int | None] = mapped_column(
        ForeignKey("raw_pages.id", ondelete="SET NULL"), index=True
    )
    """The raw page of the current text. NULL: not kept."""
    cleaner_version: Mapped[int]
    profile_version: Mapped[int]
    profile_flag: Mapped[str | None]
    """Why the site's profile was not applied. NULL: it was, or had nothing to cut."""
    sample_key: Mapped[bytes | None]
    """16 bytes of its page's address: the lowest ones of a site are learned from."""

    __table_args__ = (
        Index("ix_articles_sort_at_id", "sort_at", "id"),
        Index("ix_articles_source_id_sort_at", "source_id", "sort_at"),
        Index("ix_articles_site_content_hash", "site", "content_hash"),
        Index("ix_articles_site_sample_key", "site", "sample_key"),
    )


class Revision(Base):
    """An earlier text of an article; the current one is the article itself."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None]
    text: Mapped[str]
    content_hash: Mapped[bytes]
    modified_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime]
    raw_page_id: Mapped[int | None] = mapped_column(
        ForeignKey("raw_pages.id", ondelete="SET NULL"), index=True
    )
    cleaner_version: Mapped[int]
    profile_version: Mapped[int]

    __table_args__ = (Index("uq_revisions_article_id_number", "article_id", "number", unique=True),)


class CutBlock(Base):
    """A block that cleaning took out of the current text of an article, and why."""

    __tablename__ = "cuts"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    """How many kept blocks stand before it."""
    kind: Mapped[str]
    text: Mapped[str]
    path: Mapped[str]
    rule: Mapped[str]
    reason: Mapped[str]


class Sighting(Base):
    """The blocks that one article's page showed; one row an article of its site's sample."""

    __tablename__ = "sightings"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    site: Mapped[str] = mapped_column(index=True)
    """Of the page that gave the article its text."""
    domain: Mapped[str]
    """Registered domain of that site."""
    sample_key: Mapped[bytes]
    """The article's: the lowest of a site are its sample."""
    period: Mapped[int]
    """Quarter of the article's sort_at: year * 4 + (0 to 3)."""
    day: Mapped[str | None]
    """Of publication, `2026-01-31`. NULL: unknown."""
    hashes: Mapped[bytes]
    """8 bytes a block, little-endian, distinct, in page order; the lowest bit marks prose."""
    layout: Mapped[bytes]
    """What stands where on its page, 13 bytes a place; empty: unknown."""
    is_indexed: Mapped[bool] = mapped_column(default=False)
    """Its prose is in sighted_prose."""


class SightedProse(Base):
    """Which articles showed a paragraph: finds those that more than one domain has."""

    __tablename__ = "sighted_prose"

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("sightings.article_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )

    __table_args__ = ({"sqlite_with_rowid": False},)


class SiteBlock(Base):
    """A block that a site's articles share, or that a person decided about."""

    __tablename__ = "site_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    domain: Mapped[str]
    hash: Mapped[int]
    """Of its letters and digits; the lowest bit marks prose."""
    status: Mapped[BlockStatus]
    kind: Mapped[str]
    text: Mapped[str]
    """As the first of its articles writes it, in the order of sample_key; so kind and path."""
    path: Mapped[str]
    articles: Mapped[int]
    """That show it, of the sample that speaks most for it."""
    of_articles: Mapped[int]
    """In that sample."""
    inside: Mapped[int]
    """Of all its sightings, those between paragraphs of their article."""
    followers: Mapped[int] = mapped_column(default=0)
    """Different lines that follow it after the text, the teasers of others. 0: it is no label."""
    first_day: Mapped[str | None]
    """Publication of the oldest article that shows it, `2026-01-31`. NULL: no date known."""
    last_day: Mapped[str | None]
    last_period: Mapped[int]
    """The newest quarter that shows it."""
    samples: Mapped[list[str]] = mapped_column(default=list)
    """URLs of at most three of its articles."""
    decided_at: Mapped[datetime | None]
    """When a person decided. NULL: nobody did."""
    decided_period: Mapped[int | None]
    """Its last_period then."""

    __table_args__ = (Index("uq_site_blocks_site_hash", "site", "hash", unique=True),)


class RuleRow(Base):
    """What a person says about the pages of a host."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(index=True)
    """A site: the rule holds there and on its subdomains. `*`: everywhere."""
    action: Mapped[str]
    """keep, cut, body, title, author or date."""
    kind: Mapped[str]
    """css, xpath, text or regex."""
    value: Mapped[str]
    rule_key: Mapped[bytes] = mapped_column(unique=True)
    """16 bytes: a hash of the four above."""
    note: Mapped[str]
    is_enabled: Mapped[bool]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    """Who said so; empty: it was not said."""


class Story(Base):
    """Articles that tell the same text: a wire copy and its reprints."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[int]
    """Articles in it."""
    earliest_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="SET NULL"), index=True
    )
    """The member with the earliest sort_at. NULL: it was forgotten."""
    wire_service: Mapped[str | None]
    """That a member credits. NULL: none is named."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    """Of its members, by name; so hosts."""
    hosts: Mapped[list[str]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime]
    """The earliest sort_at of its members."""
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class StoryMember(Base):
    """Which story an article belongs to: one, or none while its text is empty."""

    __tablename__ = "story_members"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    reason: Mapped[MemberReason]
    version: Mapped[int]
    """Of the rules that put it there. 0: to be looked at again."""
    wire_service: Mapped[str | None]
    """That it credits. NULL: it names none."""


class StoryText(Base):
    """A text by which a story is recognised: its first member's, or those a person put together."""

    __tablename__ = "story_texts"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    day: Mapped[int]
    """Of its sort_at, counted from 1970-01-01."""
    version: Mapped[int]
    """Of the rules that read it: texts of other versions are not compared."""
    paragraphs: Mapped[bytes]
    """Hash, words, number of shingles and of names of each; 8 bytes each, little-endian."""
    shingles: Mapped[bytes]
    """8 bytes each, little-endian."""
    names: Mapped[bytes]
    """Of names and numbers; 4 bytes each, little-endian."""
    site: Mapped[str]
    """That of its article when it was read."""


class StoryShingle(Base):
    """Which stories have a shingle. No foreign key: it would need an index of its own."""

    __tablename__ = "story_shingles"

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    story_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[int]
    """Of the story's text."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class StoryParagraph(Base):
    """Which stories show a paragraph, the first three: two are enough for the stop-list."""

    __tablename__ = "story_paragraphs"

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    story_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class StoryLink(Base):
    """A story that shares much of another's text and is another story all the same."""

    __tablename__ = "story_links"

    story_id: Mapped[int] = mapped_column(
        ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    """The one that was stored later."""
    other_id: Mapped[int] = mapped_column(
        ForeignKey("stories.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    kind: Mapped[str]
    """`excerpt`: the shorter text stands in the longer one. `related`: they share a part."""
    containment: Mapped[float]
    """Of the shorter text's shingles, the share that the other one has."""


class SearchTerms(Base):
    """The terms of an article as our tokenizer writes them, separated by spaces.

    SQLite's FTS5 table `search_index` has this table as external content; PostgreSQL has a
    tsvector column over it.
    """

    __tablename__ = "search_terms"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True
    )
    title: Mapped[str]
    authors: Mapped[str]
    body: Mapped[str]


class ExportMark(Base):
    """A name under which exports go on where the last one ended."""

    __tablename__ = "export_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    exported_at: Mapped[datetime]


class ExportedArticle(Base):
    """An article that was given under a name, as it was then."""

    __tablename__ = "exported_articles"

    mark_id: Mapped[int] = mapped_column(
        ForeignKey("export_marks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    content_hash: Mapped[bytes]
    revision: Mapped[int]
    """Another headline alone is one too; another cleaning of the same page is none."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class SavedSearch(Base):
    """A query that is asked again and again, and who is told what is new."""

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]
    """In the language of searches; empty: all."""
    webhook: Mapped[str | None]
    """Where new matches are posted. NULL: nowhere."""
    feed: Mapped[str | None]
    """Absolute path of its feed. NULL: none is written."""
    created_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
    """When all that was new had been given. NULL: never yet."""


class SavedMatch(Base):
    """A match that a saved search gave, or that was there before it."""

    __tablename__ = "saved_matches"

    search_id: Mapped[int] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    revision: Mapped[int]
    """The article's when it was given."""

    __table_args__ = ({"sqlite_with_rowid": False},)
