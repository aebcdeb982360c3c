"""Vocabularies and trees, each part fitted on what the parts before it say of unseen sites."""

import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier
from numpy.typing import NDArray

from benchmarks.extraction.training.counting import SiteCounts, fit_vocabulary
from benchmarks.extraction.training.doubt import choose_limits, try_page
from benchmarks.extraction.training.pages import LabelledPage
from pipelines.model.classifier import BlockModel, Judged, Limits, without_controls
from pipelines.model.features import Matrix
from pipelines.model.forest import Forest
from pipelines.model.stages import first_rows, second_rows
from pipelines.model.vocabulary import Vocabulary, vocabulary_features

PARTS = 3
"""Of the training sites: the second stage is shown each as a first stage of the other two judges
it, and the limits of doubt are chosen by what a second stage of the other two says of it."""

PARAMETERS = {
    "iterations": 300,
    "depth": 6,
    "learning_rate": 0.1,
    "border_count": 48,
    "l2_leaf_reg": 4,
    "rsm": 0.3,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.8,
    "boosting_type": "Plain",
    "random_seed": 0,
    "thread_count": 1,
}
NEAR_LINES = 15
FAR_SHARE = 0.2
"""Of the lines farther from any article line that are trained on, each weighing as many more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one stage, by page."""

    pages: Sequence[LabelledPage]
    rows: list[Matrix]


def split_sites(pages: Sequence[LabelledPage], parts: int, *, seed: int) -> dict[str, int]:
    """The part of each site: as even in pages as can be, a site's pages all in one."""
    sizes = Counter(page.publication for page in pages)
    sites = sorted(sizes)
    random.Random(seed).shuffle(sites)
    totals = [0] * parts
    part_of = {}
    for site in sorted(sites, key=lambda site: -sizes[site]):
        part = totals.index(min(totals))
        part_of[site] = part
        totals[part] += sizes[site]
    return part_of


def fit_model(pages: Sequence[LabelledPage], counts: dict[str, SiteCounts]) -> BlockModel:
    """The model of these pages; `counts` may hold other sites, which are not looked at."""
    sites = sorted({page.publication for page in pages})
    part_of = split_sites(pages, PARTS, seed=1)
    inner = [
        fit_vocabulary(counts[site] for site in sites if part_of[site] != part)
        for part in range(PARTS)
    ]
    first = [_first_rows(page, inner[part_of[page.publication]]) for page in pages]
    said = _unseen(pages, first, part_of)
    second = [
        second_rows(rows, told, page.listen(told), page.outline)
        for page, rows, told in zip(pages, first, said, strict=True)
    ]
    return BlockModel(
        vocabulary=fit_vocabulary(counts[site] for site in sites),
        first=fit_forest(Rows(pages=pages, rows=first)),
        second=fit_forest(Rows(pages=pages, rows=second)),
        limits=_limits(pages, said, _unseen(pages, second, part_of)),
    )


def _limits(pages: Sequence[LabelledPage], first: list[Matrix], second: list[Matrix]) -> Limits:
    """Chosen by what both stages say of pages that they were fitted without."""
    trials = []
    for page, told, said in zip(pages, first, second, strict=True):
        heard = page.listen(told)
        probabilities = without_controls(said, heard, page.outline)
        judged = Judged(outline=page.outline, probabilities=probabilities, heard=heard)
        trials.append(try_page(page, judged))
    return choose_limits(trials)


def fit_forest(stage: Rows) -> Forest:
    """Symmetric trees for the rows of some pages."""
    chosen = [_chosen(page) for page in stage.pages]
    rows = np.concatenate([x[picked] for x, (picked, _) in zip(stage.rows, chosen, strict=True)])
    labels = [
        page.is_article[picked] for page, (picked, _) in zip(stage.pages, chosen, strict=True)
    ]
    trees = CatBoostClassifier(**PARAMETERS, verbose=0, allow_writing_files=False)
    weights = np.concatenate([weight for _, weight in chosen])
    trees.fit(rows, np.concatenate(labels).astype(int), sample_weight=weights)
    return _as_forest(trees)


def _first_rows(page: LabelledPage, vocabulary: Vocabulary) -> Matrix:
    return first_rows(page.features, vocabulary_features(page.outline, vocabulary))


def _unseen(
    pages: Sequence[LabelledPage], rows: list[Matrix], part_of: dict[str, int]
) -> list[Matrix]:
    """What a stage says of each page when it was fitted without the page's part."""
    said = [np.zeros(0, dtype=np.float32)] * len(pages)
    for part in range(PARTS):
        others = [i for i, page in enumerate(pages) if part_of[page.publication] != part]
        forest = fit_forest(Rows(pages=[pages[i] for i in others], rows=[rows[i] for i in others]))
        for i, page in enumerate(pages):
            if part_of[page.publication] == part:
                said[i] = forest.probabilities(rows[i])
    return said


def _chosen(page: LabelledPage) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Lines to train on, and their weights: all near the article, some of those far from it."""
    count = len(page.is_article)
    near = np.convolve(page.is_article, np.ones(2 * NEAR_LINES + 1), mode="full") > 0
    near = near[NEAR_LINES : NEAR_LINES + count]
    sampled = np.random.default_rng(count).random(count) < FAR_SHARE
    picked = np.flatnonzero((near | sampled) & (page.weights > 0))
    return picked, page.weights[picked] * np.where(near[picked], 1.0, 1.0 / FAR_SHARE)


def _as_forest(trees: CatBoostClassifier) -> Forest:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trees.json"
        trees.save_model(str(path), format="json")
        saved = json.loads(path.read_text(encoding="utf-8"))
    flat = {
        feature["feature_index"]: feature["flat_feature_index"]
        for feature in saved["features_info"]["float_features"]
    }
    scale, bias = saved["scale_and_bias"]
    depth, found = PARAMETERS["depth"], saved["oblivious_trees"]
    columns = np.zeros((depth, len(found)), dtype=np.int64)
    borders = np.full((depth, len(found)), np.inf, dtype=np.float32)
    leaves = np.zeros((len(found), 2**depth), dtype=np.float32)
    for number, tree in enumerate(found):
        for level, split in enumerate(tree["splits"]):
            columns[level, number] = flat[split["float_feature_index"]]
            borders[level, number] = split["border"]
        values = np.array(tree["leaf_values"], dtype=np.float32) * scale
        leaves[number, : len(values)] = values
    return Forest(columns=columns, borders=borders, leaves=leaves, bias=float(np.ravel(bias)[0]))
