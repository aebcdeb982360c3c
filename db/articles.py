"""Articles as storing needs them: who could be this one, and writing a row that changed.

Plain statements on the tables, not mapped objects: these run once for every page of a crawl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.errors import NotFound
from db.prepared import Prepared
from db.session import is_sqlite
from db.tables import ARTICLES, CUTS, PAGES, SITES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session


def _new_article(statement: sqlite.Insert | postgresql.Insert) -> Prepared:
    made = statement.on_conflict_do_nothing(index_elements=[ARTICLES.c.url_key])
    columns = [column.name for column in ARTICLES.c if not column.primary_key]
    return Prepared(made.returning(ARTICLES.c.id), columns=columns)


INSERT_ARTICLE = (_new_article(sqlite.insert(ARTICLES)), _new_article(postgresql.insert(ARTICLES)))
NOTHING_SAID = {"revision": 1, "raw_page_id": None}
"""Of a new row: it is the first revision, and no raw page was kept."""
ADD_CUT = Prepared(
    insert(CUTS), columns=[column.name for column in CUTS.c if not column.primary_key]
)

MAX_CANDIDATES = 20
"""Three keys, one linked article, and a few equal texts; the oldest ones serve."""
KEY_NAMES = ("key_1", "key_2", "key_3")
"""One for each key that a page may have."""


# Built once: taking a statement apart and together costs as much as running it.
PAGE_TO_STORE = Prepared(
    select(
        PAGES.c.id,
        PAGES.c.url,
        PAGES.c.source_id,
        SOURCES.c.section.label("source_section"),
        PAGES.c.article_id,
        PAGES.c.canonical_hash,
        SITES.c.canonical_distrusted_at.is_not(None).label("is_distrusted"),
    )
    .outerjoin_from(PAGES, SITES, SITES.c.site == bindparam("site"))
    .outerjoin(SOURCES, SOURCES.c.id == PAGES.c.source_id)
    .where(PAGES.c.id == bindparam("page_id"))
)
CANDIDATE_IDS = Prepared(
    select(ARTICLES.c.id)
    .where(
        or_(
            ARTICLES.c.url_key.in_([bindparam(name) for name in KEY_NAMES]),
            ARTICLES.c.id == bindparam("linked_id"),
            and_(
                ARTICLES.c.site == bindparam("site"),
                ARTICLES.c.content_hash == bindparam("content_hash"),
            ),
        )
    )
    .order_by(ARTICLES.c.id + 0)  # or PostgreSQL may walk the primary key
    .limit(bindparam("at_most"))
)
"""Of their own: most pages are new, and the rows of articles are long."""
ORIGIN_URL = func.coalesce(PAGES.c.answered_url, PAGES.c.url, ARTICLES.c.url)
CANDIDATES = (
    select(ARTICLES, ORIGIN_URL.label("origin_url"))
    .outerjoin_from(ARTICLES, PAGES, PAGES.c.id == ARTICLES.c.page_id)
    .where(ARTICLES.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(ARTICLES.c.id)
)
LINK_PAGE = Prepared(
    update(PAGES)
    .where(PAGES.c.id == bindparam("page_id"))
    .values(article_id=bindparam("to_article"), canonical_hash=bindparam("claim"))
)


class PageToStore(NamedTuple):
    """What the row of a page says before its answer is stored; in the order of PAGE_TO_STORE."""

    id: int
    url: str
    source_id: int | None
    source_section: str | None
    """For articles that name no section."""
    article_id: int | None
    canonical_hash: bytes | None
    """Of the link that the page claimed last time."""
    is_distrusted: bool
    """Canonical links of the site are not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article that a fetched page may be, with the URL its text came from."""

    row: RowMapping
    """Every column of articles."""
    origin_url: str
    """Where the page that gave the text answered; the article's own URL if that is forgotten."""

    @property
    def id(self) -> int:
        """Of the row."""
        return int(self.row["id"])

    @property
    def url_key(self) -> bytes:
        """Its identity."""
        return bytes(self.row["url_key"])

    @property
    def content_hash(self) -> bytes:
        """Of its text."""
        return bytes(self.row["content_hash"])

    @property
    def page_id(self) -> int | None:
        """The page that its text came from. None: forgotten."""
        page_id: int | None = self.row["page_id"]
        return page_id

    @property
    def text(self) -> str:
        """Empty where rights are reserved."""
        return str(self.row["text"])

    @property
    def title(self) -> str | None:
        """Its headline. None: no page said one."""
        title: str | None = self.row["title"]
        return title

    def is_cleaned_as(self, cleaner_version: int, profile_version: int) -> bool:
        """Whether its text was made by this cleaner with this profile."""
        row = self.row
        return (row["cleaner_version"], row["profile_version"]) == (
            cleaner_version,
            profile_version,
        )


