"""Everything on a page that may say something about its article, gathered in one pass."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extract.lines import one_line

MAX_VALUE_CHARACTERS = 4_000
MAX_JSONLD_CHARACTERS = 200_000
MAX_JSONLD_BLOCKS = 30
MAX_METAS = 400
MAX_VALUES_PER_NAME = 50
MAX_TIMES = 50
MAX_HEADINGS = 10
MAX_CAPTIONS = 50
MAX_PARAGRAPHS = 30
MAX_BYLINES = 40
MAX_DATE_LINES = 20
MAX_ELEMENTS = 100_000
MAX_CLASS_CHARACTERS = 500
MAX_TEXT_PIECES = 60
MAX_LINKS_IN_SPOT = 20
MAX_HEADINGS_LOOKED_AROUND = 2
MAX_LEVELS_ABOVE_HEADING = 4
MAX_SIBLINGS_ABOVE = 2
MAX_TEXTS_ABOVE = 20
MAX_LINES_NEAR_HEADING = 150
MIN_LINE_CHARACTERS = 6
MAX_LINE_CHARACTERS = 120

# The walk skips other tags in C; most of the cost of gathering is seeing an element in Python.
_TAGS = (
    "a", "address", "base", "cite", "div", "figcaption", "h1", "li", "link", "meta", "p", "script",
    "span", "time", "title",
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_SILENT_TAGS = frozenset({"noscript", "script", "style", "svg", "template"})
_BREAKING_TAGS = frozenset({"br", "div", "h1", "h2", "h3", "li", "p", "small", "span", "td", "ul"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An element that may name an author or a date; its text is read only when asked for."""

    element: HtmlElement
    tag: str
    class_name: str = ""
    """Lower case; likewise rel and item."""
    rel: str = ""
    item: str = ""
    """Its itemprop."""
    value: str = ""
    """Its datetime or content attribute."""
    after_heading: bool = False
    """The page's first h1 stands before it."""
    parent: HtmlElement | None = None

    @property
    def text(self) -> str:
        """Visible text, one line."""
        return visible_text(self.element, limit=500)

    @property
    def links(self) -> tuple[str, ...]:
        """The texts of the links inside, one line each."""
        links = islice(self.element.iter("a"), MAX_LINKS_IN_SPOT)
        texts = (visible_text(link, limit=200) for link in links)
        return tuple(text for text in texts if text)


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
    heading_elements: list[HtmlElement] = field(default_factory=list)
    captions: list[HtmlElement] = field(default_factory=list)
    """The first figcaption elements."""
    paragraphs: list[str] = field(default_factory=list)
    """How the first ones begin: their own text up to the first tag inside."""
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
    tells: dict[str, bool] = {"": False}
    for element in islice(tree.iter(*_TAGS), MAX_ELEMENTS):
        tag = element.tag
        take = _TAKERS.get(tag)
        if take is not None:
            take(element, sources)
            continue
        if tag == "p" and len(sources.paragraphs) < MAX_PARAGRAPHS:
            sources.paragraphs.append((element.text or "")[:500])
        class_name = element.get("class", "")
        if class_name not in tells:
            tells[class_name] = _speaks_of_author_or_date(class_name)
        if (
            tells[class_name]
            or element.get("itemprop") is not None
            or (tag == "a" and element.get("rel") == "author")
        ):
            _take_visible(element, sources)
    return sources


def _speaks_of_author_or_date(class_name: str) -> bool:
    class_name = class_name[:MAX_CLASS_CHARACTERS].lower()
    return _speaks_of_author(class_name) or _speaks_of_date(class_name)


# Parts of class names in the languages that newspapers name their classes in.
def _speaks_of_author(marks: str) -> bool:
    return "author" in marks or "byline" in marks or "autor" in marks or "auteur" in marks


def _speaks_of_date(marks: str) -> bool:
    return "date" in marks or "publish" in marks or "timestamp" in marks or "datum" in marks


def _take_title(element: HtmlElement, sources: PageSources) -> None:
    if not sources.title and not _inside_svg(element):
        sources.title = one_line(element.text or "", limit=1_000)


def _take_base(element: HtmlElement, sources: PageSources) -> None:
    sources.base_url = sources.base_url or (element.get("href") or "")[:2_000].strip()


def _inside_svg(element: HtmlElement) -> bool:
    return any(parent.tag == "svg" for parent in islice(element.iterancestors(), 10))


def _take_meta(element: HtmlElement, sources: PageSources) -> None:
    said = dict(element.items())
    content = said.get("content")
    if not content or len(sources.metas) >= MAX_METAS:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := said.get(attribute):
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


