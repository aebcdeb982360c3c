"""How much of an extracted text announces other pages of the site, and how much is its own."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.clean.draft import Draft, reads_as_prose, words_in
from pipelines.clean.places import count_characters
from pipelines.clean.runs import LINK_SHARE, Run

MIN_HEADLINE_WORDS = 3
MAX_TEASER_WORDS = 60
"""Of one summary; WordPress ends its excerpts at 55."""

MAX_CARD_CHARACTERS = 800
"""Without spaces: headline, summary and what else a card has. An article's body has more."""

MAX_RUNS_TO_HEADLINE = 3
"""Between headline and summary stand a date, a name, a section."""

MAX_LEVELS = 5
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What an extracted text consists of."""

    own_words: int
    """In prose that belongs to no teaser."""
    lent_words: int
    """In links and in teasers."""
    entries: int
    """Headlines of other pages: linked lines of some words, and summaries beside one."""
    links: int
    """Lines that are nothing but links, of whatever length."""
    lines: int
    """All of them."""


def measure_shares(draft: Draft, *, enough: int) -> Shares:
    """What the kept blocks consist of, up to the one with which it has enough words of its own."""
    own = lent = entries = links = lines = 0
    headlines: set[int] = set()
    around: set[HtmlElement] = set()
    titles = {draft.metadata.title, *draft.headings}  # an article's own may be linked to itself
    for index in draft.kept():
        if own > enough:
            break
        text, place = draft.blocks[index].text, draft.places[index]
        lines += text.count("\n") + 1
        if _is_swallowed(draft, index, around):
            own += words_in(text)
        elif place is not None and place.link_share >= LINK_SHARE:
            lent += words_in(text)
            links += text.count("\n") + 1
            entries += 0 if place.first_run in headlines else _count_headlines(text)
            headlines.add(place.first_run)
        elif (headline := _headline_of(draft, index, titles)) is not None:
            lent += words_in(text)
            entries += headline not in headlines
            headlines.add(headline)
        elif draft.is_prose(index) and "©" not in text:
            own += words_in(text)
    return Shares(own_words=own, lent_words=lent, entries=entries, links=links, lines=lines)


def _count_headlines(text: str) -> int:
    return sum(words_in(line) >= MIN_HEADLINE_WORDS for line in text.split("\n"))


def _is_swallowed(draft: Draft, index: int, around: set[HtmlElement]) -> bool:
    """Whether it is prose in a link around earlier prose, which nobody closed.

    Such a text is not about another page. Adds the link around a block to those `around` others.
    """
    place = draft.places[index]
    if place is None or not reads_as_prose(draft.blocks[index].text):
        return False
    link = next(draft.runs[place.first_run].element.iterancestors("a"), None)
    if link is None or link in around:
        return link is not None
    around.add(link)
    return False


def _headline_of(draft: Draft, index: int, titles: Set[str | None]) -> int | None:
    """The run of the linked headline that a block is the summary of; None if it is none's."""
    place = draft.places[index]
    if place is None or words_in(draft.blocks[index].text) > MAX_TEASER_WORDS:
        return None
    summary = draft.runs[place.first_run]
    above = range(max(place.first_run - MAX_RUNS_TO_HEADLINE, 0), place.first_run)
    for position in reversed(above):
        run = draft.runs[position]
        if _is_headline(run) and run.text not in titles:
            near = position == place.first_run - 1 and _is_in_heading(run.element)
            return position if near or _share_a_card(run.element, summary.element) else None
    return None


def _is_headline(run: Run) -> bool:
    return (
        run.own_link_characters > 0
        and run.own_link_characters >= LINK_SHARE * max(run.characters, 1)
        and words_in(run.text) >= MIN_HEADLINE_WORDS
    )


def _is_in_heading(element: HtmlElement) -> bool:
    return any(above.tag in _HEADINGS for above in _upwards(element))


def _share_a_card(headline: HtmlElement, summary: HtmlElement) -> bool:
    above = set(_upwards(headline))
    card = next((element for element in _upwards(summary) if element in above), None)
    return card is not None and _is_small(card)


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    current: HtmlElement | None = element
    for _ in range(MAX_LEVELS):
        if current is None or current.tag in {"body", "html"}:
            return
        yield current
        current = current.getparent()


def _is_small(card: HtmlElement) -> bool:
    characters = 0
    for text in card.itertext():
        characters += count_characters(text)
        if characters > MAX_CARD_CHARACTERS:
            return False
    return True
