from hypothesis import given
from hypothesis import strategies as st

from pipelines.model.listening import lines_of
from pipelines.model.outline import Outline, read_outline
from pipelines.parse import parse_html
from pipelines.records import Block, BlockKind

URL = "https://harrowby.example/news/ferry-returns"
SENTENCE = "The ferry returned to the harbour of Harrowby this morning"


def outline(page: str) -> Outline:
    tree = parse_html(page)
    assert tree is not None
    return read_outline(tree, url=URL)


def heard(page: str, *texts: str) -> list[str]:
    """The lines of the page that are heard when trafilatura says these texts."""
    lines = outline(page)
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    said = lines_of(blocks, lines)
    return [line.text for line, is_heard in zip(lines.lines, said, strict=True) if is_heard]


def test_the_cells_of_a_row_are_heard() -> None:
    page = (
        f"<p>{SENTENCE}.</p><table><tr><th>Pier</th><th>Sails</th></tr>"
        "<tr><td>North</td><td>at noon</td></tr></table><p>Write to us</p>"
    )
    row = "Pier | Sails\nNorth | at noon"
    assert heard(page, f"{SENTENCE}.", row) == [f"{SENTENCE}.", "Pier", "Sails", "North", "at noon"]


def test_a_line_that_comes_in_pieces_is_heard() -> None:
    page = f"<p>{SENTENCE} with <b>forty</b> passengers.</p><p>Write to us</p>"
    pieces = (f"{SENTENCE} with", "forty", "passengers.")
    assert heard(page, *pieces) == [f"{SENTENCE} with forty passengers."]


def test_a_line_with_a_mark_before_it_is_heard() -> None:
    page = f"<ol><li>{SENTENCE}</li><li>Write to us</li></ol>"
    assert heard(page, f"- {SENTENCE}") == [SENTENCE]


def test_a_line_of_which_little_is_said_is_not_heard() -> None:
    page = f"<p>{SENTENCE} with forty passengers.</p><p>Write to us</p>"
    assert heard(page, "the harbour of Harrowby") == []


def test_a_short_text_is_not_looked_for_far_away() -> None:
    page = f"<p>{SENTENCE}.</p>" + f"<p>{SENTENCE} again.</p>" * 9 + "<p>Write to us</p>"
    assert heard(page, f"{SENTENCE}.", "- Write to us") == [f"{SENTENCE}."]


@given(st.lists(st.text(alphabet="ab |-\u3042 ", max_size=8), max_size=6), st.text(max_size=30))
def test_whatever_is_said_each_line_is_heard_or_not(lines: list[str], said: str) -> None:
    page = outline("".join(f"<p>{line}</p>" for line in lines) + "<p>end</p>")
    verdict = lines_of((Block(kind=BlockKind.PARAGRAPH, text=said),), page)
    assert len(verdict) == len(page.lines)
    assert set(verdict.tolist()) <= {0.0, 1.0}


@given(st.lists(st.text(alphabet="abcd", min_size=13, max_size=20), min_size=1, max_size=6))
def test_all_lines_of_a_text_that_is_one_row_are_heard(lines: list[str]) -> None:
    page = outline("".join(f"<p>{line}</p>" for line in lines))
    row = Block(kind=BlockKind.TABLE, text=" | ".join(lines))
    assert lines_of((row,), page).tolist() == [1.0] * len(lines)
