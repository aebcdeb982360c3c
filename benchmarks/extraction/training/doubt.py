"""The limits of doubt, by what each text of a page scores when its publication was not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.extraction.training.pages import LabelledPage
from pipelines.model.classifier import KEPT, Judged, Limits

MAX_DOUBTS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3)
MIN_KEPT_CHARACTERS = (0, 100, 200, 300, 400, 500, 600, 800)

UNHEARD_SET = "fundus_eval"
"""Its pages have no say here: it is there to measure, not to choose by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What following the model on a page gains over following trafilatura, in F1."""

    doubt: float
    kept_characters: float
    gain: float


def try_page(page: LabelledPage, judged: Judged) -> Trial:
    lines = np.flatnonzero(judged.probabilities >= KEPT)
    text = "\n".join(page.outline.lines[line].text for line in lines)
    return Trial(
        doubt=judged.doubt,
        kept_characters=judged.kept_characters,
        gain=0.0 if page.set_name == UNHEARD_SET else page.score(text) - page.fallback_score,
    )


def choose_limits(trials: Sequence[Trial]) -> Limits:
    """The widest limits that gain as much as the best ones, but for one standard error.

    Of hundreds of limits the best are lucky; the widest have the fewest pages read twice.
    """
    gains = np.array([trial.gain for trial in trials])
    grid = list(product(MAX_DOUBTS, MIN_KEPT_CHARACTERS))
    followed = np.array([_followed(trials, *limits) for limits in grid])
    best = followed[_smoothed(followed @ gains).argmax()]
    lost = (best.astype(float) - followed) * gains
    is_as_good = lost.sum(axis=1) <= np.sqrt((lost**2).sum(axis=1))
    widest = int(np.where(is_as_good, followed.sum(axis=1), -1).argmax())
    return Limits(max_doubt=grid[widest][0], min_kept_characters=grid[widest][1])


def _followed(trials: Sequence[Trial], max_doubt: float, min_kept: float) -> NDArray[np.bool_]:
    """Whether the model's text stands, for each page."""
    return np.array(
        [trial.doubt <= max_doubt and trial.kept_characters >= min_kept for trial in trials]
    )


def _smoothed(gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each limits and those beside them; an edge stands for what is beyond it."""
    rows, columns = len(MAX_DOUBTS), len(MIN_KEPT_CHARACTERS)
    padded = np.pad(gains.reshape(rows, columns), 1, mode="edge")
    shifts = product(range(3), repeat=2)
    beside = [padded[i : i + rows, j : j + columns] for i, j in shifts]
    return np.mean(beside, axis=0).ravel()
