"""Articles as they are stored, for whoever asks: records, one by its number or address, or all."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from sqlalchemy import or_, select

from db.errors import NotFound
from db.models import Article, CutBlock, Page, Revision, Source
from db.raw_pages import read_raw_page
from db.search import search_condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.query_nodes import Node
    from db.session import Database

BATCH_ROWS = 200
"""About 2 MB of articles at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """Words of a block that lead to another page."""

    start: int
    """Index of the first character in the block's text."""
    end: int
    """One after the last."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlock:
    """One paragraph-like unit of an article."""

    kind: str
    text: str
    level: int
    """Of a heading: 1 to 6. Otherwise 0."""
    links: tuple[StoredLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    """Where one metadata field came from."""

    field: str
    source: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article's current revision, with all that is known about it."""

    id: int
    url: str
    site: str
    source: str | None
    """The source's key. None: from a list of URLs, or the source was removed."""
    title: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_offset_minutes: int | None
    """UTC offset that the source wrote. None: it wrote none."""
    modified_at: datetime | None
    modified_offset_minutes: int | None
    sort_at: datetime
    """published_at, else first_fetched_at."""
    first_fetched_at: datetime
    fetched_at: datetime
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    image_url: str | None
    image_caption: str | None
    site_name: str | None
    description: str | None
    paywalled: bool | None
    text: str
    blocks: tuple[StoredBlock, ...]
    word_count: int
    content_hash: bytes
    evidence: tuple[StoredEvidence, ...]
    noindex: bool
    noarchive: bool
    noai: bool
    tdm_reserved: bool
    revision: int
    raw_page_id: int | None
    cleaner_version: int
    profile_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """One text of an article; the last one is current."""

    number: int
    title: str | None
    text: str
    modified_at: datetime | None
    fetched_at: datetime
    raw_page_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCut:
    """A block that cleaning took out of the current text, and why."""

    position: int
    """How many kept blocks stand before it."""
    kind: str
    text: str
    path: str
    rule: str
    reason: str


def get_article(
    session: Session, id_or_url: int | str, url_keys: Callable[[str], Sequence[bytes]]
) -> StoredArticle:
    """The article with this number, or found at this address: its own, or another one of it.

    Raises:
        NotFound: No such article; the message says how the URL ended if it was fetched.
    """
    wanted = str(id_or_url).strip()
    if wanted.isascii() and wanted.isdigit():
        article_id = int(wanted) if len(wanted) <= len(str(2**62)) else None
    else:
        article_id = _article_at(session, wanted, url_keys(wanted))
    article = None if article_id is None else session.get(Article, article_id)
    if article is None:
        raise NotFound(_why_not_found(session, wanted, url_keys(wanted)))
    return stored_article(article, _source_keys(session).get(article.source_id))


def article_ids(database: Database, node: Node | None) -> array[int]:
    """The numbers of all articles that are asked for, in order; 8 bytes each."""
    with database.read() as session:
        conditions = search_condition(session, node)
        statement = select(Article.id).where(*conditions).order_by(Article.id)
        return array("q", session.scalars(statement, execution_options={"yield_per": 10_000}))


def iter_articles(database: Database, ids: Sequence[int]) -> Iterator[StoredArticle]:
    """The articles with these numbers, by number within each batch; memory stays flat.

    Each batch is read in a transaction of its own: a long export keeps nothing from being written,
    and an article that is forgotten meanwhile is left out.
    """
    for start in range(0, len(ids), BATCH_ROWS):
        with database.read() as session:
            batch = list(ids[start : start + BATCH_ROWS])
            yield from _articles(session, batch)


def revisions_of(session: Session, article_id: int) -> list[StoredRevision]:
    """Every text the article had, first to current.

    Raises:
        NotFound: No such article.
    """
    current = session.get(Article, article_id)
    if current is None:
        raise NotFound(f"no article {article_id}")
    earlier = session.scalars(
        select(Revision).where(Revision.article_id == article_id).order_by(Revision.number)
    )
    return [
        *(_stored_revision(revision, revision.number) for revision in earlier),
        _stored_revision(current, current.revision),
    ]