def page_to_store(session: Session, page_id: int, site: str) -> PageToStore:
    """What is known of a page and of the site that answered.

    Raises:
        NotFound: The page was forgotten.
    """
    row = PAGE_TO_STORE.first(session, {"page_id": page_id, "site": site})
    if row is None:
        raise NotFound(f"no page {page_id}: it was forgotten")
    return PageToStore._make(row)


def find_candidates(
    session: Session,
    *,
    url_keys: Sequence[bytes],
    linked_id: int | None,
    site: str,
    content_hash: bytes | None,
) -> list[StoredArticle]:
    """The articles with one of these keys, this id, or on this site this text; oldest first.

    Args:
        session: Open; nothing is written.
        url_keys: Identities that the page may have, three at most.
        linked_id: The article that the page's row names. None: none yet.
        site: Where equal texts are looked for.
        content_hash: 16 bytes. None: do not look for equal texts.
    """
    keys = [*url_keys, *[None] * (len(KEY_NAMES) - len(url_keys))]
    wanted = {
        **dict(zip(KEY_NAMES, keys, strict=True)),
        "linked_id": linked_id,  # NULL equals nothing
        "site": site,
        "content_hash": content_hash,
        "at_most": MAX_CANDIDATES,
    }
    ids = [row[0] for row in CANDIDATE_IDS.rows(session, wanted)]
    if not ids:
        return []
    rows = session.execute(CANDIDATES, {"ids": ids}).mappings()
    return [StoredArticle(row=row, origin_url=row["origin_url"]) for row in rows]


def same_text_elsewhere(session: Session, article_id: int, limit: int = 100) -> list[int]:
    """The ids of the articles with exactly this article's text, on whatever site, oldest first."""
    this = ARTICLES.alias()
    return list(
        session.scalars(
            select(ARTICLES.c.id)
            .join(this, this.c.content_hash == ARTICLES.c.content_hash)
            .where(this.c.id == article_id, ARTICLES.c.id != article_id, this.c.text != "")
            .order_by(ARTICLES.c.id)
            .limit(limit)
        )
    )


def insert_article(session: Session, values: Mapping[str, object]) -> int | None:
    """The id of a new row. None: another process stored this url_key a moment ago."""
    made = INSERT_ARTICLE[not is_sqlite(session)].first(session, {**NOTHING_SAID, **values})
    return None if made is None else cast("int", made[0])


def is_key_taken(session: Session, url_key: bytes) -> bool:
    """Whether an article has this identity."""
    taken = select(ARTICLES.c.id).where(ARTICLES.c.url_key == url_key)
    return session.scalar(taken) is not None


def update_article(session: Session, article_id: int, values: Mapping[str, object]) -> None:
    """Change these columns."""
    if values:
        session.execute(update(ARTICLES).where(ARTICLES.c.id == article_id).values(dict(values)))


def replace_cuts(session: Session, article_id: int, cuts: Sequence[Mapping[str, object]]) -> None:
    """Make these, with position, kind, text, path, rule and reason, the article's cuts."""
    session.execute(delete(CUTS).where(CUTS.c.article_id == article_id))
    add_cuts(session, article_id, cuts)


def add_cuts(session: Session, article_id: int, cuts: Sequence[Mapping[str, object]]) -> None:
    """Add cuts to an article that has none."""
    if cuts:
        ADD_CUT.run_for_each(session, [{"article_id": article_id, **cut} for cut in cuts])


def link_page(
    session: Session, page_id: int, *, article_id: int, canonical_hash: bytes | None
) -> None:
    """Record which article a page leads to, and which canonical link it claims."""
    values = {"page_id": page_id, "to_article": article_id, "claim": canonical_hash}
    LINK_PAGE.run(session, values)
