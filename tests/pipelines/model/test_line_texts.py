"""What the text of a line says: counted for a whole page at once, as if line by line."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.letters import spaced_words
from pipelines.model.line_texts import of_text
from pipelines.model.outline import LOOKED_AT, Line
from pipelines.model.vocabulary import letters_of, name_parts, start_of

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


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_class_names_without_capitals_fall_apart_as_others_do(marks: str) -> None:
    parts = re.findall(r"[A-Z]+[a-z]+|[A-Z]{2,}|[a-z]{2,}", marks)

    assert name_parts(marks) == tuple(dict.fromkeys(map(str.lower, parts)))
    assert name_parts(marks.lower()) == tuple(dict.fromkeys(re.findall("[a-z]{2,}", marks.lower())))


@given(st.text(alphabet="aB1_\u00c9\u0130\u2019\u6f22, ", max_size=250))
def test_letters_of_a_line_are_the_words_of_letters_it_begins_with(text: str) -> None:
    long = Line(box=0, text=text, words=spaced_words(text[:LOOKED_AT]))
    letters = letters_of(long)

    assert letters == re.findall(r"[^\W\d_]+", text[:200].casefold())
    assert start_of(long, letters) == " ".join(re.findall(r"[^\W\d_]+", text[:60].casefold())[:2])
