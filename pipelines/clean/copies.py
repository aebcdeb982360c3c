"""What an article says twice: the second copy of a paragraph, and the whole text in one piece."""

from collections.abc import Iterable, Iterator, Mapping

from pipelines.clean.draft import Draft, Verdict, words_in
from pipelines.letters import text_key
from pipelines.records import BlockKind

MIN_COPY_WORDS = 8
"""Of a block that is said once; a shorter one may be a refrain, a label or an answer."""

MIN_WHOLE_PARTS = 3
MIN_WHOLE_SHARE = 0.8
"""A block is the text in one piece if so many blocks stand in it word for word and are so much of
its letters: of the rest, short lines, nothing is said that matters."""

MIN_TEXT_SHARE = 0.6
"""They are also so much of the other blocks' letters; a summary at the top holds less of the text.
"""

MAX_WHOLES = 3
"""The longest blocks of a page, that are looked at as such."""

MIN_LEFT_WORDS = 150
"""A page with less to say otherwise is made of its copies, as a filler text is."""

_AS_WRITTEN = frozenset({BlockKind.CODE, BlockKind.TABLE})
"""Where a line may well be there twice."""


def cut_copies(draft: Draft) -> Draft:
    """Cut blocks that say again what another says: of a placeholder, a slide, a second layout."""
    keys = {
        index: text_key(draft.blocks[index].text)
        for index in draft.kept()
        if draft.blocks[index].kind not in _AS_WRITTEN
        and words_in(draft.blocks[index].text) >= MIN_COPY_WORDS
    }
    once = {key: index for index, key in reversed(keys.items())}
    seconds = {index: once[key] for index, key in keys.items() if once[key] != index}
    found = {index: _second(draft, index) for index in (*seconds, *_labels(draft, seconds))}
    found |= dict.fromkeys(_wholes({i: key for key, i in once.items()}), _WHOLE)
    return draft.with_verdicts(found) if found and _is_enough_left(draft, found) else draft


def _labels(draft: Draft, seconds: Mapping[int, int]) -> Iterator[int]:
    """Blocks right above a second copy that say what stands right above the first.

    Args:
        draft: The article.
        seconds: By index of a second copy: that of the first.
    """
    kept = draft.kept()
    above = dict(zip(kept[1:], kept, strict=False))
    for second, first in seconds.items():
        label, original = above.get(second), above.get(first)
        if label is not None and original is not None and _say_the_same(draft, label, original):
            yield label


def _say_the_same(draft: Draft, one: int, other: int) -> bool:
    blocks = draft.blocks[one], draft.blocks[other]
    if any(block.kind in _AS_WRITTEN for block in blocks):
        return False
    key, copy = (text_key(block.text) for block in blocks)
    return key == copy != ""


def _is_enough_left(draft: Draft, cut: Mapping[int, Verdict]) -> bool:
    left = (words_in(draft.blocks[index].text) for index in draft.kept() if index not in cut)
    return sum(left) >= MIN_LEFT_WORDS


def _second(draft: Draft, index: int) -> Verdict:
    said = draft.blocks[index].text[:60]
    reason = f"“{said}” is said word for word in an earlier block of the article."
    return Verdict(rule="said_before", reason=reason, is_proven=True, has_own_limits=True)


_WHOLE = Verdict(
    rule="said_in_parts",
    reason="Holds in one piece what other blocks of the article say word for word.",
    is_proven=True,
    has_own_limits=True,
)


def _wholes(keys: dict[int, str]) -> Iterator[int]:
    """Blocks that are others in one piece.

    Args:
        keys: By index of the block, of blocks that differ.
    """
    letters = sum(map(len, keys.values()))
    longest_first = sorted(keys, key=lambda index: len(keys[index]), reverse=True)
    for index in longest_first[:MAX_WHOLES]:
        others = (keys[other] for other in longest_first if other != index)
        if _is_whole(keys[index], others, letters=letters - len(keys[index])):
            yield index


def _is_whole(whole: str, others: Iterable[str], *, letters: int) -> bool:
    """Whether it holds enough of the others, which have so many letters, the longest first."""
    least = max(MIN_WHOLE_SHARE * len(whole), MIN_TEXT_SHARE * letters)
    parts = 0
    for key in others:
        if letters < least:  # of most texts after the first few
            return False
        if key in whole:
            parts += 1
        else:
            letters -= len(key)
    return parts >= MIN_WHOLE_PARTS and letters >= least
