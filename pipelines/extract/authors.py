"""The people who wrote an article, from everything that names them."""

import re
from collections.abc import Iterator, Mapping

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Json, Node, objects_in, strings_in, types_of
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.sources import PageSources, Spot

MAX_AUTHORS = 50
MAX_AUTHOR_CHARACTERS = 500
MAX_NAME_CHARACTERS = 100
MAX_NAME_WORDS = 8

_META_NAMES = (
    "author", "article:author", "article:author_name", "byl", "citation_author", "cxenseparse:author",
    "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
)  # fmt: skip

_PREFIX = re.compile(
    r"^(?:(?:written|posted|published|story|text|words|photos?|review(?:ed)?) )?"
    r"(?:af|av|by|da|di|door|von|par|por|przez|autor(?:in)?|author|text|από|oleh)\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[;|/\u2022\u00b7\u3001\n]\s*|\s+(?:and|und|y|et|e|og|och|en|i|ve|dan|with|mit|con|&)\s+|\s*,\s*(?:and\s+|und\s+|&\s*)?"
)
_ADDRESS = re.compile(r"https?:|www\.|@|\.com\b|\.php\b", re.IGNORECASE)


def choose_authors(
    sources: PageSources, *, article: Node, nodes_by_id: Mapping[str, Node]
) -> Found[tuple[str, ...]] | None:
    """The first source that names someone; None if none does."""
    for source, raw_names in _said(sources, article, nodes_by_id):
        names = _distinct(name for raw in raw_names for name in names_in(raw))
        if names:
            return Found(names, source, "; ".join(raw_names[:10]))
    return None


def names_in(raw: str) -> list[str]:
    """The names in a byline, without what surrounds them; [] if it names nobody."""
    text = one_line(raw, limit=MAX_AUTHOR_CHARACTERS)
    text = _PREFIX.sub("", text)
    names = [_PREFIX.sub("", part).strip(" .,:;-\u2013") for part in _SEPARATOR.split(text)]
    return [name for name in names if _is_name(name)]


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= MAX_NAME_CHARACTERS or len(text.split()) > MAX_NAME_WORDS:
        return False
    return not _ADDRESS.search(text) and any(character.isalpha() for character in text)


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(match_key(name), name)
        if len(found) >= MAX_AUTHORS:
            break
    return tuple(found.values())


def _said(
    sources: PageSources, article: Node, nodes_by_id: Mapping[str, Node]
) -> Iterator[tuple[str, list[str]]]:
    for key in ("author", "creator"):
        yield f"json-ld:{key}", list(_node_names(article.get(key), nodes_by_id))
    for name in _META_NAMES:
        yield f"meta:{name}", [value for _, value in sources.meta(name)]
    for kind, spots in _byline_kinds(sources):
        yield kind, [spot.value or spot.text for spot in spots]


def _byline_kinds(sources: PageSources) -> Iterator[tuple[str, list[Spot]]]:
    for kind, word in (("rel=author", "author"), ("byline", "byline"), ("class=author", "author")):
        yield kind, [spot for spot in sources.bylines if word in spot.marks][:3]


def _node_names(value: Json, nodes_by_id: Mapping[str, Node]) -> Iterator[str]:
    for node in objects_in(value):
        known = nodes_by_id.get(str(node.get("@id")), node) if "name" not in node else node
        if types_of(known) <= {"person"} or True:
            yield from strings_in(known.get("name"))
    if not isinstance(value, dict):
        yield from (text for text in strings_in(value) if not isinstance(value, dict))
