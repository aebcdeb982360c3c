from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.page_links import absolute_url

BASE = "https://www.harbour.example/2026/03/story"
URLS = st.from_regex(
    r"(https?:)?(//)?(a\.example)?(:8|@b\.example)?[/.?#;:a%\[\]\\]{0,12}", fullmatch=True
)


@given(URLS)
def test_an_address_is_what_joining_it_gives_or_nothing(url: str) -> None:
    found = absolute_url(url, base_url=BASE)
    assert found is None or found == urljoin(BASE, url)


@pytest.mark.parametrize("tail", ["", "a", "a/../b", "?", "#", "?#", "a?b=c#d", ";?a", "//a", "[a"])
def test_whole_addresses_are_left_as_joining_leaves_them(tail: str) -> None:
    url = f"https://valley.example/{tail}"
    assert absolute_url(url, base_url=BASE) == urljoin(BASE, url)
