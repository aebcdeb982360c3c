"""A site's profile applied to a draft: what the site repeats goes before the general rules."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from pipelines.clean.draft import BEFORE_STEPS, MAX_CUT_WORDS, Draft, Verdict, words_in
from pipelines.clean.steps import clean
from pipelines.sites.followers import teasers
from pipelines.sites.hashes import block_hash, is_prose, same_text
from pipelines.sites.records import SiteProfile

RULE = "site_boilerplate"
TEASER_RULE = "site_teaser"
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
        index: Verdict(rule=RULE, reason=profile.cut[block], is_proven=True, has_own_limits=True)
        for index, each in enumerate(texts)
        if index not in kept
        for block in each
        if block in profile.cut
    }
    found |= _teasers(profile, replace(draft, protected=kept), hashes, found.keys())
    flag = _too_much(draft, found, besides=before.keys())
    if flag is not None:
        found = {}
    if not found and not decided:
        return Profiled(draft=draft, flag=flag)
    begun = replace(draft, verdicts=before | found, protected=kept)
    return Profiled(draft=clean(begun), flag=flag)


def _teasers(
    profile: SiteProfile, draft: Draft, hashes: Sequence[int], repeated: Set[int]
) -> dict[int, Verdict]:
    """Lines that change from article to article, below the site's labels for them."""
    found: dict[int, Verdict] = {}
    for label, lines in teasers(hashes, repeated) if profile.labels else ():
        reason = _evidence_of_label(profile, hashes[label])
        if reason is not None and all(_may_be_teaser(draft, line, label) for line in lines):
            verdict = Verdict(rule=TEASER_RULE, reason=reason, has_own_limits=True)
            found |= dict.fromkeys(lines, verdict)
    return found | _mixed_lists(profile, draft, hashes, repeated)


def _mixed_lists(
    profile: SiteProfile, draft: Draft, hashes: Sequence[int], repeated: Set[int]
) -> dict[int, Verdict]:
    """Lists after the text in which a line is the site's own: a label with its teaser."""
    prose = [i for i, block in enumerate(hashes) if is_prose(block) and i not in repeated]
    found: dict[int, Verdict] = {}
    for index in range(prose[-1] + 1 if prose else len(hashes), len(hashes)):
        text = draft.blocks[index].text
        if index in repeated or "\n" not in text or not _may_be_teaser(draft, index, index):
            continue
        known = (it for line in text.split("\n") for it in same_text(block_hash(line)))
        if own := next((it for it in known if it in profile.cut), None):
            reason = f"A list after the text, of which a line is the site's. {profile.cut[own]}"
            found[index] = Verdict(rule=TEASER_RULE, reason=reason, has_own_limits=True)
    return found


def _evidence_of_label(profile: SiteProfile, block: int) -> str | None:
    return next((profile.labels[it] for it in same_text(block) if it in profile.labels), None)


def _may_be_teaser(draft: Draft, line: int, label: int) -> bool:
    """Whether it is short; a sentence has to stand elsewhere in the page than the paragraphs."""
    if line in draft.protected or words_in(draft.blocks[line].text) > MAX_CUT_WORDS:
        return False
    if not draft.is_prose(line):
        return True
    paths = {draft.blocks[index].path for index in range(label) if draft.is_prose(index)}
    return draft.blocks[line].path not in paths | {""}


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
