"""Lines that the page shows just before the text and again just after it, and what follows them.

Here the page's own lines are compared, not the blocks that extraction kept of them: one copy of a
prompt may well be gone already.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipelines.clean.draft import Draft, Verdict, reads_as_prose, words_in
from pipelines.clean.places import Place
from pipelines.clean.prompts import MAX_LABEL_WORDS, MAX_PROMPT_WORDS, MAX_REPEATS, PROMPT_ENDS
from pipelines.letters import text_key
from pipelines.records import BlockKind

REACH = 8
"""Lines before the first paragraph and after the last one that are compared."""

_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST})


def cut_hugging_prompts(draft: Draft) -> Draft:
    """Cut lines that hug the text, and the short ones after the closing copy of the last."""
    span = _span_of_prose(draft)
    if span is None:
        return draft
    opening = {text_key(run.text) for run in draft.runs[max(span[0] - REACH, 0) : span[0]]}
    closing = range(max(span[1] + 1, 0), min(span[1] + 1 + REACH, len(draft.runs)))
    hugging = {at: key for at in closing if (key := text_key(draft.runs[at].text)) in opening}
    hugging = {at: key for at, key in hugging.items() if _is_prompt(draft.runs[at].text)}
    rare = _rare(draft, set(hugging.values()))
    found = dict(_copies(draft, rare))
    if ends := [at for at, key in hugging.items() if key in rare]:
        found |= _after(draft, max(ends))
    return draft.with_verdicts(found)


def _span_of_prose(draft: Draft) -> tuple[int, int] | None:
    """The first line of the first kept paragraph and the last of the last one."""
    kept = draft.kept()
    first, last = _first_prose(draft, kept), _first_prose(draft, reversed(kept))
    return None if first is None or last is None else (first.first_run, last.last_run)


def _first_prose(draft: Draft, indices: Iterable[int]) -> Place | None:
    return next((place for i in indices if (place := draft.places[i]) and draft.is_prose(i)), None)


def _is_prompt(text: str) -> bool:
    words = words_in(text)
    if not text_key(text) or words > MAX_PROMPT_WORDS or reads_as_prose(text):
        return False
    return words <= MAX_LABEL_WORDS or text.endswith(PROMPT_ENDS)


def _rare(draft: Draft, keys: set[str]) -> set[str]:
    """Those that the page shows no more often than a prompt is."""
    if not keys:
        return keys
    shown = Counter(key for run in draft.runs if (key := text_key(run.text)) in keys)
    return {key for key in keys if shown[key] <= MAX_REPEATS}


def _copies(draft: Draft, keys: set[str]) -> Iterator[tuple[int, Verdict]]:
    for index in (*draft.opening(), *draft.ending()):
        block = draft.blocks[index]
        if block.kind in _KINDS and text_key(block.text) in keys:
            reason = f"“{block.text[:80]}” stands just before the text and just after it."
            yield index, Verdict(rule="repeated_at_both_ends", reason=reason)


def _after(draft: Draft, run: int) -> dict[int, Verdict]:
    said = draft.runs[run].text[:60]
    reason = f"Stands after “{said}”, which the page shows before the text and after it."
    return {
        index: Verdict(rule="after_closing_prompt", reason=reason)
        for index in draft.ending()
        if (place := draft.places[index]) is not None
        and place.first_run > run
        and words_in(draft.blocks[index].text) <= MAX_PROMPT_WORDS
    }
