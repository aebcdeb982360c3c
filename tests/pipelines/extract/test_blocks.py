"""What is told of many lines at once holds of each of them."""

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.extract.blocks import clean_line, is_clean

LINES = st.lists(st.text() | st.text(st.sampled_from("aé e\u0301\u2019\u00ad\u200b\x0b\x85\u202e")))


@given(LINES)
@example(["e", "\u0301"])
@example(["plain", "not\u2011so \u2013 plain"])
def test_of_lines_that_are_clean_together_each_is_but_for_its_spaces(lines: list[str]) -> None:
    if is_clean("".join(lines)):
        assert [clean_line(line) for line in lines] == [" ".join(line.split()) for line in lines]
