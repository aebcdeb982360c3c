"""The labelled pages as the training sees them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from benchmarks.extraction.corpus import load_scorer, parse_page, read_html, read_rows
from benchmarks.extraction.publications import domains_of, join_publications
from benchmarks.extraction.training.labels import label_by_snippets, label_by_text
from pipelines.errors import ExtractionError
from pipelines.extract.body import extract_body
from pipelines.model.container import container_of
from pipelines.model.features import Matrix, line_features
from pipelines.model.head import read_head
from pipelines.model.listening import heard_lines
from pipelines.model.outline import Outline, nothing_apart, read_outline

MAX_WEIGHED_CHARACTERS = 600
MIN_WEIGHED_CHARACTERS = 4
PAGE_WEIGHT = 300
LONG_PAGE = 150
"""A page's lines weigh less the more of them are its article: each page counts once in a score."""


Scorer = Callable[[dict, dict], dict]
"""The corpus' own: its row of a page and the answer in; `prf` has precision, recall and F1."""


@dataclass(kw_only=True)
class LabelledPage:
    row: dict
    """Of the corpus."""
    domains: frozenset[str]
    publication: str
    tree: HtmlElement
    outline: Outline
    features: Matrix
    is_article: NDArray[np.bool_]
    """For each line."""
    weights: NDArray[np.float64]
    """For each line; 0 where its label is not known."""
    heard: dict[int, Matrix] = field(default_factory=dict)
    """trafilatura's verdict on the part of the page in each box it was asked about."""

    scorer: Scorer

    @property
    def url(self) -> str:
        return str(self.row["url"])

    @property
    def set_name(self) -> str:
        return str(self.row["set"])

    def listen(self, said: Matrix) -> Matrix:
        box = container_of(self.outline, said)
        if box not in self.heard:
            self.heard[box] = heard_lines(self.tree, self.outline, said, url=self.url)
        return self.heard[box]

    def score(self, text: str) -> float:
        """F1 of a text for this page, from 0 to 1."""
        return float(self.scorer(self.row, {"text": text})["prf"][2])

    @cached_property
    def fallback_score(self) -> float:
        """F1 of what trafilatura reads from the whole page."""
        try:
            blocks = extract_body(self.tree, url=self.url)
        except ExtractionError:
            return 0.0
        return self.score("\n".join(block.text for block in blocks))


def read_pages(corpus: Path) -> list[LabelledPage]:
    """The pages with at least a line of text, in the corpus' order."""
    scorer = load_scorer(corpus).score_page
    found = (_read_page(corpus, row, scorer) for row in read_rows(corpus))
    pages = [page for page in found if page is not None]
    publications = join_publications((page.row["id"], page.domains) for page in pages)
    return [replace(page, publication=publications[page.row["id"]]) for page in pages]


def _read_page(corpus: Path, row: dict, scorer: Scorer) -> LabelledPage | None:
    tree = parse_page(read_html(corpus, row))
    if tree is None:
        return None
    # Every line, also of what is not read later: more to learn from, and better (docs/cleaning.md).
    outline = read_outline(tree, url=row["url"], is_apart=nothing_apart)
    if not outline.lines:
        return None
    labels, known = _labels(row, outline)
    return LabelledPage(
        row=row,
        domains=domains_of(tree, url=row["url"], site=row["site"]),
        publication="",
        tree=tree,
        outline=outline,
        features=line_features(outline, read_head(tree)),
        is_article=labels,
        weights=_weights(outline, labels, known, is_whole=row["set"] != "snippets"),
        scorer=scorer,
    )


def _labels(row: dict, outline: Outline) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    gold = row["gold"]
    if row["set"] == "snippets":
        wanted, unwanted = gold.get("with", []), gold.get("without", [])
        return label_by_snippets(outline.lines, wanted=wanted, unwanted=unwanted)
    parts = gold.get("paras") or gold.get("text", "").split("\n")
    optional = [part[1:-1] if part[:1] == "[" and part[-1:] == "]" else part for part in parts]
    labels = label_by_text(outline.lines, [part for part in optional if part.strip()])
    return labels, np.full(len(labels), bool(labels.any()))


def _weights(
    outline: Outline, labels: NDArray[np.bool_], known: NDArray[np.bool_], *, is_whole: bool
) -> NDArray[np.float64]:
    characters = np.array([line.characters for line in outline.lines])
    weights = np.sqrt(np.clip(characters, MIN_WEIGHED_CHARACTERS, MAX_WEIGHED_CHARACTERS)) * known
    article = weights[labels].sum()
    return weights * PAGE_WEIGHT / (LONG_PAGE + article) if is_whole else weights
