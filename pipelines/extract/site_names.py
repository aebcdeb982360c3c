"""What a site calls itself: in its metadata, and by its host name."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, objects_in, strings_in, types_of
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.sources import PageSources

MAX_SITE_NAME_CHARACTERS = 200
MAX_SITE_NAMES = 20
MIN_LABEL_CHARACTERS = 4  # shorter labels of a host name ("web", "blog") are found in any word
MIN_LABEL_SHARE = 0.4  # "Chess legend retires" is a headline, also on chess.example

_COMMON_LABELS = frozenset({"amp", "blog", "mobile", "news", "online", "www"})


def site_names(sources: PageSources, nodes: Sequence[Node], *, article: Node) -> list[str]:
    """What the page calls its site, most telling first; at most 20."""
    said = [*_named_by_metas(sources), *_named_by_nodes(nodes, article)]
    names = (one_line(name, limit=MAX_SITE_NAME_CHARACTERS) for name in said[:MAX_SITE_NAMES])
    return list(dict.fromkeys(name for name in names if name))


def choose_site_name(
    sources: PageSources, nodes: Sequence[Node], *, article: Node
) -> Found[str] | None:
    """The site's name as it writes it; None if the page does not name its site."""
    said = [(f"meta:{name}", value) for name, value in sources.meta("og:site_name")]
    said += [("json-ld", name) for name in _named_by_nodes(nodes, article)]
    said += [("meta:application-name", name) for _, name in sources.meta("application-name")]
    for source, raw in said[:MAX_SITE_NAMES]:
        name = one_line(raw, limit=MAX_SITE_NAME_CHARACTERS)
        if name and not name.startswith(("@", "http:", "https:")):
            return Found(name, source, raw)
    return None


def spellings(names: Sequence[str]) -> frozenset[str]:
    """The names as `is_site_name` compares them."""
    return frozenset(filter(None, map(_compact, names)))


def is_site_name(text: str, names: frozenset[str]) -> bool:
    """Whether the text is one of these `spellings` of the site's name, however it is spelt."""
    return _compact(text) in names


def host_labels(url: str) -> list[str]:
    """The parts of the URL's host name that can be a site's name, e.g. ["example"]."""
    try:
        host = urlsplit(url[:2_000]).hostname or ""
    except ValueError:  # "http://[" is no URL
        return []
    labels = [re.sub(r"\W", "", label) for label in host.split(".")[:-1]]
    return [x for x in labels if len(x) >= MIN_LABEL_CHARACTERS and x not in _COMMON_LABELS]


def fits_host(text: str, labels: Sequence[str]) -> bool:
    """Whether the text is a site's name by its host: "The Example Times" on example-times.org."""
    compact = _compact(text)
    return any(
        (label in compact and len(label) >= MIN_LABEL_SHARE * len(compact))
        or (compact in label and len(compact) >= MIN_LABEL_CHARACTERS)
        for label in labels
    )


def _compact(text: str) -> str:
    return match_key(text).replace(" ", "")


def _named_by_metas(sources: PageSources) -> Iterator[str]:
    for _, value in sources.meta(
        "og:site_name", "application-name", "al:ios:app_name", "dc.publisher"
    ):
        yield value


def _named_by_nodes(nodes: Sequence[Node], article: Node) -> Iterator[str]:
    for publisher in objects_in(article.get("publisher")):
        yield from strings_in(publisher.get("name"))
    for node in nodes[:50]:
        if types_of(node) & {"website", "organization", "newsmediaorganization"}:
            yield from strings_in(node.get("name"))
            yield from strings_in(node.get("alternateName"))
