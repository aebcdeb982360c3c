"""Short lines after the text that are no links: below a label, or in a box of their own."""

from pipelines.clean.draft import Draft, Verdict, ends_sentence, words_in
from pipelines.clean.labels import introduces_another_story
from pipelines.records import BlockKind

MAX_WORDS = 12
MIN_LINES = 2
"""In boxes of their own; a single line may be the signature."""

_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING})


def cut_below_label(draft: Draft) -> Draft:
    """Cut a known label after the text that introduces another story, and the lines below it."""
    lines = _lines_after_text(draft)
    texts = [draft.blocks[index].text for index in lines]
    start = next((n for n, text in enumerate(texts) if introduces_another_story(text)), None)
    if start is None:
        return draft
    reason = f"After the text, from “{texts[start]}” on, which introduces other stories."
    return draft.with_verdicts(
        dict.fromkeys(lines[start:], Verdict(rule="below_label", reason=reason))
    )


def cut_boxes_after_text(draft: Draft) -> Draft:
    """Cut short lines after the text in boxes that hold no paragraph, nor look like one that does.

    Two or more, for the last word of an article often has an element of its own.
    """
    lines = _lines_after_text(draft)
    if len(lines) < MIN_LINES:
        return draft
    paragraphs = {_box(draft, index) for index in draft.kept() if draft.is_prose(index)}
    found = [index for index in lines if _box(draft, index) not in {"", *paragraphs}]
    if len(found) < MIN_LINES:
        return draft
    reason = "A short line after the text, in a box of the page that holds no paragraph."
    return draft.with_verdicts(dict.fromkeys(found, Verdict(rule="box_after_text", reason=reason)))


def _lines_after_text(draft: Draft) -> list[int]:
    """The last kept blocks, in page order, from the last that is anything but a short line on."""
    lines: list[int] = []
    for index in draft.ending():
        block = draft.blocks[index]
        is_short = words_in(block.text) <= MAX_WORDS and not ends_sentence(block.text)
        if not is_short or block.kind not in _KINDS:
            break
        lines.append(index)
    return lines[::-1]


def _box(draft: Draft, index: int) -> str:
    """The path of the box around a block; empty if it is unknown."""
    return draft.blocks[index].path.rpartition(" > ")[0]
