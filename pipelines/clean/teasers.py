"""What leads away from the article: links and their labels after its last paragraph."""

from pipelines.clean.draft import Draft, Verdict, ends_sentence, words_in
from pipelines.clean.labels import is_known_label
from pipelines.clean.runs import LINK_SHARE, are_near

MAX_LABEL_WORDS = 6
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
    if place.last_run + 1 in cut_runs or (after.is_link() and after.characters):
        reason = f"“{text}” introduces “{after.text[:60]}”, which leads away from the article."
        return Verdict(rule="label_before_link", reason=reason)
    return None
