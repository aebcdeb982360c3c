"""A newspaper: its name, its sections, its articles in the current edition, and their addresses."""

import tomllib
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.newspapers.articles import Article, load_articles

PAPERS: dict[str, dict[str, object]] = tomllib.loads(
    (Path(__file__).parent / "papers.toml").read_text(encoding="utf-8")
)
TEASER_SLUG = "automatic-transmission-fluids"


@dataclass(slots=True, kw_only=True)
class Paper:
    """One newspaper on one port. `edition` changes; the articles follow."""

    key: str
    base_url: str
    """Scheme, host, port; no slash at the end."""
    now: datetime
    """The moment from which the articles' dates count back; aware, UTC."""
    edition: int = 1
    changed_at: datetime | None = None
    """When the second edition came out; aware, UTC, whole seconds. None: not yet."""

    @property
    def name(self) -> str:
        return str(PAPERS[self.key]["name"])

    @property
    def tagline(self) -> str:
        return str(PAPERS[self.key]["tagline"])

    @property
    def language(self) -> str:
        return str(PAPERS[self.key]["language"])

    @property
    def disallowed_section(self) -> str:
        """Robots.txt keeps crawlers out of it."""
        return str(PAPERS[self.key]["disallowed"])

    @property
    def archive_since(self) -> int:
        """The first year of the sitemap index."""
        return int(str(PAPERS[self.key]["archive_since"]))

    @property
    def sections(self) -> dict[str, str]:
        """Key to title, in menu order."""
        sections = PAPERS[self.key]["sections"]
        assert isinstance(sections, dict)
        return sections

    @property
    def articles(self) -> tuple[Article, ...]:
        """Newest first, also those behind robots.txt or a paywall."""
        return load_articles(
            self.key, edition=self.edition, now=self.now, changed_at=self.changed_at
        )

    @property
    def open_articles(self) -> tuple[Article, ...]:
        """Those that a polite crawl may store: newest first."""
        return tuple(article for article in self.articles if article.outcome == "saved")

    def article(self, slug: str) -> Article:
        """The article in the current edition.

        Raises:
            LookupError: There is none, or not yet.
        """
        for article in self.articles:
            if article.slug == slug:
                return article
        raise LookupError(f"{self.key} has no article {slug!r} in edition {self.edition}")

    def path_of(self, article: Article) -> str:
        """Where the article stands on this paper's server."""
        if self.key == "courier":
            folder = (
                "members" if article.section == "members" else f"{article.published_at:%Y/%m/%d}"
            )
            return f"/{folder}/{article.slug}/"
        number = zlib.crc32(article.slug.encode()) % 900_000 + 100_000
        return f"/{article.section}/{article.slug}-{number}.html"

    def url_of(self, article: Article | str) -> str:
        """Its canonical URL; an article or its slug."""
        found = self.article(article) if isinstance(article, str) else article
        return self.base_url + self.path_of(found)

    def amp_path_of(self, article: Article) -> str:
        if self.key == "courier":
            return self.path_of(article) + "amp/"
        return self.path_of(article).replace(".html", ".amp.html")

    def section_path(self, key: str) -> str:
        return f"/section/{key}/" if self.key == "courier" else f"/{key}/"

    def teaser_path(self) -> str:
        """The unrelated story that the teasers point to."""
        for article in self.articles:
            if article.slug == TEASER_SLUG:
                return self.path_of(article)
        return self.section_path(next(iter(self.sections)))
