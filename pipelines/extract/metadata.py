"""What a page says about its article: every field from ranked evidence, each guarded on its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.extract.authors import choose_authors
from pipelines.extract.dates import date_in_url, in_range, parse_date
from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import (
    Json,
    Node,
    article_node,
    by_id,
    objects_in,
    parse_jsonld,
    strings_in,
    types_of,
)
from pipelines.extract.lines import one_line
from pipelines.extract.rights import read_rights
from pipelines.extract.sources import PageSources, gather
from pipelines.extract.site_names import host_labels, site_names
from pipelines.extract.titles import Site, choose_title
from pipelines.records import Evidence, FetchedPage, Metadata

__all__ = ["read_metadata", "read_rights"]


def read_metadata(tree: HtmlElement, *, page: FetchedPage) -> Metadata:
    """The page's metadata; a field that no source gives a usable value for is None or empty.

    The tree is the complete parsed page, JSON-LD included; it is only read. Bad values cost
    their own field at most; nothing is raised for them.
    """
    sources = gather(tree)
    nodes = parse_jsonld(sources.jsonld)
    article = article_node(nodes)
    names = site_names(sources, nodes, article=article)
    site = Site(names=names, labels=host_labels(page.url))
    title = choose_title(sources, article=article, site=site, feed_title=page.link_title)
    authors = choose_authors(
        sources, article=article, nodes_by_id=by_id(nodes), site_names=[*names, *site.labels]
    )
    published = next(_dates(sources, article, page), None)
    evidence = [
        found.evidence(name)
        for name, found in (("title", title), ("authors", authors), ("published_at", published))
        if found
    ]
    return Metadata(
        title=title.value if title else None,
        authors=authors.value if authors else (),
        published_at=published.value if published else None,
        evidence=tuple(evidence),
    )


def _dates(sources: PageSources, article: Node, page: FetchedPage) -> Iterator[Found[datetime]]:
    said = [
        (f"json-ld:{key}", raw)
        for key in ("datePublished", "dateCreated")
        for raw in strings_in(article.get(key))
    ]
    said += [
        (f"meta:{n}", v)
        for n, v in sources.meta(
            "article:published_time",
            "og:published_time",
            "datepublished",
            "date",
            "pubdate",
            "dc.date",
            "dcterms.created",
            "parsely-pub-date",
            "sailthru.date",
        )
    ]
    said += [("time", s.value or s.text) for s in sources.times]
    for source, raw in said[:50]:
        if moment := parse_date(raw, fetched_at=page.fetched_at):
            yield Found(moment, source, raw)
