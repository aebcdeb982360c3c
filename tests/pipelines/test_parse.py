import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.markup import strip_silent_markup
from pipelines.parse import parse_html

ARTICLE = "<p>The ferry returns to the estuary.</p>"


def text_of(html: str) -> str:
    tree = parse_html(html)
    assert tree is not None
    return " ".join(" ".join(tree.itertext()).split())


@pytest.mark.parametrize(
    "silent",
    [
        "<script>var a = '<p>no</p>';</script>",
        "<SCRIPT type='text/javascript'>if (a < b) { '<!--' }</SCRIPT >",
        "<style>p > a { color: red }</style>",
        "<!-- <p>no</p> <script> -->",
        "<!-->",
        "<svg viewBox='0 0 1 1'><title>no</title><path d='M0'/></svg>",
    ],
)
def test_silent_markup_leaves_the_text_around_it(silent: str) -> None:
    assert text_of(f"<body>{silent}{ARTICLE}{silent}<p>Two.</p>") == (
        "The ferry returns to the estuary. Two."
    )


def test_json_ld_stays() -> None:
    tree = parse_html('<script type="application/ld+json">{"a": 1}</script>' + ARTICLE)
    assert tree is not None
    assert tree.findtext(".//script") == '{"a": 1}'


def test_a_script_that_is_never_closed_or_stands_in_an_attribute_swallows_nothing() -> None:
    page = f'<div data-x="<script>"></div>{ARTICLE}<p title="<!--">Two.</p>'
    assert text_of(page) == "The ferry returns to the estuary. Two."


@pytest.mark.parametrize("end", ["</body></html>", "</BODY >\n</HTML>", "</body>", "</html>"])
def test_what_follows_an_early_end_of_the_page_is_read_as_browsers_do(end: str) -> None:
    page = f"<html><body><header>Menu</header>{end}<div class='text'>{ARTICLE}</div></body></html>"
    assert text_of(page) == "Menu The ferry returns to the estuary."


def test_a_script_tag_in_a_textarea_is_text() -> None:
    page = "<textarea><script></textarea><p>One.</p><script>x</script>"
    assert strip_silent_markup(page) == "<textarea><script></textarea><p>One.</p>"


@pytest.mark.parametrize(
    "page",
    [
        "<script>" + "x" * 20_000_000 + "</script>" + ARTICLE,
        "<div>" * 2_000 + ARTICLE + "</div>" * 2_000,
        "<b>" * 2_000 + "The ferry returns to the estuary." + "</b>" * 2_000,
        "<!--" * 100_000 + "-->" + ARTICLE,
        "<svg " * 50_000 + ">" + ARTICLE,
    ],
    ids=["20 MB script", "2,000 divs", "2,000 bolds", "comment starts", "svg starts"],
)
def test_hostile_markup_keeps_its_article_in_linear_time(page: str) -> None:
    start = time.process_time()
    assert "The ferry returns to the estuary." in text_of(page)
    assert time.process_time() - start < 2


def test_nothing_to_parse_is_none() -> None:
    assert parse_html("") is None
    assert parse_html("<!-- only a comment -->") is None


def test_the_cells_of_a_huge_table_become_paragraphs() -> None:
    row = "<tr>" + "<td>cell</td>" * 8 + "</tr>"
    tree = parse_html(f"<table>{row * 1_000}</table>{ARTICLE}")
    assert tree is not None
    assert not list(tree.iter("td", "table"))
    assert tree.text_content().count("cell ") == 8_000


@given(st.text(alphabet="<>!-/ abscriptyle\"'", max_size=200))
def test_stripping_never_adds_and_ends(text: str) -> None:
    stripped = strip_silent_markup(text)
    assert len(stripped) <= len(text)
