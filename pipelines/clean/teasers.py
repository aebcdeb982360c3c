"""What leads away from the article: links and their labels after its last paragraph."""

from collections.abc import Sequence

from pipelines.clean.draft import Draft, Verdict, ends_sentence, words_in
from pipelines.clean.labels import is_known_label
from pipelines.clean.runs import LINK_SHARE, Run, are_near

MAX_LABEL_WORDS = 6
MAX_LABELS = 2
"""That stand one below the other before a link; the link is the last of so many lines."""

MIN_LINKED_SHARE = 0.5
"""Of a labelled link, `Next: A story`: what is linked."""


def cut_trailing_links(draft: Draft) -> Draft:
    """Cut links to other pages after the last paragraph, and the labels that introduce them.

    Goes backwards from the end and stops at the first block that is neither.
    """
    found: dict[int, Verdict] = {}
    for index in draft.ending():
        verdict = _link(draft, index) or _label(draft, index, found)
        if verdict is None:
            break
        found[index] = verdict
    return draft.with_verdicts(found)


def _link(draft: Draft, index: int) -> Verdict | None:
    place, text = draft.places[index], draft.blocks[index].text
    if place is None:
        return None
    if place.link_share >= LINK_SHARE:
        reason = f"“{text[:80]}” is nothing but a link, after the last paragraph."
        return Verdict(rule="trailing_link", reason=reason, is_proven=True)
    if _is_pager(draft.runs[place.first_run : place.last_run + 1]):
        reason = f"“{text[:80]}”: nothing but labels and links, after the last paragraph."
        return Verdict(rule="trailing_link", reason=reason)
    unlinked = (1 - place.link_share) * words_in(text)
    if (
        place.link_share >= MIN_LINKED_SHARE
        and unlinked <= MAX_LABEL_WORDS
        and not ends_sentence(text)
    ):
        reason = f"“{text[:80]}” is a label and a link, after the last paragraph."
        return Verdict(rule="trailing_link", reason=reason)
    return None


def _label(draft: Draft, index: int, found: dict[int, Verdict]) -> Verdict | None:
    text = draft.blocks[index].text
    if words_in(text) > MAX_LABEL_WORDS or ends_sentence(text):
        return None
    if is_known_label(text):
        return Verdict(rule="known_label", reason=f"“{text}” is a label that many sites use.")
    place, after = draft.places[index], draft.run_after(index)
    if place is None or after is None or not are_near(draft.runs[place.last_run], after):
        return None
    cut_runs = {p.first_run for i in found if (p := draft.places[i]) is not None}
    if place.last_run + 1 in cut_runs or _leads_to_link(draft, place.last_run + 1):
        reason = f"“{text}” introduces “{after.text[:60]}”, which leads away from the article."
        return Verdict(rule="label_before_link", reason=reason)
    return None


def _leads_to_link(draft: Draft, run: int) -> bool:
    """Whether the line is a link, or another label above one: previous, next, and its title."""
    near = draft.runs[run : run + MAX_LABELS]
    for line in near:
        if _is_linked(line):
            return True
        if words_in(line.text) > MAX_LABEL_WORDS or ends_sentence(line.text):
            return False
    return False


def _is_pager(lines: Sequence[Run]) -> bool:
    """Whether the lines of a list are links and short labels, and some of each."""
    labels = [line for line in lines if not _is_linked(line)]
    is_mixed = 0 < len(labels) < len(lines)
    return is_mixed and all(
        words_in(line.text) <= MAX_LABEL_WORDS and not ends_sentence(line.text) for line in labels
    )


def _is_linked(line: Run) -> bool:
    return 0 < MIN_LINKED_SHARE * line.characters <= line.link_characters
