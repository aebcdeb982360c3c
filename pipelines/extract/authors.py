"""The people who wrote an article, from everything that names them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Json, Node, objects_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.names import is_personal, names_in
from pipelines.extract.site_names import is_site_name
from pipelines.extract.sources import PageSources, Spot

MAX_AUTHORS = 50
MAX_AUTHOR_CHARACTERS = 500
MAX_BYLINES = 5
MAX_BYLINE_NAMES = 10

# Dublin Core, Highwire Press (citation_), Parse.ly, Sailthru, cXense, New York Times (byl).
_META_NAMES = (
    "dc.creator", "dcterms.creator", "dcterm.creator", "citation_author", "author",
    "article:author", "article:author_name", "byl", "cxenseparse:author", "parsely-author",
    "sailthru.author",
)  # fmt: skip

# Elements around an author that hold no byline.
_NOT_A_BYLINE = (
    "avatar",
    "bio",
    "comment",
    "description",
    "image",
    "img",
    "photo",
    "related",
    "social",
)


def choose_authors(
    sources: PageSources,
    *,
    article: Node,
    nodes_by_id: Mapping[str, Node],
    site_names: frozenset[str],
) -> Found[tuple[str, ...]] | None:
    """The first source that names people; else the first that names anyone; None if none does.

    An author that is only the site's own name, by its `spellings`, yields to a person whom another
    source names.
    """
    found = _named(sources, article, nodes_by_id)
    first = next(found, None)
    if first and all(is_site_name(name, site_names) for name in first.value):
        return next((one for one in found if all(map(is_personal, one.value))), first)
    return first


def _named(
    sources: PageSources, article: Node, nodes_by_id: Mapping[str, Node]
) -> Iterator[Found[tuple[str, ...]]]:
    for key in ("author", "creator"):
        yield from _if_any(f"json-ld:{key}", list(_node_names(article.get(key), nodes_by_id)))
    for name in _META_NAMES:
        yield from _if_any(f"meta:{name}", [value for _, value in sources.meta(name)])
    yield from _bylines(sources)


def _if_any(source: str, raws: list[str]) -> Iterator[Found[tuple[str, ...]]]:
    if names := _distinct(name for raw in raws[:MAX_AUTHORS] for name in names_in(raw)):
        yield Found(names, source, "; ".join(raws[:10]))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(match_key(name), name)
    return tuple(found.values())[:MAX_AUTHORS]


def _bylines(sources: PageSources) -> Iterator[Found[tuple[str, ...]]]:
    """What each kind of byline element says, the most telling kind first."""
    spots = [spot for spot in sources.bylines if not _is_about_other(spot)]
    kinds = (
        ("byline:itemprop", [spot for spot in spots if "author" in spot.item]),
        ("byline:rel", [spot for spot in spots if spot.rel == "author"]),
        ("byline:class", [spot for spot in spots if "byline" in spot.class_name]),
        ("byline:class", [spot for spot in spots if "author" in spot.class_name]),
        ("byline:class", [spot for spot in spots if "aut" in spot.class_name]),
    )
    for source, those in kinds:
        named = (_if_any(source, _spot_raws(spot, those)) for spot in those[:MAX_BYLINES])
        yield from islice((found for one in named for found in one), 1)


def _is_about_other(spot: Spot) -> bool:
    return any(word in spot.class_name for word in _NOT_A_BYLINE)


def _spot_raws(spot: Spot, others: Sequence[Spot]) -> list[str]:
    """What a byline element says: its links if they are names, else its and its sisters' text."""
    if spot.value:
        return [spot.value]
    if spot.tag != "a" and any(names_in(text) for text in spot.links):
        return list(spot.links)
    return [other.text for other in others if other.parent is spot.parent][:MAX_BYLINE_NAMES]


def _node_names(value: Json, nodes_by_id: Mapping[str, Node]) -> Iterator[str]:
    items = value[:MAX_AUTHORS] if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, str):
            yield item
        for node in objects_in(item):
            known = node if "name" in node else nodes_by_id.get(str(node.get("@id")), node)
            yield from _name_of(known)


def _name_of(node: Node) -> Iterator[str]:
    name = node.get("name") or " ".join(
        part for key in ("givenName", "familyName") if isinstance(part := node.get(key), str)
    )
    for text in name[:10] if isinstance(name, list) else [name]:
        if isinstance(text, str):
            yield one_line(text, limit=MAX_AUTHOR_CHARACTERS)
