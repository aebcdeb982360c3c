import json
import time
from datetime import UTC, datetime
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.extraction.out_of_fold import Fold, fold_for
from pipelines import process_page
from pipelines.clean.draft import BLOCK_MODEL
from pipelines.model.blocks import learned_draft, placed_blocks
from pipelines.model.classifier import (
    CERTAIN_DOUBT,
    KEPT,
    MODEL_FILE,
    Judged,
    judge_lines,
    model_arrays,
    read_model,
    shipped_model,
)
from pipelines.model.forest import Forest
from pipelines.model.outline import MAX_LINK_CHARACTERS, Outline, read_outline
from pipelines.parse import parse_html
from pipelines.process import clean_page
from pipelines.records import BlockKind, CleanArticle, FetchedPage, Metadata
from tests.pipelines.prompt_pages import PARAGRAPHS

URL = "https://harrowby.example/news/ferry-returns"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])


def judged(page: str, *, certain_doubt: float = CERTAIN_DOUBT) -> Judged:
    tree = parse_html(page)
    assert tree is not None
    lines = read_outline(tree, url=URL)
    return judge_lines(tree, lines, model=shipped_model(), url=URL, certain_doubt=certain_doubt)


def outline(page: str) -> Outline:
    tree = parse_html(page)
    assert tree is not None
    return read_outline(tree, url=URL)


def kept(judgement: Judged, probabilities: list[float]) -> Judged:
    return Judged(
        outline=judgement.outline,
        probabilities=np.array(probabilities, dtype=np.float32),
        heard=np.zeros(len(probabilities), dtype=np.float32),
    )


def test_lines_end_at_boxes_and_line_breaks() -> None:
    lines = outline("<p>One <b>bold</b> word<br>and two</p>loose<div>three<p>four</p>five</div>")
    assert [line.text for line in lines.lines] == [
        "One bold word",
        "and two",
        "loose",
        "three",
        "four",
        "five",
    ]


def test_a_link_that_was_never_closed_is_no_link() -> None:
    open_link = outline(f"<a href='/x'>{TEXT}{TEXT}</a>")
    assert sum(line.characters for line in open_link.lines) > MAX_LINK_CHARACTERS
    assert not any(line.link_characters for line in open_link.lines)
    link = outline("<p><a href='/x'>Another story</a></p>").lines[0]
    assert link.link_characters == link.own_link_characters == link.characters


def test_a_forest_says_what_walking_its_trees_says() -> None:
    chooser = np.random.default_rng(1)
    forest = Forest(
        columns=chooser.integers(0, 9, (3, 5)),
        borders=chooser.normal(size=(3, 5)).astype(np.float32),
        leaves=chooser.normal(size=(5, 8)).astype(np.float32),
        bias=0.25,
    )
    rows = chooser.normal(size=(700, 9)).astype(np.float32)
    found = forest.probabilities(rows)
    for row, probability in list(zip(rows, found, strict=True))[::97]:
        total = forest.bias
        for tree in range(5):
            answers = row[forest.columns[:, tree]] > forest.borders[:, tree]
            total += forest.leaves[tree, int(answers @ np.array([1, 2, 4]))]
        assert probability == pytest.approx(1 / (1 + np.exp(-total)), abs=1e-5)


def test_a_model_read_back_judges_the_same() -> None:
    page = f"<h1>Ferry returns</h1>{TEXT}<nav><a href='/'>Home</a></nav>"
    tree = parse_html(page)
    assert tree is not None
    again = read_model(model_arrays(shipped_model()))
    same = judge_lines(tree, read_outline(tree, url=URL), model=again, url=URL)
    assert np.array_equal(same.probabilities, judged(page).probabilities)


