"""What a page's head says its article is."""

from dataclasses import dataclass

from lxml.html import HtmlElement

MAX_CHARACTERS = 1_000
_TITLES = frozenset({"og:title", "twitter:title"})
_DESCRIPTIONS = frozenset({"description", "og:description", "twitter:description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Titles and the longest description as written, each at most 1,000 characters."""

    titles: tuple[str, ...]
    description: str


def read_head(tree: HtmlElement) -> Head:
    """The head's titles and description; empty where there are none."""
    titles: list[str] = []
    descriptions: list[str] = [""]
    for element in tree.iter("title", "meta"):
        if element.tag == "title":
            titles.append((element.text or "")[:MAX_CHARACTERS])
            continue
        name = (element.get("property") or element.get("name") or "").lower()
        if name in _TITLES:
            titles.append(element.get("content", "")[:MAX_CHARACTERS])
        elif name in _DESCRIPTIONS:
            descriptions.append(element.get("content", "")[:MAX_CHARACTERS])
    return Head(titles=tuple(titles), description=max(descriptions, key=len))