def _take_caption(element: HtmlElement, sources: PageSources) -> None:
    if len(sources.captions) < MAX_CAPTIONS:
        sources.captions.append(element)


def _take_visible(element: HtmlElement, sources: PageSources) -> None:
    if element.tag == "h1" and len(sources.headings) < MAX_HEADINGS:
        sources.headings.append(visible_text(element, limit=1_000))
        sources.heading_elements.append(element)
    marks = _marks(element)
    if element.tag == "time" or "datepublished" in marks or "datemodified" in marks:
        _append(sources.times, element, sources, MAX_TIMES)
    elif _speaks_of_author(marks):
        _append(sources.bylines, element, sources, MAX_BYLINES)
    elif _speaks_of_date(marks):
        _append(sources.date_lines, element, sources, MAX_DATE_LINES)
    if name := element.get("itemprop"):
        _take_item(element, name.strip().lower()[:100], sources)


def _marks(element: HtmlElement) -> str:
    parts = (element.get("class"), element.get("rel"), element.get("itemprop"))
    return " ".join(part[:MAX_CLASS_CHARACTERS] for part in parts if part).lower()


def _append(spots: list[Spot], element: HtmlElement, sources: PageSources, limit: int) -> None:
    if len(spots) < limit:
        spots.append(_spot(element, after_heading=bool(sources.headings)))


def _spot(element: HtmlElement, *, after_heading: bool) -> Spot:
    value = element.get("datetime") or element.get("content") or ""
    return Spot(
        element=element,
        tag=str(element.tag),
        class_name=(element.get("class") or "")[:MAX_CLASS_CHARACTERS].lower(),
        rel=(element.get("rel") or "")[:100].lower(),
        item=(element.get("itemprop") or "")[:100].lower(),
        value=value[:200].strip(),
        after_heading=after_heading,
        parent=element.getparent(),
    )


def _take_item(element: HtmlElement, name: str, sources: PageSources) -> None:
    if name not in {"headline", "name", "articlesection", "keywords", "inlanguage", "image"}:
        return
    value = element.get("content") or element.get("src") or visible_text(element, limit=1_000)
    values = sources.items.setdefault(name, [])
    if value and len(values) < MAX_VALUES_PER_NAME:
        values.append(value[:MAX_VALUE_CHARACTERS].strip())


def lines_near_headings(sources: PageSources) -> Iterator[str]:
    """Short texts with a digit, around each headline: just above it first, then after it."""
    for heading in sources.heading_elements[:MAX_HEADINGS_LOOKED_AROUND]:
        for text in islice(_texts_around(heading), MAX_LINES_NEAR_HEADING):
            if MIN_LINE_CHARACTERS <= len(text) <= MAX_LINE_CHARACTERS and _DIGIT.search(text):
                yield " ".join(text.split())


def _texts_around(heading: HtmlElement) -> Iterator[str]:
    levels = [heading, *islice(heading.iterancestors(), MAX_LEVELS_ABOVE_HEADING)]
    for element in levels:
        for sibling in islice(element.itersiblings(preceding=True), MAX_SIBLINGS_ABOVE):
            yield from islice(sibling.itertext(), MAX_TEXTS_ABOVE)
        for sibling in islice(element.itersiblings(), MAX_LINES_NEAR_HEADING):
            yield from islice(sibling.itertext(), MAX_LINES_NEAR_HEADING)


def visible_text(element: HtmlElement, *, limit: int) -> str:
    """The element's text as one line, without scripts and styles; from its first pieces only."""
    pieces: list[str] = []
    for node in islice(element.iter(), MAX_TEXT_PIECES):
        if node.tag in _BREAKING_TAGS:
            pieces.append(" ")
        if node.text and not _is_silent(node):
            pieces.append(node.text[: 2 * limit])
        if node is not element and node.tail:
            pieces.append(node.tail[: 2 * limit])
    return one_line("".join(pieces), limit=limit)


def _is_silent(node: HtmlElement) -> bool:
    if not isinstance(node.tag, str) or node.tag in _SILENT_TAGS:
        return True
    parent = node.getparent()
    return parent is not None and parent.tag in _SILENT_TAGS


_TAKERS: dict[object, Callable[[HtmlElement, PageSources], None]] = {
    "base": _take_base,
    "figcaption": _take_caption,
    "h1": _take_visible,
    "link": _take_link,
    "meta": _take_meta,
    "script": _take_script,
    "time": _take_visible,
    "title": _take_title,
}
