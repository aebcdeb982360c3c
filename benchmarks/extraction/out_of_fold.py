"""Every labelled page through the chain with a model that saw no page of its publication."""

import json
import random
import statistics
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from benchmarks.extraction.corpus import load_scorer, parse_page, read_html
from benchmarks.extraction.known_sites import known_pages
from benchmarks.extraction.live_blogs import is_live_blog
from benchmarks.extraction.publications import domains_of, name_of
from pipelines.errors import PipelineError
from pipelines.jsonl import answer_fields
from pipelines.model.classifier import BlockModel, read_model, shipped_model
from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage
from pipelines.sites.batch import BatchLearner, sight
from pipelines.sites.records import SiteProfile
from pipelines.urls import site_of

BOOTSTRAP_ROUNDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A model and the registered domains that it was made from."""

    model: BlockModel
    domains: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A page, what is known of it, and a model that never saw its publication."""

    row: dict
    page: FetchedPage
    model: BlockModel


Articles = list[CleanArticle | None]
"""One for each page; None: no text."""


def read_folds(folder: Path) -> tuple[Fold, ...]:
    """The models that `benchmarks.extraction.training --out-of-fold` wrote there.

    Raises:
        SystemExit: There is none.
    """
    folds = tuple(_read_fold(path) for path in sorted(folder.glob("fold*.npz")))
    if not folds:
        sys.exit(
            f"no fold*.npz in {folder}: `benchmarks.extraction.training --out-of-fold` writes it"
        )
    return folds


def score_out_of_fold(
    corpus: Path,
    folds: Sequence[Fold],
    sets: Sequence[str],
    *,
    clean: Callable[[Sequence[LabelledPage]], Articles],
) -> dict[str, dict[str, float]]:
    """The corpus' own figures by set, printed; `clean` is given all pages of a set.

    Raises:
        SystemExit: Every model knows the publication of some page.
    """
    scorer = load_scorer(corpus)
    found = {}
    for name in sets or scorer.SETS:
        pages = labelled_pages(corpus, scorer.pages(name), folds)
        results = [
            scorer.score_page(page.row, {} if article is None else answer_fields(article))
            for page, article in zip(pages, clean(pages), strict=True)
        ]
        (precision, recall, f1), extra = scorer.summary(name, results)
        found[name] = {"f1": f1, "precision": precision, "recall": recall, **extra}
        _print_set(name, found[name], extra)
        _print_means(pages, [result["prf"][2] for result in results])
    return found


def score_known(corpus: Path, folds: Sequence[Fold]) -> None:
    """Print what pages of sites with a known layout score, read as a whole and without furniture.

    Raises:
        SystemExit: Every model knows one of the sites.
    """
    scorer = load_scorer(corpus)
    gold = {row["id"]: row for name in scorer.SETS for row in scorer.pages(name)}
    known = known_pages(corpus, lambda rows: model_for(corpus, rows, folds))
    told = [it for it in known if it.row["id"] in gold]
    for name, is_known in (("read as a whole", False), ("without furniture", True)):
        values = []
        for it in told:
            page = LabelledPage(row=gold[it.row["id"]], page=it.page, model=it.model)
            article = _cleaned(page, it.profile if is_known else None)
            answer = {} if article is None else answer_fields(article)
            values.append(scorer.score_page(page.row, answer)["prf"][2])
        _print_mean(f"known sites, {name}", values)


def fold_for(domains: Collection[str], folds: Sequence[Fold]) -> Fold:
    """The fold whose model saw no page of these domains, nor of their name elsewhere.

    Raises:
        SystemExit: There is none.
    """
    names = {name_of(domain) for domain in domains}
    unseen = [fold for fold in folds if names.isdisjoint(map(name_of, fold.domains))]
    if not unseen:
        told = ", ".join(sorted(domains))
        sys.exit(f"every model was trained on pages of {told}: train the folds again")
    return unseen[0]