def cuts_of(session: Session, article_id: int) -> list[StoredCut]:
    """What cleaning took out of the current text, in page order."""
    cuts = session.scalars(
        select(CutBlock)
        .where(CutBlock.article_id == article_id)
        .order_by(CutBlock.position, CutBlock.id)
    )
    return [
        StoredCut(
            position=cut.position,
            kind=cut.kind,
            text=cut.text,
            path=cut.path,
            rule=cut.rule,
            reason=cut.reason,
        )
        for cut in cuts
    ]


def raw_body_of(session: Session, article_id: int) -> bytes:
    """The response body that the current text was made of, as received.

    Raises:
        NotFound: No such article, or its raw page was not kept.
    """
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound(f"no article {article_id}")
    if article.raw_page_id is None:
        raise NotFound(f"the raw page of article {article_id} was not kept, or was pruned")
    return read_raw_page(session, article.raw_page_id).body


def stored_article(article: Article, source: str | None) -> StoredArticle:
    """The record of a row."""
    return StoredArticle(
        source=source,
        authors=tuple(article.authors),
        tags=tuple(article.tags),
        blocks=tuple(_stored_block(block) for block in article.blocks),
        evidence=tuple(_stored_evidence(evidence) for evidence in article.evidence),
        **{name: getattr(article, name) for name in _PLAIN_FIELDS},
    )


_PLAIN_FIELDS = tuple(
    name
    for name in StoredArticle.__dataclass_fields__
    if name not in {"source", "authors", "tags", "blocks", "evidence"}
)


class _Link(TypedDict):
    start: int
    end: int
    url: str


def _stored_block(block: dict[str, object]) -> StoredBlock:
    level = block.get("level", 0)
    return StoredBlock(
        kind=str(block.get("kind", "paragraph")),
        text=str(block.get("text", "")),
        level=level if isinstance(level, int) else 0,
        links=tuple(StoredLink(**link) for link in cast("list[_Link]", block.get("links", []))),
    )


def _stored_evidence(evidence: dict[str, object]) -> StoredEvidence:
    field, source, raw = (str(evidence.get(name, "")) for name in ("field", "source", "raw"))
    return StoredEvidence(field=field, source=source, raw=raw)


def _stored_revision(row: Article | Revision, number: int) -> StoredRevision:
    return StoredRevision(
        number=number,
        title=row.title,
        text=row.text,
        modified_at=row.modified_at,
        fetched_at=row.fetched_at,
        raw_page_id=row.raw_page_id,
    )


def _source_keys(session: Session) -> dict[int | None, str]:
    return {row.id: row.key for row in session.execute(select(Source.id, Source.key))}


def _articles(session: Session, ids: list[int]) -> list[StoredArticle]:
    keys = _source_keys(session)
    rows = session.scalars(select(Article).where(Article.id.in_(ids)).order_by(Article.id))
    return [stored_article(row, keys.get(row.source_id)) for row in rows]


def _article_at(session: Session, url: str, keys: Sequence[bytes]) -> int | None:
    """By the keys first, which have indexes; by the text of the addresses then."""
    for statement in (
        select(Article.id).where(Article.url_key.in_(keys)),
        select(Page.article_id).where(Page.fetch_hash.in_(keys)),
        select(Page.article_id).where(Page.canonical_hash.in_(keys)),
        select(Article.id).where(Article.url == url),
        select(Page.article_id).where(or_(Page.url == url, Page.answered_url == url)),
    ):
        for found in session.scalars(statement.limit(10)):
            if found is not None:
                return int(found)
    return None


def _why_not_found(session: Session, wanted: str, keys: Sequence[bytes]) -> str:
    if "://" not in wanted:
        return f"no article {wanted!r}: give the number that `winnow search` shows, or a URL"
    known = or_(Page.fetch_hash.in_(keys), Page.url == wanted, Page.answered_url == wanted)
    page = session.scalars(select(Page).where(known).limit(1)).one_or_none()
    if page is None:
        return f"{wanted} was never asked for: `winnow crawl {wanted}` fetches it"
    if page.outcome is None:
        return f"{wanted} is known and not fetched yet"
    detail = f" ({page.detail})" if page.detail else ""
    return f"no article of {wanted}: it ended as {page.outcome.value}{detail}"
