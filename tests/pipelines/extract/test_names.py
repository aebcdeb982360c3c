import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.names import MAX_NAME_CHARACTERS, MAX_NAMES, names_in


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Nwosu", ["Ada Nwosu"]),
        ("By Ada Nwosu", ["Ada Nwosu"]),
        ("Von Jo Weiß und Kim Osei", ["Jo Weiß", "Kim Osei"]),
        ("Par Ada Nwosu et Kim Osei", ["Ada Nwosu", "Kim Osei"]),
        ("Por Ana Ruiz y Eva Sol", ["Ana Ruiz", "Eva Sol"]),
        ("Ada Nwosu, Kim Osei and Jo Weiß", ["Ada Nwosu", "Kim Osei", "Jo Weiß"]),
        ("Ada Nwosu / Kim Osei", ["Ada Nwosu", "Kim Osei"]),
        ("Ada Nwosu, MD, PhD", ["Ada Nwosu"]),
        ("Ada Nwosu, Senior Editor", ["Ada Nwosu"]),
        ("Ada Nwosu (ano)", ["Ada Nwosu"]),
        ("Nwosu, Ada", ["Ada Nwosu"]),
        ("dpa, AFP", ["dpa", "AFP"]),
        ("By Ada Nwosu March 5, 2024", ["Ada Nwosu"]),
        ("By Ada Nwosu | Updated 14:07", ["Ada Nwosu"]),
        ("Mac & i", ["Mac & i"]),
        ("Pedro van der Berg", ["Pedro van der Berg"]),
        ("https://social.example/ada", []),
        ("ada@gazette.example", []),
        ("admin", []),
        ("null", []),
        ("42", []),
        ("", []),
    ],
)
def test_a_byline_names_people(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_a_byline_of_seventeen_kilobytes_of_brackets_names_nobody() -> None:
    assert names_in("(" * 17_000) == []


def test_a_name_cut_off_by_the_limit_is_left_out() -> None:
    assert set(names_in("Ada Nwosu, " * 2_000)) == {"Ada Nwosu"}


@given(st.text(max_size=2_000))
def test_any_text_gives_short_names_without_controls(text: str) -> None:
    names = names_in(text)
    assert len(names) <= MAX_NAMES
    assert all(1 < len(name) <= MAX_NAME_CHARACTERS and "\x00" not in name for name in names)
