"""The blocks of a site, with what was decided about each, to the profile that cleans its pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from xxhash import xxh3_64_intdigest

from pipelines.sites.hashes import pack
from pipelines.sites.records import SiteProfile

VERSION_BITS = 53
"""So that JSON readers do not round it."""


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


def make_profile(site: str, blocks: Iterable[ActiveBlock]) -> SiteProfile:
    """The profile; equal sets of blocks give equal versions."""
    ordered = sorted(blocks, key=lambda block: block.hash)
    kept = frozenset(block.hash for block in ordered if block.is_kept)
    cut = {block.hash: _evidence(block) for block in ordered if not block.is_kept}
    labels = {
        block.hash: _evidence_of_label(block)
        for block in ordered
        if block.followers and not block.is_kept
    }
    version = _version(cut, kept, labels)
    return SiteProfile(site=site, version=version, cut=cut, kept=kept, labels=labels)


def _version(cut: Iterable[int], kept: Iterable[int], labels: Iterable[int]) -> int:
    cut, kept, labels = sorted(cut), sorted(kept), sorted(labels)
    if not cut and not kept:
        return 0
    digest = xxh3_64_intdigest(bytes(8).join(map(pack, (cut, kept, labels))))
    return (digest >> (64 - VERSION_BITS)) or 1


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
