"""The JSON-LD of a page: parsed with patience, and the node that describes its article."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from pipelines.extract.sources import MAX_JSONLD_CHARACTERS

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Node: TypeAlias = "dict[str, Json]"

MAX_NODES = 500
MAX_DEPTH = 8
MAX_LIST_ITEMS = 200

# An article outweighs a page with everything said; of two articles the one with the page's URL.
_ARTICLE_POINTS, _OWN_URL_POINTS, _PAGE_POINTS = 20, 7, 1

# Where other nodes about the same page hang; itemListElement, mentions and isPartOf are about
# other things.
_NESTS = ("@graph", "mainEntity", "mainEntityOfPage")

# schema.org/Article and its subtypes, and what publishers use for articles beside them.
_ARTICLE_TYPES = frozenset(
    {
        "advertisercontentarticle", "analysisnewsarticle", "article", "askpublicnewsarticle",
        "backgroundnewsarticle", "blogposting", "liveblogposting", "medicalscholarlyarticle",
        "newsarticle", "opinionnewsarticle", "report", "reportagenewsarticle",
        "reviewnewsarticle", "satiricalarticle", "scholarlyarticle", "socialmediaposting",
        "techarticle",
    }
)  # fmt: skip
# Also an article where nothing better is there; schema.org/CreativeWork and its page types.
_WEAK_TYPES = frozenset({"creativework", "howto", "itempage", "recipe", "review", "webpage"})

_COMMENT_MARKS = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|/\*\s?\*/|^\s*//", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?=[^"\\/bfnrtu])')


def parse_jsonld(blocks: Sequence[str]) -> list[Node]:
    """Every node of the blocks that is about this page, in page order; [] if nothing parses."""
    nodes: list[Node] = []
    for block in blocks:
        nodes.extend(islice(_nodes_in(_parse(block), depth=0), MAX_NODES - len(nodes)))
    return nodes


def article_node(nodes: Sequence[Node], *, page_url: str = "") -> Node:
    """The node that describes the page's article; {} if none does.

    One that names the page's URL as its own, else the first of those with most to say.
    """
    address = _address(page_url)
    scores = [_article_score(node, address) for node in nodes]
    best = max(range(len(nodes)), key=scores.__getitem__, default=None)
    return nodes[best] if best is not None and scores[best] else {}


def article_nodes(nodes: Sequence[Node]) -> list[Node]:
    """The nodes that are articles: usually one; a list of articles may give one for each."""
    return [node for node in nodes if types_of(node) & _ARTICLE_TYPES]


def page_nodes(nodes: Sequence[Node]) -> list[Node]:
    """The nodes about the page as a whole, e.g. its WebPage, without articles and organisations."""
    return [node for node in nodes if types_of(node) & _WEAK_TYPES]


def types_of(node: Node) -> frozenset[str]:
    """The node's types, lower case, without their namespace."""
    value = node.get("@type", node.get("type"))
    names = value if isinstance(value, list) else [value]
    return frozenset(
        name[-60:].rpartition("/")[2].rpartition(":")[2].strip().lower()
        for name in names[:10]
        if isinstance(name, str)
    )


def strings_in(value: Json) -> Iterator[str]:
    """The strings that a value amounts to: itself, its items, or an object's @value or name."""
    for item in value[:MAX_LIST_ITEMS] if isinstance(value, list) else [value]:
        said = item.get("@value", item.get("name")) if isinstance(item, dict) else item
        if isinstance(said, str) and said.strip():
            yield said
        elif isinstance(said, int | float) and not isinstance(said, bool):
            yield str(said)


def objects_in(value: Json) -> Iterator[Node]:
    """The objects in a value: itself or its items."""
    for item in value[:MAX_LIST_ITEMS] if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def by_id(nodes: Sequence[Node]) -> dict[str, Node]:
    """The nodes that others can refer to, by their @id."""
    return {
        name: node for node in nodes if isinstance(name := node.get("@id"), str) and len(node) > 1
    }


def _article_score(node: Node, page_address: str) -> int:
    types = types_of(node)
    if types & _ARTICLE_TYPES:
        base = _ARTICLE_POINTS
    elif types & _WEAK_TYPES:
        base = _PAGE_POINTS
    else:
        return 0
    said = ("headline", "datePublished", "author", "articleBody", "dateModified", "publisher")
    is_own = page_address and page_address in _addresses(node)
    base += _OWN_URL_POINTS if is_own else 0
    return base + sum(1 for key in said if node.get(key))


def _addresses(node: Node) -> set[str]:
    """Where a node says it is published."""
    main = node.get("mainEntityOfPage")
    said = [node.get("url"), node.get("@id"), main]
    said += [page.get("@id") for page in objects_in(main)]
    return {_address(url) for url in said if isinstance(url, str)}


def _address(url: str) -> str:
    """What two spellings of a page's URL have in common: host and path."""
    host_and_path = url[:2_000].partition("#")[0].partition("?")[0].rpartition("://")[2]
    return host_and_path.removeprefix("www.").rstrip("/")


def _nodes_in(value: Json, *, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    for node in objects_in(value):
        yield node
        for key in _NESTS:
            yield from _nodes_in(node.get(key), depth=depth + 1)
    if isinstance(value, list):
        for item in value[:MAX_LIST_ITEMS]:
            if isinstance(item, list):
                yield from _nodes_in(item, depth=depth + 1)


def _parse(block: str) -> Json:
    """The block's value: as it is, else with usual mistakes mended; None if nothing helps."""
    cut_off = len(block) > MAX_JSONLD_CHARACTERS
    block = block[:MAX_JSONLD_CHARACTERS].strip().rstrip(";")
    attempts = (_close_brackets,) if cut_off else (_as_it_is, _mended, _unescaped)
    for attempt in attempts:
        value = _load(attempt(block))
        if value is not None:
            return value
    return None


def _load(text: str) -> Json:
    try:
        value, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):  # not JSON; an integer of 5,000 digits; nested too deep
        return None
    else:
        return _checked(value)


def _checked(value: object) -> Json:
    return value if isinstance(value, str | list | dict) else None


def _no_number(_: str) -> None:
    """NaN and Infinity are not JSON and mean nothing here."""


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_number)


def _as_it_is(text: str) -> str:
    return text


def _mended(text: str) -> str:
    text = _COMMENT_MARKS.sub(" ", text).strip()
    return _BAD_ESCAPE.sub("", _TRAILING_COMMA.sub("", text))


def _unescaped(text: str) -> str:
    return _mended(html.unescape(text)) if "&quot;" in text or "&#34;" in text else ""


def _close_brackets(text: str) -> str:
    """A text that was cut off, up to its last complete member, with every bracket closed."""
    closers: list[str] = []
    complete, complete_closers = 0, ""
    in_string = escaped = False
    for position, character in enumerate(text):
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "{[":
            closers.append("}" if character == "{" else "]")
        elif character in "}]" and closers:
            closers.pop()
        elif character == "," and len(closers) <= MAX_DEPTH:
            complete, complete_closers = position, "".join(reversed(closers))
    return text[:complete] + complete_closers
