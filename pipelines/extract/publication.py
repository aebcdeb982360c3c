"""When an article was published and last changed, from ranked evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from pipelines.extract.dates import Moment, date_in_url, in_range, parse_date
from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, page_nodes, strings_in
from pipelines.extract.sources import PageSources, Spot, lines_near_headings
from pipelines.records import FetchedPage

MAX_CANDIDATES = 50

# Open Graph; schema.org written as a meta; Highwire Press (citation_); Dublin Core; Parse.ly;
# Sailthru; cXense; and names that content management systems made up.
_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "parsely-pub-date", "sailthru.date",
    "citation_online_date", "citation_publication_date", "citation_date", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "dc.created", "publication_date",
    "published_at", "published_time", "publish-date", "publishdate", "pubdate",
    "rnews:datepublished",
    "bt:pubdate", "datecreated", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "revision_date", "cxenseparse:updatetime",
)  # fmt: skip


_UPDATE = re.compile(
    r"actualizado|aggiornato|aktualisiert|atualizado|bijgewerkt|mis à jour|modified|reviewed|stand:"
    r"|updated",
    re.IGNORECASE,
)


def choose_published(
    sources: PageSources, *, article: Node, nodes: Sequence[Node], page: FetchedPage
) -> Found[Moment] | None:
    """The first usable date: what the page declares, the feed, what a reader sees, the URL."""
    return (
        _first(_declared(sources, article, nodes), page)
        or _from_feed(page)
        or _first(_visible(sources), page)
        or _from_url(page)
    )


def _first(said: Iterator[tuple[str, str]], page: FetchedPage) -> Found[Moment] | None:
    for source, raw in islice(said, MAX_CANDIDATES):
        if moment := parse_date(raw, fetched_at=page.fetched_at):
            return Found(moment, source, raw)
    return None


def choose_modified(
    sources: PageSources, *, article: Node, published: Moment | None, page: FetchedPage
) -> Found[Moment] | None:
    """The first usable date of change that is not before publication; None if there is none."""
    for source, raw in islice(_modified(sources, article), MAX_CANDIDATES):
        moment = parse_date(raw, fetched_at=page.fetched_at)
        if moment and (published is None or moment.at >= published.at):
            return Found(moment, source, raw)
    return None


def _declared(
    sources: PageSources, article: Node, nodes: Sequence[Node]
) -> Iterator[tuple[str, str]]:
    for node in (article, *page_nodes(nodes)):
        for raw in strings_in(node.get("datePublished")):
            yield "json-ld:datePublished", raw
    for name, raw in sources.meta(*_PUBLISHED_METAS):
        yield f"meta:{name}", raw
    for raw in strings_in(article.get("dateCreated")):
        yield "json-ld:dateCreated", raw
    for spot in sources.times:
        if spot.item == "datepublished":
            yield "microdata:datePublished", spot.value or spot.text


def _visible(sources: PageSources) -> Iterator[tuple[str, str]]:
    """What a reader sees; what speaks of an update comes last."""
    said = list(_visible_in_order(sources))
    yield from ((source, raw) for source, raw in said if not _UPDATE.search(raw))
    yield from ((source, raw) for source, raw in said if _UPDATE.search(raw))


def _visible_in_order(sources: PageSources) -> Iterator[tuple[str, str]]:
    times = [spot for spot in sources.times if spot.item != "datemodified"]
    yield from _said_by(spot for spot in times if spot.after_heading)
    yield from (("near h1", line) for line in lines_near_headings(sources))
    yield from _said_by(spot for spot in times if not spot.after_heading)
    yield from _said_by(_beside_bylines(sources))
    spots = (*sources.bylines, *sources.date_lines)
    yield from _said_by(spot for spot in spots if spot.after_heading)
    yield from _said_by(spot for spot in spots if not spot.after_heading)


def _beside_bylines(sources: PageSources) -> Iterator[Spot]:
    """The date lines in one container with a byline: in lists of other articles few are."""
    containers = {id(spot.parent) for spot in sources.bylines}
    return (spot for spot in sources.date_lines if id(spot.parent) in containers)


def _said_by(spots: Iterable[Spot]) -> Iterator[tuple[str, str]]:
    for spot in spots:
        if raw := spot.value or spot.text:
            yield ("time" if spot.tag == "time" else "date line"), raw


def _modified(sources: PageSources, article: Node) -> Iterator[tuple[str, str]]:
    for raw in strings_in(article.get("dateModified")):
        yield "json-ld:dateModified", raw
    for name, raw in sources.meta(*_MODIFIED_METAS):
        yield f"meta:{name}", raw
    for spot in sources.times:
        if spot.item == "datemodified":
            yield "microdata:dateModified", spot.value or spot.text


def _from_feed(page: FetchedPage) -> Found[Moment] | None:
    if moment := in_range(page.link_published_at, fetched_at=page.fetched_at):
        return Found(Moment(moment, None), "feed", moment.isoformat())
    return None


def _from_url(page: FetchedPage) -> Found[Moment] | None:
    if moment := date_in_url(page.url, fetched_at=page.fetched_at):
        return Found(Moment(moment, None), "url", page.url)
    return None
