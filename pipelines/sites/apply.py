"""A site's profile applied to a draft: what the site repeats goes before the general rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.clean.draft import BEFORE_STEPS, Draft, Verdict, words_in
from pipelines.clean.steps import clean
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

    Deterministic: the profile and the extracted blocks decide, not what was cut from them before,
    but by a person's rules, which no profile takes back.

    Args:
        profile: Of the page's site.
        draft: After the general rules.
        hashes: Of its blocks, as `block_hash` gives them.
    """
    texts = [same_text(each) for each in hashes]
    decided = frozenset(i for i, each in enumerate(texts) if not profile.kept.isdisjoint(each))
    kept = decided | draft.protected
    before = {
        index: verdict
        for index, verdict in draft.verdicts.items()
        if verdict.rule in BEFORE_STEPS and index not in kept
    }
    found = {
        index: Verdict(rule=RULE, reason=profile.cut[block], is_proven=True, is_learned=True)
        for index, each in enumerate(texts)
        if index not in kept
        for block in each
        if block in profile.cut
    }
    flag = _too_much(draft, found, besides=before.keys())
    if flag is not None:
        found = {}
    if not found and not decided:
        return Profiled(draft=draft, flag=flag)
    begun = replace(draft, verdicts=before | found, protected=kept)
    return Profiled(draft=clean(begun), flag=flag)


def _too_much(
    draft: Draft, found: Mapping[int, Verdict], *, besides: Collection[int]
) -> str | None:
    """Why a profile's cuts are too many of the words that model and rules left."""
    left = [index for index in range(len(draft.blocks)) if index not in besides]
    total = sum(words_in(draft.blocks[index].text) for index in left)
    cut = sum(words_in(draft.blocks[index].text) for index in left if index in found)
    if cut <= MAX_LEARNED_SHARE * total:
        return None
    return (
        f"the site's profile would cut {len(found)} blocks with {cut} of {total} words, "
        f"more than {MAX_LEARNED_SHARE:.0%}: nothing was cut by it"
    )
