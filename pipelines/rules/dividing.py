"""The blocks of a draft with what rules say of them, divided where only a part is meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipelines.clean.draft import Draft, Verdict
from pipelines.clean.places import Place
from pipelines.letters import text_key
from pipelines.records import Block, BlockKind
from pipelines.rules.records import RuleAction, Ruling
from pipelines.rules.rulings import Piece, Rulings

_PARTED = frozenset({BlockKind.LIST, BlockKind.QUOTE, BlockKind.CODE, BlockKind.PARAGRAPH})
"""Kinds of which each line of text is one line of the page; of others one-line blocks are."""
_CLOSING = ".,;:!?)]\u201d\u2019\xbb\u2026\u3002\u3001"
"""Signs that stand at the end of the word before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A block of the draft with what was said of it."""

    block: Block
    place: Place | None
    verdict: Verdict | None = None
    """Of the block model. None: it keeps the block."""
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block, or a part of one that is cut."""

    text: str
    number: int | None
    """Of the page's line. None: it is not found."""
    ruling: Ruling | None


def divided(draft: Draft, rulings: Rulings) -> Iterator[Item]:
    """Each block whole, or in parts where rules mean some of its lines."""
    ruled = rulings.by_line.keys() | rulings.pieces.keys()
    for index, (block, place) in enumerate(zip(draft.blocks, draft.places, strict=True)):
        whole = Item(block=block, place=place, verdict=draft.verdicts.get(index))
        ruling = rulings.of_text(block.text) if "\n" in block.text or place is None else None
        if ruling is not None or place is None:
            yield replace(whole, ruling=ruling)
        elif ruled.isdisjoint(lines_of(place)):
            yield whole
        elif block.kind in _PARTED or len(lines_of(place)) == 1:
            yield from _parts(draft, whole, place, rulings)
        else:
            yield replace(whole, ruling=_of_all(place, rulings))


def keeps(ruling: Ruling) -> bool:
    """Whether a ruling keeps; else it cuts."""
    return ruling.rule.action is RuleAction.KEEP


def lines_of(place: Place) -> range:
    """The page's lines from the first to the last of a block."""
    return range(place.first_run, place.last_run + 1)


def _of_all(place: Place, rulings: Rulings) -> Ruling | None:
    """Of a block that cannot be divided: kept for one of its lines, cut for all of them."""
    found = [rulings.by_line.get(line) for line in lines_of(place)]
    kept = [ruling for ruling in found if ruling is not None and keeps(ruling)]
    return kept[0] if kept else found[0] if None not in found else None


def _parts(draft: Draft, whole: Item, place: Place, rulings: Rulings) -> Iterator[Item]:
    """Lines of one ruling together, then what is cut out of lines."""
    lines, pieces = _ruled_lines(draft, whole, place, rulings)
    groups = groupby(lines, key=lambda line: None if line.ruling is None else line.ruling.rule)
    parts = [list(group) for _, group in groups] + [[piece] for piece in pieces]
    for part in parts:
        numbers = [line.number for line in part if line.number is not None]
        yield Item(
            block=replace(whole.block, text="\n".join(line.text for line in part)),
            place=place if len(parts) == 1 else _place(draft, numbers, place),
            verdict=whole.verdict,
            ruling=part[0].ruling,
        )


def _ruled_lines(
    draft: Draft, whole: Item, place: Place, rulings: Rulings
) -> tuple[list[_Line], list[_Line]]:
    """The block's lines without what is cut out of them, and that."""
    lines: list[_Line] = []
    pieces: list[_Line] = []
    texts = whole.block.text.split("\n")
    for text, number in zip(texts, _numbers(draft, texts, place), strict=True):
        ruling = None if number is None else rulings.by_line.get(number)
        cut = [] if number is None or ruling is not None else rulings.pieces.get(number, [])
        left, taken = _without(text, cut)
        if left or not taken:
            lines.append(_Line(left, number, ruling))
        pieces += (_Line(piece.text, number, piece.ruling) for piece in taken)
    return lines, pieces


def _without(text: str, pieces: Sequence[Piece]) -> tuple[str, list[Piece]]:
    """A line without its cut parts, and those of them that stand in it as expected."""
    taken = [piece for piece in pieces if text[piece.start : piece.end] == piece.text]
    for piece in reversed(taken):
        before, after = text[: piece.start], text[piece.end :]
        is_apart = before.endswith(" ") or after.startswith(" ")
        before, after = before.rstrip(), after.lstrip()
        is_apart = is_apart and bool(before) and bool(after) and after[0] not in _CLOSING
        text = f"{before} {after}" if is_apart else before + after
    return text, taken


def _numbers(draft: Draft, texts: Sequence[str], place: Place) -> list[int | None]:
    """The page's line of each of a block's lines, in order. None: it is not found."""
    keys = {number: text_key(draft.runs[number].text) for number in lines_of(place)}
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
