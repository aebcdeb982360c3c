"""The blocks of a site, with what was decided about each, to the profile that cleans its pages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xxhash import xxh3_64_intdigest

from pipelines.sites.hashes import pack
from pipelines.sites.records import SampleBounds, SiteLayout, SiteProfile

VERSION_BITS = 53
"""So that JSON readers do not round it."""
_NO_LAYOUT = SiteLayout()
_NO_BOUNDS = SampleBounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveBlock:
    """One block that the profile cuts or keeps."""

    hash: int
    articles: int
    of_articles: int
    followers: int = 0
    is_kept: bool = False
    is_decided: bool = False
    """A person said so."""


def make_profile(
    site: str,
    blocks: Iterable[ActiveBlock],
    *,
    layout: SiteLayout = _NO_LAYOUT,
    bounds: SampleBounds = _NO_BOUNDS,
) -> SiteProfile:
    """The profile; equal sets of blocks and places give equal versions."""
    ordered = sorted(blocks, key=lambda block: block.hash)
    kept = frozenset(block.hash for block in ordered if block.is_kept)
    cut = {block.hash: _evidence(block) for block in ordered if not block.is_kept}
    labels = {
        block.hash: _evidence_of_label(block)
        for block in ordered
        if block.followers and not block.is_kept
    }
    profile = SiteProfile(
        site=site,
        cut=cut,
        kept=kept,
        labels=labels,
        furniture=frozenset(it.place for it in layout.furniture),
        texts=frozenset(it.place for it in layout.texts),
        bounds=bounds,
    )
    return replace(profile, version=_version(profile))


def _version(profile: SiteProfile) -> int:
    sets = [sorted(each) for each in (profile.cut, profile.kept, profile.labels)]
    if not any(sets[:2]) and not profile.furniture:
        return 0
    said = bytes(8).join(map(pack, sets))
    if profile.furniture:  # else every page is read as a whole
        places = (sorted(profile.furniture), sorted(profile.texts))
        said = bytes(8).join((said, *map(pack, places), repr(profile.bounds).encode()))
    return (xxh3_64_intdigest(said) >> (64 - VERSION_BITS)) or 1


def _evidence_of_label(block: ActiveBlock) -> str:
    return (
        "Stands after the text, below a line of the site that "
        f"{block.followers} different ones follow on as many articles."
    )


def _evidence(block: ActiveBlock) -> str:
    seen = f"Seen in {block.articles} of {block.of_articles} articles of this site"
    if not block.is_decided:
        return f"{seen}."
    return f"{seen}; accepted by a person." if block.articles else "Accepted by a person."
