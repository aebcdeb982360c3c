from hypothesis import given
from hypothesis import strategies as st

from crawler.url_lists import read_url_list


def test_blank_lines_and_comments_are_ignored_and_bad_lines_numbered() -> None:
    lines = [
        "\ufeff# my list",
        "",
        "  https://example.org/a  ",
        "example.org/b",
        "https://example.org/a",
        "ftp://example.org/c",
        "http://",
        "HTTPS://example.org/d",
    ]
    listed = read_url_list(lines)
    assert listed.urls == ("https://example.org/a", "HTTPS://example.org/d")
    assert [bad.number for bad in listed.bad_lines] == [4, 6, 7]
    assert listed.bad_lines[0].text == "example.org/b"


@given(st.lists(st.text(max_size=40)))
def test_every_line_is_a_url_a_comment_or_named_as_bad(lines: list[str]) -> None:
    listed = read_url_list(lines)
    assert all(url.lower().startswith(("http://", "https://")) for url in listed.urls)
    assert len(listed.urls) + len(listed.bad_lines) <= len(lines)
