"""Make the block model again: `python -m benchmarks.extraction.training`.

    --out-of-fold DIR   the models of each fold instead, for `benchmarks.extraction --out-of-fold`
    --fold N            only this one of them

Needs catboost beside the `bench` extra; on one core a model takes a few minutes.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.extraction.corpus import digest_of
from benchmarks.extraction.training.counting import count_sites
from benchmarks.extraction.training.fitting import PARAMETERS, fit_model, split_sites
from benchmarks.extraction.training.pages import LabelledPage, read_pages
from pipelines.model.classifier import MODEL_FILE, BlockModel, model_arrays

ROOT = Path(__file__).resolve().parents[3]
FOLDS = 4
FOLD_SEED = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--out-of-fold", type=Path)
    parser.add_argument("--fold", type=int)
    arguments = parser.parse_args()
    pages = read_pages(arguments.corpus)
    if arguments.out_of_fold is None:
        _make(pages, pages, arguments.corpus, MODEL_FILE)
        return
    part_of = split_sites(pages, FOLDS, seed=FOLD_SEED)
    for fold in range(FOLDS) if arguments.fold is None else [arguments.fold]:
        training = [page for page in pages if part_of[page.publication] != fold]
        _make(pages, training, arguments.corpus, arguments.out_of_fold / f"fold{fold}.npz")


def _make(
    pages: Sequence[LabelledPage], training: Sequence[LabelledPage], corpus: Path, path: Path
) -> None:
    write_model(path, fit_model(training, count_sites(training)), training, corpus=corpus)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB from {len(training)} pages", flush=True)


def write_model(
    path: Path, model: BlockModel, training: Sequence[LabelledPage], *, corpus: Path
) -> None:
    """The model file, and beside it a JSON file that says what it was made from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **model_arrays(model))
    card = {
        "corpus_sha256": digest_of(corpus),
        "pages": len(training),
        "parameters": PARAMETERS,
        "limits": asdict(model.limits),
        "domains": sorted({domain for page in training for domain in page.domains}),
    }
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
