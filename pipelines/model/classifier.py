"""The classifier at work: the probability of each line of a page to be part of its article."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import inf
from pathlib import Path

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from pipelines.clean.draft import UNSPACED
from pipelines.clean.runs import LINK_SHARE
from pipelines.model.features import Matrix, line_features
from pipelines.model.forest import Forest, read_forest
from pipelines.model.head import read_head
from pipelines.model.listening import heard_lines
from pipelines.model.outline import Line, Outline
from pipelines.model.stages import first_rows, second_rows
from pipelines.model.vocabulary import GROUPS, Vocabulary, vocabulary_features

MODEL_FILE = Path(__file__).with_name("block_model.npz")
"""Made by `python -m benchmarks.extraction.training`."""

KEPT = 0.5
"""Probability from which a line is kept: what is more likely than not."""

MAX_FALLBACK_LINES = 5_000
"""Of a page that trafilatura reads as a whole: on 20,000 it takes minutes."""

CERTAIN_DOUBT = 0.08
"""Up to here, with as much kept as below, the first stage's word stands: of two pages of three,
whose texts trafilatura and the second stage change for the worse as often as for the better."""

CERTAIN_KNOWN_DOUBT = 0.1
"""The same on a page of a known layout, without its site's furniture."""

CERTAIN_CHARACTERS = 1_200

UNSPACED_WEIGHT = 2
"""Letters of an alphabet that a character of Han or kana says more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a judgement is followed; else trafilatura reads the whole page and its text stands."""

    max_doubt: float
    """As `Judged.doubt` counts it."""
    min_kept_characters: float
    """As `Judged.kept_characters` counts them."""


NO_LIMITS = Limits(max_doubt=inf, min_kept_characters=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockModel:
    """Everything that was learned."""

    vocabulary: Vocabulary
    first: Forest
    second: Forest
    limits: Limits


@dataclass(frozen=True, kw_only=True)  # no slots: what is cached has to be kept somewhere
class Judged:
    """A page's lines with what was said of them, one number for each."""

    outline: Outline
    probabilities: Matrix
    """From 0 to 1, of being part of the article."""
    heard: Matrix
    """1.0 where trafilatura keeps the line, else 0.0; what is kept where it was not asked."""
    limits: Limits = NO_LIMITS

    @property
    def is_sure(self) -> bool:
        """Whether the judgement is to be followed."""
        if len(self.outline.lines) > MAX_FALLBACK_LINES:
            return True
        return (
            self.doubt <= self.limits.max_doubt
            and self.kept_characters >= self.limits.min_kept_characters
        )

    @cached_property
    def kept_characters(self) -> int:
        """Of the lines that are kept, in those of an alphabet."""
        kept = np.flatnonzero(self.probabilities >= KEPT).tolist()
        return sum(_weight(self.outline.lines[line]) for line in kept)

    @cached_property
    def doubt(self) -> float:
        """Characters that may be on the wrong side, per character that is likely kept."""
        characters = self._characters()
        unsure = np.minimum(self.probabilities, 1 - self.probabilities)
        kept = max(float((characters * self.probabilities).sum()), 1.0)
        return float((characters * unsure).sum()) / kept

    def _characters(self) -> Matrix:
        return np.array([line.characters for line in self.outline.lines], dtype=np.float32)


def _weight(line: Line) -> int:
    """Its characters, in those of an alphabet."""
    unspaced = 0 if line.text.isascii() else len(UNSPACED.findall(line.text))
    return line.characters + UNSPACED_WEIGHT * unspaced


def judge_lines(
    tree: HtmlElement,
    outline: Outline,
    *,
    model: BlockModel,
    url: str,
    certain_doubt: float = CERTAIN_DOUBT,
) -> Judged:
    """The page's lines judged. Deterministic; the tree is only read.

    Args:
        tree: The page, or the part of it that is to be read.
        outline: Of the tree.
        model: Its first stage reads; in doubt trafilatura is asked, and the second stage decides.
        url: Of the page.
        certain_doubt: Up to which nobody else is asked, as `Judged.doubt` counts it.
    """
    if not outline.lines:
        nothing = np.zeros(0, dtype=np.float32)
        return Judged(outline=outline, probabilities=nothing, heard=nothing, limits=model.limits)
    features = line_features(outline, read_head(tree))
    rows = first_rows(features, vocabulary_features(outline, model.vocabulary))
    said = model.first.probabilities(rows)
    alone = _judged_alone(outline, said, model.limits)
    if alone.doubt <= certain_doubt and alone.kept_characters >= CERTAIN_CHARACTERS:
        return alone
    heard = heard_lines(tree, outline, said, url=url)
    second = second_rows(rows, said, heard, outline)
    probabilities = without_controls(model.second.probabilities(second), heard, outline)
    return Judged(outline=outline, probabilities=probabilities, heard=heard, limits=model.limits)


def _judged_alone(outline: Outline, said: Matrix, limits: Limits) -> Judged:
    """By the first stage, which has heard nobody."""
    probabilities = without_controls(said, np.zeros_like(said), outline)
    kept = (probabilities >= KEPT).astype(np.float32)
    return Judged(outline=outline, probabilities=probabilities, heard=kept, limits=limits)


def without_controls(probabilities: Matrix, heard: Matrix, outline: Outline) -> Matrix:
    """The probabilities, 0.0 for a line that is nothing but a button or a link to nowhere.

    Text set as a button is an article's only where trafilatura says so too.
    """
    lines = outline.lines
    is_control = [line.control_characters >= LINK_SHARE * line.characters for line in lines]
    silent = np.array(is_control, dtype=bool) & (heard == 0)
    return np.where(silent, np.float32(0.0), probabilities)


@lru_cache(maxsize=1)
def shipped_model() -> BlockModel:
    """The model that comes with the package, read once."""
    with np.load(MODEL_FILE, allow_pickle=False) as arrays:
        return read_model(arrays)


def read_model(arrays: Mapping[str, NDArray[np.generic]]) -> BlockModel:
    """The model whose arrays these are, as `model_arrays` wrote them."""
    return BlockModel(
        vocabulary=Vocabulary(**{group: _read_odds(arrays, group) for group in GROUPS}),
        first=read_forest(arrays, "first"),
        second=read_forest(arrays, "second"),
        limits=Limits(
            max_doubt=float(arrays["max_doubt"]),
            min_kept_characters=float(arrays["min_kept_characters"]),
        ),
    )


def model_arrays(model: BlockModel) -> dict[str, NDArray[np.generic]]:
    """The model as named arrays: numbers, and each vocabulary as UTF-8 lines."""
    arrays = model.first.arrays("first") | model.second.arrays("second")
    arrays["max_doubt"] = np.array(model.limits.max_doubt)
    arrays["min_kept_characters"] = np.array(model.limits.min_kept_characters)
    for group in GROUPS:
        odds: Mapping[str, float] = getattr(model.vocabulary, group)
        tokens = "\n".join(odds).encode("utf-8")
        arrays[f"{group}_tokens"] = np.frombuffer(tokens, dtype=np.uint8)
        arrays[f"{group}_odds"] = np.array(list(odds.values()), dtype=np.float16)
    return arrays


def _read_odds(arrays: Mapping[str, NDArray[np.generic]], group: str) -> dict[str, float]:
    tokens = arrays[f"{group}_tokens"].tobytes().decode("utf-8").split("\n")
    return dict(zip(tokens, arrays[f"{group}_odds"].astype(float).tolist(), strict=True))
