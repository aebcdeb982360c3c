"""What follows a site's labels after the text: lines that no two articles have in common."""

from collections.abc import Iterable, Iterator, Sequence, Set

from pipelines.sites.hashes import is_prose
from pipelines.sites.records import SightedArticle

MAX_LINES = 3
"""Of one teaser: its section, its headline, its date."""


def count_followers(
    articles: Iterable[SightedArticle], labels: Set[int]
) -> dict[int, frozenset[int]]:
    """For each label the first lines of what follows it: as many as there are teasers."""
    found: dict[int, set[int]] = {label: set() for label in labels}
    for article in articles:
        hashes = article.hashes
        repeated = {index for index, block in enumerate(hashes) if block in labels}
        for label, lines in teasers(hashes, repeated):
            found[hashes[label]].add(hashes[lines[0]])
    return {label: frozenset(lines) for label, lines in found.items()}


def teasers(hashes: Sequence[int], repeated: Set[int]) -> Iterator[tuple[int, range]]:
    """Positions of the blocks that teasers follow, each with the positions of its teaser's lines.

    A teaser stands after the text: a paragraph is before it, none behind it. It ends where the
    site's own blocks go on, or the page. A teaser that reads as prose is one line alone.

    Args:
        hashes: Of a page's blocks, in its order.
        repeated: Positions of the blocks that the site repeats.
    """
    own = [index for index in range(len(hashes)) if index not in repeated]
    prose = [index for index in own if is_prose(hashes[index])]
    for lines in _runs(own):
        label = lines.start - 1
        is_after_text = bool(prose) and prose[0] < label and prose[-1] < lines.stop
        has_prose = any(is_prose(hashes[index]) for index in lines)
        if is_after_text and len(lines) <= (1 if has_prose else MAX_LINES):
            yield label, lines


def _runs(positions: Sequence[int]) -> Iterator[range]:
    """Consecutive positions, together."""
    start = 0
    for at in range(1, len(positions) + 1):
        if at == len(positions) or positions[at] != positions[at - 1] + 1:
            yield range(positions[start], positions[at - 1] + 1)
            start = at
