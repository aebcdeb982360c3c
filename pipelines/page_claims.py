"""What a page's markup says of its kind: that it is an article, or that it lists others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.extract.jsonld import Node, article_nodes, parse_jsonld, types_of
from pipelines.extract.sources import PageSources
from pipelines.records import Metadata

MAX_ARTICLE_NODES = 2
"""With more, each stands for an article that the page links to."""

ARTICLE_DATES = ("article:published_time", "article:published", "og:article:published_time")

# schema.org's pages about other pages; WebPage says nothing, every theme writes it.
LIST_TYPES = frozenset({"collectionpage", "itemlist", "profilepage", "searchresultspage"})
LIST_OG_TYPES = frozenset({"blog", "profile", "website"})

# Where a date or name is said of the page itself; a time or byline may be a teaser's.
_HEAD_SOURCES = ("json-ld", "meta")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageClaims:
    """What the markup claims, whatever the text is."""

    is_article: bool
    """Its structured data describe one article, or its head says when it was published."""
    is_typed_article: bool
    """Its og:type is article: some themes write it on every page."""
    is_list: bool
    """Its structured data or og:type name a site, a collection or a person."""
    is_signed: bool
    """An author was found, wherever it stands."""


def read_claims(sources: PageSources, metadata: Metadata) -> PageClaims:
    """What head and structured data say; a page can claim to be both, or neither."""
    nodes = parse_jsonld(sources.jsonld)
    og_types = {value.lower() for _, value in sources.meta("og:type")}
    return PageClaims(
        is_article=any(_article_claims(sources, metadata, nodes)),
        is_typed_article="article" in og_types,
        is_list=bool(og_types & LIST_OG_TYPES)
        or any(types_of(node) & LIST_TYPES for node in nodes),
        is_signed=bool(metadata.authors),
    )


def _article_claims(
    sources: PageSources, metadata: Metadata, nodes: Sequence[Node]
) -> Iterator[bool]:
    yield 1 <= len(article_nodes(nodes)) <= MAX_ARTICLE_NODES
    yield any(True for _ in sources.meta(*ARTICLE_DATES))
    yield any(
        one.field == "published_at" and one.source.startswith(_HEAD_SOURCES)
        for one in metadata.evidence
    ) and not article_nodes(nodes)
