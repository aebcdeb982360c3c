"""Which lines of a page are read."""

from __future__ import annotations

import pytest

from pipelines.model.outline import nothing_apart, read_outline
from pipelines.parse import parse_html

URL = "https://www.harbour.example/a"


def lines_of(markup: str) -> list[str]:
    tree = parse_html(f"<body>{markup}</body>")
    assert tree is not None
    return [line.text for line in read_outline(tree, url=URL).lines]


@pytest.mark.parametrize(
    "apart",
    [
        "<nav><p>{}</p></nav>",
        "<footer><div>{}</div></footer>",
        "<dialog>{}</dialog>",
        "<select><option>{}</select>",
        "<div role='navigation'><ul><li>{}</ul></div>",
        "<div role='dialog'>{}</div>",
    ],
)
def test_what_stands_apart_from_every_article_is_not_read(apart: str) -> None:
    assert lines_of(f"<p>One.{apart.format('Home')}<p>Two.") == ["One.", "Two."]
    assert lines_of(f"<p>One.<div>{apart.format('Home')} and more</div>") == ["One.", "and more"]


def test_a_reader_may_ask_for_every_line() -> None:
    tree = parse_html("<body><nav>Home</nav><p>One.</p></body>")
    assert tree is not None
    outline = read_outline(tree, url=URL, is_apart=nothing_apart)
    assert [line.text for line in outline.lines] == ["Home", "One."]


@pytest.mark.parametrize("held", ["<h1>A headline</h1>", "<main>The text.</main>"])
def test_navigation_that_was_never_closed_is_read(held: str) -> None:
    assert lines_of(f"<nav>Home<div>{held}</div>")[0] == "Home"


@pytest.mark.parametrize("around", ["blockquote", "figure"])
def test_the_footer_of_a_quotation_says_whom_it_quotes(around: str) -> None:
    quoted = f"<{around}><p>One.</p><footer>A. Harbour</footer></{around}>"
    assert lines_of(quoted) == ["One.", "A. Harbour"]


def test_a_page_that_is_called_a_dialogue_as_a_whole_is_read() -> None:
    tree = parse_html("<body role='dialog'><p>One.</p></body>")
    assert tree is not None
    assert [line.text for line in read_outline(tree, url=URL).lines] == ["One."]