def labelled_pages(corpus: Path, rows: Sequence[dict], folds: Sequence[Fold]) -> list[LabelledPage]:
    """Each with a model that never saw its publication; without folds with the shipped one.

    Raises:
        SystemExit: Every model knows the publication of some page.
    """
    return [_labelled(corpus, row, folds) for row in rows]


def clean_singly(pages: Sequence[LabelledPage]) -> Articles:
    """Each page as the first one of its site."""
    return [_cleaned(page, None) for page in pages]


def clean_by_site(pages: Sequence[LabelledPage]) -> Articles:
    """Each page with what all pages of its site in the batch teach, as `--learn` does."""
    first = clean_singly(pages)
    learner = BatchLearner()
    for article in first:
        if article is not None and _has_site(article.url):
            learner.add(sight(article))
    profiles = learner.profiles()
    again: Articles = []
    for page, article in zip(pages, first, strict=True):
        url = page.page.url
        profile = profiles.get(site_of(url)) if _has_site(url) else None
        is_known = profile is not None and (profile.version or profile.furniture)
        again.append(_cleaned(page, profile) if is_known else article)
    return again


def _read_fold(path: Path) -> Fold:
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path, allow_pickle=False) as arrays:
        return Fold(model=read_model(arrays), domains=frozenset(card["domains"]))


def _labelled(corpus: Path, row: dict, folds: Sequence[Fold]) -> LabelledPage:
    page = FetchedPage(
        request_url=row["url"],
        url=row["url"],
        body=read_html(corpus, row),
        fetched_at=datetime.now(UTC),
    )
    return LabelledPage(row=row, page=page, model=model_for(corpus, [row], folds))


def model_for(corpus: Path, rows: Sequence[dict], folds: Sequence[Fold]) -> BlockModel:
    """The model that saw none of the publications of these pages; without folds the shipped one.

    Raises:
        SystemExit: Every model knows one of them.
    """
    if not folds:
        return shipped_model()
    domains: set[str] = set()
    for row in rows:
        tree = parse_page(read_html(corpus, row))
        domains |= domains_of(tree, url=row["url"], site=row["site"])
    return fold_for(domains, folds).model


def _cleaned(page: LabelledPage, profile: SiteProfile | None) -> CleanArticle | None:
    try:
        article = clean_page(page.page, model=page.model, profile=profile)
    except PipelineError as error:
        print(f"{page.row['id']}: {error}", file=sys.stderr)
        return None
    return article if isinstance(article, CleanArticle) else None


def _has_site(url: str) -> bool:
    """Two URLs of the corpus are none; they teach nothing, as on the command line."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _print_set(name: str, figures: dict[str, float], extra: dict[str, float]) -> None:
    told = "  ".join(f"{key[:9]} {100 * figures[key]:.2f}" for key in ("f1", "precision", "recall"))
    print(f"{name:<12} {told}" + "".join(f"  {k} {100 * v:.1f}" for k, v in extra.items()))


def _print_means(pages: Sequence[LabelledPage], values: list[float]) -> None:
    live = [is_live_blog(page.page.body, url=page.page.url) for page in pages]
    _print_mean("all pages", values)
    if any(live):
        kinds = list(zip(values, live, strict=True))
        _print_mean("without live blogs", [value for value, is_live in kinds if not is_live])
        _print_mean("live blogs", [value for value, is_live in kinds if is_live])
    else:
        print("    no live blog is among them")


def _print_mean(name: str, values: list[float]) -> None:
    means = sorted(_resampled(values))
    low, high = means[len(means) // 40], means[-(len(means) // 40) - 1]
    print(
        f"    {name}: {len(values)}, mean of their F1 {100 * statistics.mean(values):.2f},"
        f" 95 % within {100 * low:.1f} to {100 * high:.1f}",
        flush=True,
    )


def _resampled(values: list[float]) -> Iterator[float]:
    chooser = random.Random(0)
    for _ in range(BOOTSTRAP_ROUNDS):
        yield statistics.mean(chooser.choices(values, k=len(values)))
