"""Addresses that show an article in another form: AMP, mobile, print. And texts that are alike."""

import re
from collections.abc import Callable

from pipelines.hosts import registered_domain
from pipelines.url_parts import UrlParts
from pipelines.url_rules import MIRROR_LABELS, PARAMETER_VALUES
from pipelines.url_steps import (
    undo_amp_path,
    undo_print_path,
    undo_version_ending,
    unwrap_amp_cache,
)
from pipelines.urls import fetch_key

COPY_LABELS = MIRROR_LABELS - {"www"}
COPY_STEPS: tuple[Callable[[UrlParts], UrlParts], ...] = (
    unwrap_amp_cache,
    undo_amp_path,
    undo_print_path,
    undo_version_ending,
)
PLAIN_PARAMETERS = frozenset({"noamp", "partner", "share"})
"""Of PARAMETER_VALUES: those that do not change how the article looks."""

SHINGLE_WORDS = 3
SHINGLE_CHARACTERS = 8
"""For scripts without spaces: about as rare as three words."""
LONG_WORD_CHARACTERS = 15
"""Words longer than this on average are sentences of a script without spaces."""
ALIKE_CONTAINMENT = 0.5
"""Part of the shorter text's shingles found in the longer one. A print copy or an edited text has
more than 0.8, two articles of one site less than 0.1."""

_WORD = re.compile(r"\w+")


def is_copy_address(url: str) -> bool:
    """Whether a URL looks like the AMP, mobile or print form of an article.

    Raises:
        ValueError: Not http or https, or without a usable host.
    """
    parts = UrlParts.from_canonical(fetch_key(url))
    labels = parts.host.removesuffix(registered_domain(parts.host)).split(".")
    if not COPY_LABELS.isdisjoint(labels):
        return True
    return any(step(parts) != parts for step in COPY_STEPS) or any(
        parameter.value.lower() in PARAMETER_VALUES.get(parameter.plain_name, ())
        and parameter.plain_name not in PLAIN_PARAMETERS
        for parameter in parts.query
    )


def are_alike(left: str, right: str) -> bool:
    """Whether two texts tell the same: one holds at least half of the other's shingles."""
    one, other = _shingles(left), _shingles(right)
    smaller = min(len(one), len(other))
    return len(one & other) >= ALIKE_CONTAINMENT * smaller if smaller else left == right


def _shingles(text: str) -> frozenset[int]:
    """Hashes, compared within one process only."""
    words = _WORD.findall(text.casefold())
    if len(text) > LONG_WORD_CHARACTERS * max(len(words), 1):
        joined = "".join(words)
        ends = range(SHINGLE_CHARACTERS, len(joined) + 1)
        return frozenset(hash(joined[end - SHINGLE_CHARACTERS : end]) for end in ends)
    triples = zip(*(words[start:] for start in range(SHINGLE_WORDS)), strict=False)
    return frozenset(map(hash, triples))
