"""What the text of a line says: counted for a whole page at once, as if line by line."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.model.line_texts import of_text
from pipelines.model.outline import Line
from pipelines.model.vocabulary import name_parts

DIGITS, CAPITALS = 10, 11
LINES = st.lists(
    st.text(alphabet=st.characters(exclude_categories=["Z", "Cc"]), min_size=1), min_size=1
)


def line(text: str) -> Line:
    return Line(box=0, text=text, characters=len(text))


@given(LINES)
def test_digits_and_capitals_of_a_line_do_not_depend_on_the_lines_beside_it(
    texts: list[str],
) -> None:
    together = of_text([line(text) for text in texts])

    for row, text in zip(together.T, texts, strict=True):
        start = text[:300]
        assert row[DIGITS] == len(re.findall(r"\d", start)) / len(start)
        assert row[CAPITALS] == len(re.findall(r"\b[^\W\d_a-zß-öø-ÿ]", start))


def test_letters_beyond_the_basic_plane_are_counted() -> None:
    row = of_text([line("\U0001d400\U0001d7d8 x")])[:, 0]

    assert row[DIGITS] == 1 / 4
    assert row[CAPITALS] == 1 / 2


def test_class_names_fall_apart_where_words_meet() -> None:
    assert name_parts("article-bodyText NAVBar c-2 xY nav") == (
        "article", "body", "text", "navbar", "nav",
    )  # fmt: skip
