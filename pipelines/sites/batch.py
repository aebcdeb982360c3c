"""The profiles of sites from a batch of their pages alone, without a database."""

from collections import defaultdict
from dataclasses import dataclass, field

from pipelines.hosts import registered_domain
from pipelines.identity import address_of, identity_of
from pipelines.records import CleanArticle
from pipelines.sites.hashes import is_prose
from pipelines.sites.layout_profile import count_layout
from pipelines.sites.learn import period_of, sample_key, sighted_of
from pipelines.sites.profile import ActiveBlock, make_profile
from pipelines.sites.records import SightedArticle, SiteProfile
from pipelines.sites.recurrence import find_recurrence
from pipelines.sites.sample import bounds_of, choose_sample
from pipelines.urls import site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSighting:
    """What one page of a batch showed."""

    site: str
    key: bytes
    """The article's identity, as the page alone tells it."""
    rank: int
    """How its address stands to the article: of two pages the higher one counts."""
    article: SightedArticle


def sight(article: CleanArticle) -> BatchSighting:
    """What a cleaned page teaches."""
    identity = identity_of(article.url, article.metadata.canonical_url)
    key = identity.claimed_key or identity.own_key
    hashes = sighted_of(article)
    published_at = article.metadata.published_at
    return BatchSighting(
        site=site_of(article.url),
        key=key,
        rank=int(address_of(article.url, key)),
        article=SightedArticle(
            article_id=0,
            sample_key=sample_key(article.url, article.metadata.canonical_url),
            period=0 if published_at is None else period_of(published_at),
            day=None,
            hashes=hashes,
            layout=article.layout,
        ),
    )


@dataclass(slots=True)
class BatchLearner:
    """Takes the articles of a batch in any order; its profiles depend on the set alone."""

    _pages: dict[str, dict[bytes, BatchSighting]] = field(default_factory=lambda: defaultdict(dict))
    """By site, then by the article's identity."""

    def add(self, page: BatchSighting) -> None:
        """Take what a page showed; copies of an article at other addresses count once."""
        known = self._pages[page.site].get(page.key)
        if known is None or _rank(page) > _rank(known):
            self._pages[page.site][page.key] = page

    def profiles(self) -> dict[str, SiteProfile]:
        """By site: what its articles in the batch have in common."""
        shown_by = self._domains()
        return {
            site: _profile(site, [page.article for page in pages.values()], shown_by)
            for site, pages in self._pages.items()
        }

    def _domains(self) -> dict[int, set[str]]:
        """The registered domains that show each paragraph."""
        shown_by: dict[int, set[str]] = defaultdict(set)
        for site, pages in self._pages.items():
            for page in pages.values():
                for block in filter(is_prose, page.article.hashes):
                    shown_by[block].add(registered_domain(site))
        return shown_by


def _rank(page: BatchSighting) -> tuple[int, tuple[int, ...]]:
    return page.rank, page.article.hashes


def _profile(
    site: str, articles: list[SightedArticle], shown_by: dict[int, set[str]]
) -> SiteProfile:
    sampled = choose_sample(articles)
    recurrence = find_recurrence(sampled)
    blocks = (
        ActiveBlock(
            hash=it.hash,
            articles=it.articles,
            of_articles=it.of_articles,
            followers=it.followers,
        )
        for it in recurrence.blocks
        if len(shown_by.get(it.hash, ())) <= 1
    )
    layout = count_layout(it.layout for it in recurrence.articles)
    return make_profile(site, blocks, layout=layout, bounds=bounds_of(sampled))
