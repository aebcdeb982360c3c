"""A site's profile applied to a draft: what the site repeats goes before the general rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.clean.draft import Draft, Verdict, words_in
from pipelines.clean.steps import run_steps
from pipelines.sites.hashes import same_text
from pipelines.sites.records import SiteProfile

RULE = "site_boilerplate"
MAX_LEARNED_SHARE = 1 / 3
"""Of an article's words that a profile may cut; where it would cut more it cuts nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A draft after a profile was applied."""

    draft: Draft
    flag: str | None = None
    """Why the profile was not applied, a sentence for a person. None: it was."""


def apply_profile(profile: SiteProfile, draft: Draft, hashes: Sequence[int]) -> Profiled:
    """The draft cleaned again with the profile; the same draft where it says nothing of it.

    Deterministic: the profile and the extracted blocks decide, not what was cut from them before.

    Args:
        profile: Of the page's site.
        draft: After the general rules.
        hashes: Of its blocks, as `block_hash` gives them.
    """
    texts = [same_text(each) for each in hashes]
    kept = frozenset(i for i, each in enumerate(texts) if not profile.kept.isdisjoint(each))
    found = {
        index: Verdict(rule=RULE, reason=profile.cut[block], is_proven=True, is_learned=True)
        for index, each in enumerate(texts)
        if index not in kept
        for block in each
        if block in profile.cut
    }
    flag = _too_much(draft, found)
    if flag is not None:
        found = {}
    if not found and not kept:
        return Profiled(draft=draft, flag=flag)
    begun = replace(draft, verdicts=found, protected=kept)
    return Profiled(draft=run_steps(begun), flag=flag)


def _too_much(draft: Draft, found: dict[int, Verdict]) -> str | None:
    total = sum(words_in(block.text) for block in draft.blocks)
    cut = sum(words_in(draft.blocks[index].text) for index in found)
    if cut <= MAX_LEARNED_SHARE * total:
        return None
    return (
        f"the site's profile would cut {len(found)} blocks with {cut} of {total} words, "
        f"more than {MAX_LEARNED_SHARE:.0%}: nothing was cut by it"
    )
