import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import ConfigError
from crawler.link_patterns import compile_patterns


@pytest.mark.parametrize(
    ("include", "exclude", "url", "wanted"),
    [
        ((), (), "https://example.org/a", True),
        (("/politics/",), (), "https://example.org/politics/a", True),
        (("/politics/",), (), "https://example.org/sport/a", False),
        (("/politics/", "/world/"), (), "https://example.org/world/a", True),
        ((), (r"\.pdf$",), "https://example.org/a.PDF", False),
        (("/world/",), ("/live/",), "https://example.org/world/live/1", False),
        ((r"/\d{4}/\d{2}/[^/]+$",), (), "https://example.org/2026/01/a-b", True),
    ],
)
def test_a_link_is_wanted_when_included_and_not_excluded(
    include: tuple[str, ...], exclude: tuple[str, ...], url: str, wanted: bool
) -> None:
    assert compile_patterns(include, exclude).wants(url) is wanted


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "not a regular expression"),
        ("", "1 to 500 characters"),
        ("a" * 501, "1 to 500 characters"),
        (r"^(([a-z])+.)+[0-9]([a-z])+$", "too long"),
        (r"(.*a){12}$", "too long"),
        (r".*.*.*.*.*x$", "too long"),
    ],
)
def test_a_bad_pattern_is_refused_by_name(pattern: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        compile_patterns((pattern,), ())


def test_a_pattern_that_passes_the_probes_but_not_the_page_ends_in_time() -> None:
    patterns = compile_patterns((r"^([xy]+)*z",), ())
    started = time.perf_counter()
    assert patterns.wants("xy" * 5_000) is False
    assert time.perf_counter() - started < 1.0


@settings(max_examples=60, deadline=2_000)
@given(pattern=st.text(alphabet=r"ab/.*+?()[]{}|\d-^$1", min_size=1, max_size=20), url=st.text())
def test_any_pattern_is_either_refused_or_answers(pattern: str, url: str) -> None:
    try:
        patterns = compile_patterns((pattern,), ())
    except ConfigError:
        return
    assert patterns.wants(url) in {True, False}
