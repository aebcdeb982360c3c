"""Prompts around the text: repeated at both ends, or beside a button."""

from pipelines.clean.draft import Draft, Verdict, words_in
from pipelines.clean.runs import Run, are_near
from pipelines.letters import text_key
from pipelines.records import BlockKind

HEAD_BLOCKS = 4
TAIL_BLOCKS = 10
"""Where a text that stands at both ends of an article is looked for."""

MAX_REPEATS = 3
MIN_PROMPT_WORDS = 2
MAX_PROMPT_WORDS = 12
MAX_LABEL_WORDS = 6
"""What is longer must end as questions and invitations do to count as a prompt."""

# Question marks: ASCII, fullwidth, Arabic; then exclamation marks and colons; ellipsis.
PROMPT_ENDS = ("?", "\uff1f", "\u061f", "!", "\uff01", ":", "\uff1a", "\u2026")


def cut_repeated_at_both_ends(draft: Draft) -> Draft:
    """Cut a prompt that stands word for word before the text and again after it.

    Prose is kept even if it is repeated: a quote set large above the text is part of it. So is
    what occurs more often than at the two ends and once between, as speakers in an interview do.
    """
    kept = draft.kept()
    places_of: dict[str, list[int]] = {}
    for index in kept:
        places_of.setdefault(text_key(draft.blocks[index].text), []).append(index)
    head, tail = kept[:HEAD_BLOCKS], kept[-TAIL_BLOCKS:]
    found: dict[int, Verdict] = {}
    for index in head:
        same = places_of[text_key(draft.blocks[index].text)]
        if same[0] == index and same[-1] in tail and _is_prompt_pair(draft, same):
            reason = f"“{draft.blocks[index].text[:80]}” stands before the text and after it."
            found |= dict.fromkeys(same, Verdict(rule="repeated_at_both_ends", reason=reason))
    return draft.with_verdicts(found)


def _is_prompt_pair(draft: Draft, same: list[int]) -> bool:
    text = draft.blocks[same[0]].text
    if not 1 < len(same) <= MAX_REPEATS or words_in(text) < MIN_PROMPT_WORDS:
        return False
    if words_in(text) > MAX_LABEL_WORDS and not text.endswith(PROMPT_ENDS):
        return False
    if draft.blocks[same[0]].kind not in {BlockKind.PARAGRAPH, BlockKind.HEADING}:
        return False
    between = range(same[0] + 1, same[-1])
    return not any(map(draft.is_prose, same)) and any(map(draft.is_prose, between))


def cut_prompts_beside_buttons(draft: Draft) -> Draft:
    """Cut a question or label at either edge whose answer is a button."""
    found: dict[int, Verdict] = {}
    for index in (*draft.opening(), *draft.ending()):
        text = draft.blocks[index].text
        if words_in(text) > MAX_PROMPT_WORDS:
            continue
        if (button := _button_beside(draft, index)) is not None:
            reason = f"“{text}” asks for the button “{button.text[:60]}” beside it."
            found[index] = Verdict(rule="prompt_beside_button", reason=reason)
    return draft.with_verdicts(found)


def _button_beside(draft: Draft, index: int) -> Run | None:
    place, button = draft.places[index], draft.run_after(index)
    if place is None or button is None or not button.is_control() or not button.characters:
        return None
    own = draft.runs[place.last_run]
    is_asking = draft.blocks[index].text.endswith(PROMPT_ENDS)
    if is_asking and are_near(own, button):
        return button
    return button if button.element.getparent() is own.element else None
