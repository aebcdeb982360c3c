"""Rules applied to a draft: what they keep is in it and protected, what they cut is cut."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipelines.clean.draft import BLOCK_MODEL, RULE, Draft, Verdict
from pipelines.clean.steps import clean
from pipelines.model.blocks import placed_blocks
from pipelines.model.classifier import Judged
from pipelines.model.outline import Outline
from pipelines.rules.dividing import Item, divided, keeps, lines_of
from pipelines.rules.rulings import Rulings


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
    items = list(divided(draft, rulings))
    missing = rulings_kept(rulings) - {line for item in items for line in _covered(item)}
    if not missing and all(item.ruling is None for item in items):
        return _flagged(draft, rulings)
    items = _merged(items, list(_new_blocks(outline, rulings, missing)))
    return _flagged(_draft(draft, items), rulings)


def rulings_kept(rulings: Rulings) -> set[int]:
    """The lines that rules keep."""
    return {line for line, ruling in rulings.by_line.items() if keeps(ruling)}


def apply_cuts(draft: Draft) -> Draft:
    """The draft cleaned without what rules cut; flagged and whole if nothing would be left."""
    if not draft.ruled:
        return draft
    stands = {i: it for i, it in draft.verdicts.items() if it.rule == BLOCK_MODEL or it.is_proven}
    cut = clean(replace(draft, verdicts={**stands, **draft.ruled}))
    if cut.kept():
        return cut
    first = draft.ruled[min(draft.ruled)].reason
    return _with_flag(draft, f"rules would cut everything, so they cut nothing here. {first}")


def _new_blocks(outline: Outline, rulings: Rulings, lines: set[int]) -> Iterator[Item]:
    """The blocks of lines that nothing but a rule keeps."""
    if not lines:
        return
    said = np.zeros(len(outline.lines), dtype=np.float32)
    said[sorted(lines)] = 1.0
    judged = Judged(outline=outline, probabilities=said, heard=np.zeros_like(said))
    for placed in placed_blocks(judged):
        if placed.verdict is None:
            ruling = rulings.by_line[placed.place.first_run]
            yield Item(block=placed.block, place=placed.place, ruling=ruling)


def _merged(items: Sequence[Item], new: list[Item]) -> list[Item]:
    """All in page order; a block without a place stays after the one before it."""
    merged: list[Item] = []
    for item in items:
        while new and item.place is not None and _first(new[0]) < item.place.first_run:
            merged.append(new.pop(0))
        merged.append(item)
    return merged + new


def _draft(draft: Draft, items: Sequence[Item]) -> Draft:
    protected = frozenset(i for i, it in enumerate(items) if it.ruling and keeps(it.ruling))
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
            i: Verdict(rule=RULE, reason=item.ruling.reason, is_proven=True, has_own_limits=True)
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


def _covered(item: Item) -> range:
    return range(0) if item.place is None else lines_of(item.place)


def _first(item: Item) -> int:
    return -1 if item.place is None else item.place.first_run
