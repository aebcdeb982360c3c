"""Every labelled page through the chain with a model that saw no page of its site."""

import gzip
import importlib.util
import json
import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import numpy as np

from pipelines.errors import PipelineError
from pipelines.jsonl import answer_fields
from pipelines.model.classifier import BlockModel, read_model
from pipelines.process import clean_page
from pipelines.records import FetchedPage, Rejection

BOOTSTRAP_ROUNDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A model and the sites that it was made from."""

    model: BlockModel
    sites: frozenset[str]


def read_folds(folder: Path) -> tuple[Fold, ...]:
    """The models that `benchmarks.extraction.training --out-of-fold` wrote there."""
    return tuple(_read_fold(path) for path in sorted(folder.glob("fold*.npz")))


def score_out_of_fold(
    corpus: Path, folds: Sequence[Fold], sets: Sequence[str]
) -> dict[str, dict[str, float]]:
    """The corpus' own figures by set.

    Raises:
        SystemExit: Every model knows the site of some page.
    """
    scorer = _load_scorer(corpus)
    found = {}
    for name in sets or scorer.SETS:
        rows = scorer.pages(name)
        results = [scorer.score_page(row, _cleaned(corpus, row, folds)) for row in rows]
        (precision, recall, f1), extra = scorer.summary(name, results)
        found[name] = {"f1": f1, "precision": precision, "recall": recall, **extra}
        low, high = _interval([result["prf"][2] for result in results])
        print(
            f"{name:<12} F1 {100 * f1:.2f}  P {100 * precision:.2f}  R {100 * recall:.2f}"
            f"  page mean 95 % within {100 * low:.1f} to {100 * high:.1f}"
            + "".join(f"  {key} {100 * value:.1f}" for key, value in extra.items()),
            flush=True,
        )
    return found


def fold_for(site: str, folds: Sequence[Fold]) -> Fold:
    """The fold whose model saw no page of this site.

    Raises:
        SystemExit: There is none.
    """
    unseen = [fold for fold in folds if site not in fold.sites]
    if not unseen:
        sys.exit(f"every model was trained on pages of {site}: train the folds again")
    return unseen[0]


def _read_fold(path: Path) -> Fold:
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path, allow_pickle=False) as arrays:
        return Fold(model=read_model(arrays), sites=frozenset(card["sites"]))


def _load_scorer(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"no score.py in {corpus}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cleaned(corpus: Path, row: dict, folds: Sequence[Fold]) -> dict[str, object]:
    page = FetchedPage(
        request_url=row["url"],
        url=row["url"],
        body=gzip.decompress((corpus / row["html"]).read_bytes()),
        fetched_at=datetime.now(UTC),
    )
    try:
        article = clean_page(page, model=fold_for(row["site"], folds).model)
    except PipelineError as error:
        print(f"{row['id']}: {error}", file=sys.stderr)
        return {}
    if isinstance(article, Rejection):
        return {}
    return answer_fields(article)


def _interval(values: list[float]) -> tuple[float, float]:
    means = sorted(_resampled(values))
    return means[len(means) // 40], means[-(len(means) // 40) - 1]


def _resampled(values: list[float]) -> Iterator[float]:
    chooser = random.Random(0)
    for _ in range(BOOTSTRAP_ROUNDS):
        yield statistics.mean(chooser.choices(values, k=len(values)))