def test_the_model_is_small_and_says_what_it_was_made_from() -> None:
    card = json.loads(MODEL_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert MODEL_FILE.stat().st_size < 1_000_000
    assert len(card["corpus_sha256"]) == 64
    assert card["pages"] >= len(card["domains"]) > 0


TAGS = st.sampled_from(["p", "div", "li", "h2", "td", "blockquote", "span", "a", "button", "br"])
PIECES = st.lists(st.tuples(TAGS, st.text("ab. ,É漢", max_size=30)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.randoms(use_true_random=False))
def test_blocks_hold_the_lines_of_the_page_in_order_and_nothing_else(pieces, chooser) -> None:
    judgement = judged("<body>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in pieces) + "z")
    some = kept(judgement, [chooser.random() for _ in judgement.outline.lines])
    said = "".join(line.text for line in some.outline.lines)
    page = [c for c in said if not c.isspace()]
    rest = iter(page)
    for item in placed_blocks(some):
        letters = (c for c in item.block.text if not c.isspace() and c != "|")
        assert all(letter in rest for letter in letters)


def test_judging_twice_says_the_same() -> None:
    page = f"<article>{TEXT}</article><footer>Imprint</footer>"
    assert np.array_equal(judged(page).probabilities, judged(page).probabilities)


def test_where_the_first_stage_is_certain_nobody_else_is_asked() -> None:
    page = f"<article>{TEXT * 3}</article><footer>Imprint</footer>"
    alone, asked = judged(page, certain_doubt=inf), judged(page, certain_doubt=-1.0)
    assert np.array_equal(alone.heard > 0, alone.probabilities >= KEPT)
    assert not np.array_equal(alone.probabilities, asked.probabilities)


def test_of_a_short_text_the_first_stage_is_never_certain() -> None:
    page = "<article><p>The ferry of Harrowby sails again, the port said.</p></article>"
    asked = judged(page, certain_doubt=-1.0)
    assert np.array_equal(judged(page, certain_doubt=inf).probabilities, asked.probabilities)


def test_what_the_model_cuts_between_paragraphs_is_a_cut_with_its_probability() -> None:
    judgement = judged(f"<article>{TEXT}</article>")
    probabilities = [0.9] * len(judgement.outline.lines)
    probabilities[1] = 0.125
    draft = learned_draft(kept(judgement, probabilities), Metadata())
    (cut,) = draft.cuts()
    assert (cut.rule, cut.position, cut.block.text) == (BLOCK_MODEL, 1, PARAGRAPHS["en"][1])
    assert "0.12" in cut.reason
    assert cut.block.path.endswith("article > p")


def test_kept_lines_become_typed_blocks() -> None:
    page = (
        "<article><h2>Prices<br>and days</h2><p>One<br>Two</p><ul><li>a</li><li>b</li></ul>"
        "<table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td><td>18</td></tr></table>"
        "<blockquote><p>q</p><p>r</p></blockquote><pre>x\n  y</pre>"
        "<figure><figcaption>A boat</figcaption></figure></article>"
    )
    judgement = judged(page)
    whole = kept(judgement, [1.0] * len(judgement.outline.lines))
    blocks = [(item.block.kind, item.block.text) for item in placed_blocks(whole)]
    assert blocks == [
        (BlockKind.HEADING, "Prices and days"),
        (BlockKind.PARAGRAPH, "One"),
        (BlockKind.PARAGRAPH, "Two"),
        (BlockKind.LIST, "a\nb"),
        (BlockKind.TABLE, "Day | Boats\nMonday | 18"),
        (BlockKind.QUOTE, "q\nr"),
        (BlockKind.CODE, "x\n  y"),
        (BlockKind.CAPTION, "A boat"),
    ]


@pytest.mark.parametrize(
    "filler",
    ["<p>a</p>" * 30_000, "<div>" * 2_000, "<label><b>" * 400, "<a href='/x'>y" * 20_000],
    ids=["30,000 lines", "2,000 divs", "800 inline", "20,000 links"],
)
def test_hostile_pages_are_judged_in_seconds(filler: str) -> None:
    start = time.process_time()
    article = process_page(f"<html><body><article>{TEXT}</article>{filler}", URL)
    assert time.process_time() - start < 8
    assert isinstance(article, CleanArticle)
    assert all(paragraph in article.text for paragraph in PARAGRAPHS["en"])


def test_a_page_whose_site_every_model_knows_is_not_scored() -> None:
    fold = Fold(model=shipped_model(), domains=frozenset({"harrowby.co.uk"}))
    assert fold_for({"elsewhere.example"}, [fold]) is fold
    with pytest.raises(SystemExit, match="harrowby"):
        fold_for({"harrowby.com", "elsewhere.example"}, [fold])


@pytest.mark.parametrize(
    ("content", "source"), [(TEXT, "block_model"), ("<p>One short notice. </p>" * 3, "trafilatura")]
)
def test_an_article_says_whose_text_it_has(content: str, source: str) -> None:
    article = clean_page(
        FetchedPage(
            request_url=URL,
            url=URL,
            body=f"<html><body><article>{content}</article></body></html>".encode(),
            fetched_at=datetime(2026, 3, 12, tzinfo=UTC),
        )
    )
    assert isinstance(article, CleanArticle)
    assert [e.source for e in article.metadata.evidence if e.field == "text"] == [source]
