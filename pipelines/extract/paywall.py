"""Whether a page says its text is not free (schema.org isAccessibleForFree and its metas)."""

from collections.abc import Iterator, Sequence

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Json, Node, objects_in, strings_in
from pipelines.extract.sources import PageSources

MAX_PARTS = 50

_TRUE = frozenset({"1", "free", "http://schema.org/true", "https://schema.org/true", "true", "yes"})
_FALSE = frozenset(
    {"0", "false", "http://schema.org/false", "https://schema.org/false", "no", "locked", "metered"}
)


def choose_paywalled(
    sources: PageSources, *, article: Node, nodes: Sequence[Node]
) -> Found[bool] | None:
    """True: the page or a part of it is not free. None: the page does not say."""
    said = list(_said(sources, article, nodes))
    free = [(source, raw, value) for source, raw in said if (value := truth(raw)) is not None]
    if not free:
        return None
    locked = next((one for one in free if not one[2]), free[0])
    return Found(not locked[2], locked[0], str(locked[1]))


def truth(value: Json) -> bool | None:
    """True or False however it is written ("False", 0, a schema.org URL); None if it is neither."""
    if isinstance(value, bool):
        return value
    text = next(strings_in(value), "")[:100].strip().lower()
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def _said(sources: PageSources, article: Node, nodes: Sequence[Node]) -> Iterator[tuple[str, Json]]:
    for node in [article] if article else nodes[:MAX_PARTS]:
        yield "json-ld:isAccessibleForFree", node.get("isAccessibleForFree")
        # Google's structured data for paywalled content marks the locked part, not the article.
        for part in list(objects_in(node.get("hasPart")))[:MAX_PARTS]:
            yield "json-ld:hasPart.isAccessibleForFree", part.get("isAccessibleForFree")
    for name, raw in sources.meta("article:content_tier", "og:article:content_tier"):
        yield f"meta:{name}", raw
