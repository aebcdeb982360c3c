"""Everything on a page that may say something about its article, gathered in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.lines import one_line

MAX_VALUE_CHARACTERS = 4_000
MAX_JSONLD_CHARACTERS = 200_000
MAX_JSONLD_BLOCKS = 30
MAX_METAS = 400
MAX_VALUES_PER_NAME = 50
MAX_TIMES = 50
MAX_HEADINGS = 10
MAX_BYLINES = 40
MAX_DATE_LINES = 20
MAX_ELEMENTS = 5_000
MAX_TEXT_PIECES = 60

# One walk in C; Python then sees a few dozen elements of the thousands.
_CANDIDATES = etree.XPath(
    "descendant-or-self::*[self::meta or self::link or self::time or self::h1 or self::title"
    " or self::base or self::script[@type] or @itemprop or @rel='author'"
    " or contains(@class,'uthor') or contains(@class,'yline') or contains(@class,'yLine')"
    " or contains(@class,'utor') or contains(@class,'auteur') or contains(@class,'date')"
    " or contains(@class,'Date') or contains(@class,'publish')]"
)
_SILENT_TAGS = frozenset({"script", "style", "noscript", "template", "svg"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An element that may name an author or a date."""

    text: str
    """Visible text, one line."""
    tag: str
    marks: str
    """Its class, rel and itemprop, lower case, separated by spaces."""
    value: str = ""
    """Its datetime or content attribute."""
    href: str = ""
    after_heading: bool = False
    """The page's first h1 stands before it."""
    links: tuple[str, ...] = ()
    """The texts of the links inside, one line each."""


@dataclass(slots=True, kw_only=True)
class PageSources:
    """What the page says, uninterpreted; every string clipped, every list bounded."""

    html_language: str = ""
    title: str = ""
    base_url: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    """By name, property, http-equiv or itemprop, lower case; values in page order."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """The href of `<link>` elements, by rel, lower case."""
    jsonld: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    """Texts of the h1 elements."""
    items: dict[str, list[str]] = field(default_factory=dict)
    """Microdata: values by itemprop, without author and dates."""
    times: list[Spot] = field(default_factory=list)
    bylines: list[Spot] = field(default_factory=list)
    date_lines: list[Spot] = field(default_factory=list)
    """Elements whose class speaks of a date."""

    def meta(self, *names: str) -> Iterator[tuple[str, str]]:
        """(name, value) of the metas with these names, in the order of the names."""
        for name in names:
            for value in self.metas.get(name, ()):
                yield name, value


def gather(tree: HtmlElement) -> PageSources:
    """What the page says about its article. The tree is only read."""
    sources = PageSources(html_language=(tree.get("lang") or tree.get("xml:lang") or "")[:50])
    for element in islice(_candidates(tree), MAX_ELEMENTS):
        _take(element, sources)
    return sources


def _candidates(tree: HtmlElement) -> Iterator[HtmlElement]:
    found = _CANDIDATES(tree)
    if isinstance(found, list):
        yield from (element for element in found if isinstance(element, HtmlElement))


def _take(element: HtmlElement, sources: PageSources) -> None:
    tag = element.tag
    if tag == "meta":
        _take_meta(element, sources)
    elif tag == "link":
        _take_link(element, sources)
    elif tag == "script":
        _take_script(element, sources)
    elif tag == "title":
        if not sources.title and element.getparent() is not None and not _inside_svg(element):
            sources.title = one_line(element.text or "", limit=1_000)
    elif tag == "base":
        sources.base_url = sources.base_url or (element.get("href") or "")[:2_000].strip()
    else:
        _take_visible(element, sources)


def _inside_svg(element: HtmlElement) -> bool:
    return any(parent.tag == "svg" for parent in islice(element.iterancestors(), 10))


def _take_meta(element: HtmlElement, sources: PageSources) -> None:
    content = element.get("content")
    if not content or len(sources.metas) >= MAX_METAS:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name:
            values = sources.metas.setdefault(name[:100].strip().lower(), [])
            if len(values) < MAX_VALUES_PER_NAME:
                values.append(content[:MAX_VALUE_CHARACTERS].strip())


def _take_link(element: HtmlElement, sources: PageSources) -> None:
    rel, href = element.get("rel"), element.get("href")
    if rel and href:
        values = sources.links.setdefault(rel[:100].strip().lower(), [])
        if len(values) < MAX_VALUES_PER_NAME:
            values.append(href[:MAX_VALUE_CHARACTERS].strip())


def _take_script(element: HtmlElement, sources: PageSources) -> None:
    if "ld+json" in element.get("type", "").lower() and len(sources.jsonld) < MAX_JSONLD_BLOCKS:
        sources.jsonld.append((element.text or "")[: MAX_JSONLD_CHARACTERS + 1])


def _take_visible(element: HtmlElement, sources: PageSources) -> None:
    if element.tag == "h1" and len(sources.headings) < MAX_HEADINGS:
        sources.headings.append(visible_text(element, limit=1_000))
    marks = _marks(element)
    if element.tag == "time" or "datepublished" in marks or "datemodified" in marks:
        _append(sources.times, element, marks, sources, MAX_TIMES)
    elif _speaks_of_author(marks):
        _append(sources.bylines, element, marks, sources, MAX_BYLINES)
    elif "date" in marks or "publish" in marks:
        _append(sources.date_lines, element, marks, sources, MAX_DATE_LINES)
    elif name := element.get("itemprop"):
        _take_item(element, name.strip().lower()[:100], sources)


def _marks(element: HtmlElement) -> str:
    parts = (element.get("class"), element.get("rel"), element.get("itemprop"))
    return " ".join(part[:300] for part in parts if part).lower()


def _speaks_of_author(marks: str) -> bool:
    return any(word in marks for word in ("author", "byline", "autor", "auteur"))


def _append(
    spots: list[Spot], element: HtmlElement, marks: str, sources: PageSources, limit: int
) -> None:
    if len(spots) < limit:
        spots.append(_spot(element, marks, after_heading=bool(sources.headings)))


def _spot(element: HtmlElement, marks: str, *, after_heading: bool) -> Spot:
    value = element.get("datetime") or element.get("content") or ""
    links = (visible_text(link, limit=200) for link in islice(element.iter("a"), 20))
    return Spot(
        text=visible_text(element, limit=500),
        tag=str(element.tag),
        marks=marks,
        value=value[:200].strip(),
        href=(element.get("href") or "")[:500],
        after_heading=after_heading,
        links=tuple(text for text in links if text),
    )


def _take_item(element: HtmlElement, name: str, sources: PageSources) -> None:
    if name not in {"headline", "name", "articlesection", "keywords", "inlanguage", "image"}:
        return
    value = element.get("content") or element.get("src") or visible_text(element, limit=1_000)
    values = sources.items.setdefault(name, [])
    if value and len(values) < MAX_VALUES_PER_NAME:
        values.append(value[:MAX_VALUE_CHARACTERS].strip())


def visible_text(element: HtmlElement, *, limit: int) -> str:
    """The element's text as one line, without scripts and styles; from its first pieces only."""
    pieces: list[str] = []
    for node in islice(element.iter(), MAX_TEXT_PIECES):
        if isinstance(node.tag, str) and node.tag not in _SILENT_TAGS and node.text:
            pieces.append(node.text[: 2 * limit])
        if node is not element and node.tail:
            pieces.append(node.tail[: 2 * limit])
    return one_line(" ".join(pieces), limit=limit)
