"""What the publisher says about the use of a page: robots metas, X-Robots-Tag, TDM reservation."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from pipelines.extract.sources import PageSources, gather
from pipelines.records import FetchedPage, RightsSignals

MAX_RULE_CHARACTERS = 4_000

# Metas that speak to every crawler, or to any crawler of news; a word to one of them is heard.
# Sources: Robots meta tag specifications of Google and Bing; DeviantArt for noai, noimageai.
_ROBOTS_METAS = ("robots", "googlebot", "googlebot-news", "bingbot", "winnow")
# Rules with a value of their own: "max-image-preview: none" is not the rule "none".
_VALUED_RULES = frozenset(
    {"max-image-preview", "max-snippet", "max-video-preview", "unavailable_after"}
)
_NO_AI = frozenset({"noai", "noimageai"})


def read_rights(
    tree: HtmlElement, *, page: FetchedPage, sources: PageSources | None = None
) -> RightsSignals:
    """The signals of the page and of its headers; whoever they address, they count.

    Args:
        tree: The complete parsed page; it is only read.
        page: The page with its headers.
        sources: What `gather` found in the tree. None: it is gathered here.
    """
    sources = sources or gather(tree)
    rules = set(_rules(sources, page))
    return RightsSignals(
        noindex=bool(rules & {"noindex", "none"}),
        noarchive=bool(rules & {"noarchive", "nocache"}),
        noai=bool(rules & _NO_AI),
        tdm_reserved=page.tdm_reserved or _reserves_tdm(sources),
    )


def _rules(sources: PageSources, page: FetchedPage) -> Iterator[str]:
    """Every directive, lower case, without the name of the crawler it addresses."""
    said = [value for _, value in sources.meta(*_ROBOTS_METAS, "x-robots-tag")]
    if page.robots_tag:
        said.append(page.robots_tag)
    for text in said:
        for part in text[:MAX_RULE_CHARACTERS].lower().replace(";", ",").split(","):
            pieces = [piece.strip() for piece in part.split(":")]
            if not _VALUED_RULES.intersection(pieces):
                yield pieces[-1]  # "googlebot: noindex" addresses one crawler


def _reserves_tdm(sources: PageSources) -> bool:
    # TDM Reservation Protocol (W3C community group), §7: 1 reserves, 0 does not.
    return any(value.strip() == "1" for _, value in sources.meta("tdm-reservation"))
