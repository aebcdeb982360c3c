"""What is told of letters and words by table is what a search in the text finds."""

import re
import sys

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.letters import count_spaced_words, spaced_words, text_key

TEXTS = st.text() | st.text(
    st.sampled_from("aZ09_ .,-\u2019\u201c\u00e9\u00df\u0130\u00a0\u4e2d\x1f")
)


@given(TEXTS)
@example("Don\u2019t \u201cquote\u201d me_2 \u2013 not for \u20ac5")
def test_letters_and_words_are_those_that_a_search_finds(text: str) -> None:
    assert text_key(text) == re.sub(r"[\W_]+", "", text.casefold())
    assert spaced_words(text) == re.findall(r"\w+", text.casefold())
    assert count_spaced_words(text) == len(re.findall(r"\w+", text))


def test_every_character_of_the_tables_is_what_it_is_elsewhere() -> None:
    for code in (*range(0x3000), 0xFF01, sys.maxunicode):
        text = f"a{chr(code)}b"
        assert text_key(text) == re.sub(r"[\W_]+", "", text.casefold()), hex(code)
        assert spaced_words(text) == re.findall(r"\w+", text.casefold()), hex(code)
