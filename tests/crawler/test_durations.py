import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.durations import MAX_SECONDS, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("7d", 604_800),
        ("1w", 604_800),
        (" 5 M ", 300),
        ("0", 0),
        ("0.5", 0.5),
        ("1.5h", 5400),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "m", "-5", "5x", "5 minutes", "1e3", "nan", "inf", "1h30m", "٣m", "40000d", "1_0"]
)
def test_anything_else_is_refused_with_the_allowed_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"30m|36500d"):
        parse_duration(text)


@given(st.integers(0, MAX_SECONDS) | st.integers(0, 10**7).map(lambda number: number / 1000))
def test_what_is_written_reads_back_the_same(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.text(max_size=30))
def test_any_text_is_a_length_of_time_or_refused(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert 0 <= seconds <= MAX_SECONDS
