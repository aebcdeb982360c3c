"""The labelled pages as the training sees them."""

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from benchmarks.extraction.training.labels import label_by_snippets, label_by_text
from pipelines.decode import decode_body
from pipelines.model.features import Matrix, line_features
from pipelines.model.head import read_head
from pipelines.model.listening import container_of, heard_lines
from pipelines.model.outline import Outline, read_outline
from pipelines.parse import parse_html

MAX_WEIGHED_CHARACTERS = 600
MIN_WEIGHED_CHARACTERS = 4
PAGE_WEIGHT = 300
LONG_PAGE = 150
"""A page's lines weigh less the more of them are its article: each page counts once in a score."""


@dataclass(slots=True, kw_only=True)
class LabelledPage:
    page_id: str
    url: str
    site: str
    tree: HtmlElement
    outline: Outline
    features: Matrix
    is_article: NDArray[np.bool_]
    """For each line."""
    weights: NDArray[np.float64]
    """For each line; 0 where its label is not known."""
    heard: dict[int, Matrix] = field(default_factory=dict)
    """trafilatura's verdict on the part of the page in each box it was asked about."""

    def listen(self, said: Matrix) -> Matrix:
        box = container_of(self.outline, said)
        if box not in self.heard:
            self.heard[box] = heard_lines(self.tree, self.outline, said, url=self.url)
        return self.heard[box]


def read_pages(corpus: Path) -> list[LabelledPage]:
    """The pages with at least a line of text, in the corpus' order."""
    with (corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        pages = [_read_page(corpus, json.loads(line)) for line in lines]
    return [page for page in pages if page is not None]


def _read_page(corpus: Path, row: dict) -> LabelledPage | None:
    tree = parse_html(decode_body(gzip.decompress((corpus / row["html"]).read_bytes()), None))
    if tree is None:
        return None
    outline = read_outline(tree, url=row["url"])
    if not outline.lines:
        return None
    labels, known = _labels(row, outline)
    return LabelledPage(
        page_id=row["id"],
        url=row["url"],
        site=row["site"],
        tree=tree,
        outline=outline,
        features=line_features(outline, read_head(tree)),
        is_article=labels,
        weights=_weights(outline, labels, known, is_whole=row["set"] != "snippets"),
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
