"""What a terminal shows: aligned columns, whole URLs, records where columns do not fit."""

from datetime import UTC, datetime

from crawler.cli.tables import cell, record_lines, table_lines, whole_lines

URL = "https://www.example.org/" + "a" * 120


def test_columns_are_aligned_and_the_last_one_is_whole() -> None:
    rows = [{"outcome": "saved", "url": URL}, {"outcome": "not_article", "url": "http://b.org/"}]
    assert list(table_lines(rows)) == [
        "outcome      url",
        f"saved        {URL}",
        "not_article  http://b.org/",
    ]


def test_a_column_that_is_empty_in_every_row_is_left_out() -> None:
    rows = [{"run": 1, "source": None, "counts": {}}, {"run": 2, "source": None, "counts": {}}]
    assert list(table_lines(rows)) == ["run", "1", "2"]


def test_a_long_cell_before_the_last_column_is_clipped() -> None:
    [_, line] = table_lines([{"detail": "x" * 99, "url": "http://b.org/"}])
    assert line == "x" * 43 + "…  http://b.org/"


def test_wide_characters_take_two_columns() -> None:
    assert list(table_lines([{"name": "新聞", "n": 1}, {"name": "news", "n": 2}])) == [
        "name  n",
        "新聞  1",
        "news  2",
    ]


def test_what_a_person_asked_for_is_never_clipped() -> None:
    row = {"url": URL, "title": "A bridge"}
    assert list(whole_lines([row], width=80)) == [f"url    {URL}", "title  A bridge"]
    assert list(whole_lines([row], width=300)) == [f"url{' ' * 143}title", f"{URL}  A bridge"]


def test_rows_and_long_texts_of_a_record_stand_below_their_name() -> None:
    record = {"key": "example", "seeds": [{"kind": "feed", "url": URL}], "text": "One.\nTwo."}
    assert list(record_lines(record)) == [
        "key    example",
        "seeds",
        "  kind  url",
        f"  feed  {URL}",
        "text",
        "  One.",
        "  Two.",
    ]


def test_a_terminal_gets_no_control_character_of_a_page() -> None:
    assert cell("a\x1b[31mb\nc") == "a [31mb c"
    assert cell(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))[:10] in {"2026-01-01", "2026-01-02"}
