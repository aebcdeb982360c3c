"""Where on the page the article stands, by what the lines look like."""

import numpy as np

from pipelines.model.features import Matrix
from pipelines.model.outline import Outline

MIN_SAID = 0.3
"""Probability of a line that the part of the page has to hold."""

CONTAINER_SHARE = 0.95
"""Of these lines' characters in the part; a line or two may stand elsewhere."""

MIN_CHARACTERS = 250
"""With less to go by trafilatura is asked about the whole page."""


def container_of(outline: Outline, said: Matrix) -> int:
    """Index of the deepest box that holds what the first stage would keep; 0 for the whole page."""
    spans = outline.spans
    characters = np.array([line.characters for line in outline.lines])
    sums = np.concatenate([[0.0], np.cumsum(np.where(said > MIN_SAID, said * characters, 0.0))])
    if sums[-1] < MIN_CHARACTERS:
        return 0
    share = CONTAINER_SHARE * sums[-1]
    holders = np.flatnonzero(sums[spans.end] - sums[spans.first] >= share)
    return int(holders[np.argmax(spans.depth[holders])])
