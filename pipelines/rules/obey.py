"""Rules applied to a draft: what they keep is in it and protected, what they cut is cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from pipelines.clean.draft import BLOCK_MODEL, RULE, Draft, Verdict
from pipelines.clean.places import Place, text_key
from pipelines.clean.steps import clean
from pipelines.model.blocks import placed_blocks
from pipelines.model.classifier import Judged
from pipelines.model.outline import Outline
from pipelines.records import Block, BlockKind
from pipelines.rules.records import RuleAction, Ruling
from pipelines.rules.rulings import Rulings

_PARTED = frozenset({BlockKind.LIST, BlockKind.QUOTE, BlockKind.CODE, BlockKind.PARAGRAPH})
"""Kinds of which each line of text is one line of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A block of the draft with what was said of it."""

    block: Block
    place: Place | None
    verdict: Verdict | None = None
    """Of the block model. None: it keeps the block."""
    ruling: Ruling | None = None


def obey(draft: Draft, outline: Outline, rulings: Rulings) -> Draft:
    """The draft with rules in it, before any step of cleaning.

    What they keep is a block of the draft, protected from every other cut; what they cut is noted
    for `apply_cuts`. A block of which a rule means some lines only is divided. The same draft
    where they say nothing.

    Args:
        draft: Of the page that the rulings are about, with the block model's verdicts only.
        outline: Of the same page; its lines are the draft's runs.
        rulings: By line.
    """
    items = list(_divided(draft, rulings))
    missing = rulings_kept(rulings) - {line for item in items for line in _covered(item)}
    if not missing and all(item.ruling is None for item in items):
        return _flagged(draft, rulings)
    items = _merged(items, list(_new_blocks(outline, rulings, missing)))
    return _flagged(_draft(draft, items), rulings)


def rulings_kept(rulings: Rulings) -> set[int]:
    """The lines that rules keep."""
    return {line for line, ruling in rulings.by_line.items() if _keeps(ruling)}


def apply_cuts(draft: Draft) -> Draft:
    """The draft cleaned without what rules cut; flagged and whole if nothing would be left."""
    if not draft.ruled:
        return draft
    by_model = {i: it for i, it in draft.verdicts.items() if it.rule == BLOCK_MODEL}
    cut = clean(replace(draft, verdicts={**by_model, **draft.ruled}))
    if cut.kept():
        return cut
    first = draft.ruled[min(draft.ruled)].reason
    return _with_flag(draft, f"rules would cut everything, so they cut nothing here. {first}")


def _divided(draft: Draft, rulings: Rulings) -> Iterator[_Item]:
    """Each block whole, or in parts where rules mean some of its lines."""
    for index, (block, place) in enumerate(zip(draft.blocks, draft.places, strict=True)):
        whole = _Item(block=block, place=place, verdict=draft.verdicts.get(index))
        ruling = rulings.of_text(block.text) if "\n" in block.text or place is None else None
        if ruling is not None or place is None:
            yield replace(whole, ruling=ruling)
        elif rulings.by_line.keys().isdisjoint(_lines_of(place)):
            yield whole
        elif block.kind in _PARTED:
            yield from _parts(draft, whole, place, rulings)
        else:
            yield replace(whole, ruling=_of_all(place, rulings))


def _of_all(place: Place, rulings: Rulings) -> Ruling | None:
    """Of a block that cannot be divided: kept for one of its lines, cut for all of them."""
    found = [rulings.by_line.get(line) for line in _lines_of(place)]
    kept = [ruling for ruling in found if ruling is not None and _keeps(ruling)]
    return kept[0] if kept else found[0] if None not in found else None


def _parts(draft: Draft, whole: _Item, place: Place, rulings: Rulings) -> Iterator[_Item]:
    texts = whole.block.text.split("\n")
    numbers = _numbers(draft, texts, place)
    ruled = [None if number is None else rulings.by_line.get(number) for number in numbers]
    groups = groupby(range(len(texts)), key=lambda i: None if (it := ruled[i]) is None else it.rule)
    for _, group in groups:
        lines = list(group)
        text = "\n".join(texts[i] for i in lines)
        found = [number for i in lines if (number := numbers[i]) is not None]
        yield _Item(
            block=replace(whole.block, text=text),
            place=_place(draft, found, place) if len(lines) < len(texts) else place,
            verdict=whole.verdict,
            ruling=ruled[lines[0]],
        )


def _numbers(draft: Draft, texts: Sequence[str], place: Place) -> list[int | None]:
    """The page's line of each of a block's lines, in order. None: it is not found."""
    keys = {number: text_key(draft.runs[number].text) for number in _lines_of(place)}
    numbers: list[int | None] = []
    start = place.first_run
    for text in texts:
        key = text_key(text)
        found = next((it for it in range(start, place.last_run + 1) if keys[it] == key), None)
        numbers.append(found)
        start = start if found is None else found + 1
    return numbers


def _place(draft: Draft, numbers: Sequence[int], around: Place) -> Place | None:
    if not numbers:
        return None
    runs = [draft.runs[number] for number in numbers]
    return Place(
        first_run=numbers[0],
        last_run=numbers[-1],
        characters=sum(run.characters for run in runs),
        link_characters=sum(run.link_characters for run in runs),
        own_link_characters=sum(run.own_link_characters for run in runs),
        control_characters=sum(run.control_characters for run in runs),
        is_in_navigation=around.is_in_navigation,
    )


def _new_blocks(outline: Outline, rulings: Rulings, lines: set[int]) -> Iterator[_Item]:
    """The blocks of lines that nothing but a rule keeps."""
    if not lines:
        return
    said = np.zeros(len(outline.lines), dtype=np.float32)
    said[sorted(lines)] = 1.0
    judged = Judged(outline=outline, probabilities=said, heard=np.zeros_like(said))
    for placed in placed_blocks(judged):
        if placed.verdict is None:
            ruling = rulings.by_line[placed.place.first_run]
            yield _Item(block=placed.block, place=placed.place, ruling=ruling)


def _merged(items: Sequence[_Item], new: list[_Item]) -> list[_Item]:
    """All in page order; a block without a place stays after the one before it."""
    merged: list[_Item] = []
    for item in items:
        while new and item.place is not None and _first(new[0]) < item.place.first_run:
            merged.append(new.pop(0))
        merged.append(item)
    return merged + new


def _draft(draft: Draft, items: Sequence[_Item]) -> Draft:
    protected = frozenset(i for i, it in enumerate(items) if it.ruling and _keeps(it.ruling))
    return replace(
        draft,
        blocks=tuple(item.block for item in items),
        places=tuple(item.place for item in items),
        verdicts={
            i: item.verdict
            for i, item in enumerate(items)
            if item.verdict is not None and i not in protected
        },
        protected=protected,
        ruled={
            i: Verdict(rule=RULE, reason=item.ruling.reason, is_proven=True, is_learned=True)
            for i, item in enumerate(items)
            if item.ruling is not None and i not in protected
        },
    )


def _flagged(draft: Draft, rulings: Rulings) -> Draft:
    if not rulings.slow:
        return draft
    named = ", ".join(sorted(f"{rule.label} ({rule})".strip() for rule in rulings.slow))
    return _with_flag(draft, f"rules took too long on this page and were left out: {named}")


def _with_flag(draft: Draft, flag: str) -> Draft:
    return replace(draft, flag=flag if draft.flag is None else f"{draft.flag}; {flag}")


def _keeps(ruling: Ruling) -> bool:
    return ruling.rule.action is RuleAction.KEEP


def _lines_of(place: Place) -> range:
    return range(place.first_run, place.last_run + 1)


def _covered(item: _Item) -> range:
    return range(0) if item.place is None else _lines_of(item.place)


def _first(item: _Item) -> int:
    return -1 if item.place is None else item.place.first_run
