import gzip
import json
import re
import time
from pathlib import Path

import pytest
from trafilatura import bare_extraction

from pipelines.decode import decode_body
from pipelines.extract.body import extract_body
from pipelines.parse import parse_html
from pipelines.records import BlockKind
from tests.pipelines.prompt_pages import FURNITURE, MARKUPS, PARAGRAPHS

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
URL = "https://harrowby.example/news/ferry-returns"
RICH_PAGE = (
    "<!DOCTYPE html><html><head><title>Ferry</title><script>var x = 1;</script></head><body>"
    "<nav><a href='/'>Home</a></nav><article><h1>Ferry returns</h1>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS["en"])
    + "<h2>Prices</h2><ul><li>Adults: three crowns</li><li>Dogs: free</li></ul>"
    "<blockquote><p>It is a very fine boat, and it floats.</p></blockquote>"
    "<table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td><td>18</td></tr></table>"
    "<p>First line of the notice,<br>second line of the notice.</p>"
    f"<p>{PARAGRAPHS['en'][1]} Again, for the last time.</p></article></body></html>"
)


def words(text: str) -> str:
    """Letters and digits alone: trafilatura's lists and tables carry other marks."""
    return re.sub(r"[\W_]+", "", text)


def ours(page: bytes, url: str = URL) -> str:
    tree = parse_html(decode_body(page))
    assert tree is not None
    return "\n".join(block.text for block in extract_body(tree, url=url))


def theirs(page: bytes, url: str = URL) -> str:
    document = bare_extraction(page, url=url, include_comments=False)
    return "" if document is None else str(document.text)


@pytest.mark.parametrize("page", [RICH_PAGE, *(markup(f) for f in FURNITURE for markup in MARKUPS)])
def test_the_text_is_trafilaturas_own(page: str) -> None:
    assert words(ours(page.encode())) == words(theirs(page.encode()))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the labelled pages are not beside the repository")
def test_the_text_of_real_pages_is_trafilaturas_own() -> None:
    with (CORPUS / "pages.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::16]
    different = []
    for row in rows:
        page = gzip.decompress((CORPUS / row["html"]).read_bytes())
        hidden = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
        if words(hidden.sub("", ours(page, row["url"]))) != words(
            hidden.sub("", theirs(page, row["url"]))
        ):
            different.append(row["id"])
    assert len(different) <= len(rows) // 50, different


def test_blocks_are_typed() -> None:
    tree = parse_html(RICH_PAGE)
    assert tree is not None
    blocks = extract_body(tree, url=URL)
    kinds = {block.kind for block in blocks}
    assert {BlockKind.HEADING, BlockKind.LIST, BlockKind.QUOTE, BlockKind.TABLE} <= kinds
    listed = next(block for block in blocks if block.kind is BlockKind.LIST)
    assert listed.text == "Adults: three crowns\nDogs: free"
    table = next(block for block in blocks if block.kind is BlockKind.TABLE)
    assert table.text == "Day | Boats\nMonday | 18"
    assert [b.level for b in blocks if b.text == "Prices"] == [2]


def test_what_the_first_extractor_finds_stands_if_it_is_enough() -> None:
    row = f"<tr><td>{PARAGRAPHS['en'][0]}</td></tr>"
    # Its first extractor keeps the table alone, and then the others are asked.
    page = f"<html><body><div class='post-text'><table>{row * 3}</table></div>" + "".join(
        f"<div>{text}</div>" for text in PARAGRAPHS["en"] * 3
    )
    tree = parse_html(page)
    assert tree is not None
    compared, first = extract_body(tree, url=URL), extract_body(tree, url=URL, enough=100)
    assert compared != first
    assert extract_body(tree, url=URL, enough=100_000) == compared


def test_the_tree_is_only_read() -> None:
    tree = parse_html(RICH_PAGE)
    assert tree is not None
    before = tree.text_content()
    assert extract_body(tree, url=URL) == extract_body(tree, url=URL)
    assert tree.text_content() == before


@pytest.mark.parametrize(
    "filler",
    [
        "<table>" + "<tr><td>a</td><td>b</td></tr>" * 4_000 + "</table>",
        "<table><tr><td>a cell</td></tr></table>" * 4_000,
        "<div>" * 2_000 + "</div>" * 2_000,
    ],
    ids=["8,000 cells", "4,000 tables", "2,000 divs"],
)
def test_hostile_structure_neither_costs_the_article_nor_seconds(filler: str) -> None:
    page = RICH_PAGE.replace("<h2>Prices</h2>", filler)
    start = time.process_time()
    text = ours(page.encode())
    assert time.process_time() - start < 4
    assert all(paragraph in text for paragraph in PARAGRAPHS["en"])
