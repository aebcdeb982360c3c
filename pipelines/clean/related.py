"""Links to other articles of the site between the paragraphs."""

import re
from collections.abc import Iterator

from pipelines.clean.draft import Draft, Verdict, words_in
from pipelines.clean.places import Place, count_characters
from pipelines.clean.runs import LINK_SHARE
from pipelines.records import Block, BlockKind

MAX_WORDS = 30
MIN_WORDS = 4
"""Of a linked line: shorter ones are names of sections, cities, people."""

MIN_LINKED_SHARE = 0.5
MAX_LABEL_WORDS = 4

_LABELLED = re.compile("^([^:\uff1a]{2,40})[:\uff1a]\\s*(\\S.*)$", re.DOTALL)


def cut_labelled_links(draft: Draft) -> Draft:
    """Cut paragraphs that are a label, a colon, and a link to another page of the site."""
    found: dict[int, Verdict] = {}
    for index, block, place in _linked_paragraphs(draft):
        if (label := _label(block.text, place)) is not None:
            reason = f"“{label}” and a link to another page of the site: “{block.text[:80]}”."
            found[index] = Verdict(rule="labelled_link", reason=reason)
    return draft.with_verdicts(found)


def cut_lone_links(draft: Draft) -> Draft:
    """Cut paragraphs that are nothing but a link to another page of the site."""
    found: dict[int, Verdict] = {}
    for index, block, place in _linked_paragraphs(draft):
        if place.own_link_share >= LINK_SHARE:
            reason = f"“{block.text[:80]}” is nothing but a link to another page of the site."
            found[index] = Verdict(rule="lone_link", reason=reason)
    return draft.with_verdicts(found)


def _linked_paragraphs(draft: Draft) -> Iterator[tuple[int, Block, Place]]:
    for index in draft.kept():
        block, place = draft.blocks[index], draft.places[index]
        if place is None or not place.own_link_characters:  # of most, with nothing else to ask
            continue
        if block.kind is not BlockKind.PARAGRAPH or place.own_link_share < MIN_LINKED_SHARE:
            continue
        if MIN_WORDS <= words_in(block.text) <= MAX_WORDS:
            yield index, block, place


def _label(text: str, place: Place) -> str | None:
    match = _LABELLED.match(text)
    if match is None:
        return None
    label, linked = match.groups()
    is_linked = place.own_link_characters >= LINK_SHARE * count_characters(linked)
    return label if is_linked and words_in(label) <= MAX_LABEL_WORDS else None
