"""What an export's memory is judged by."""

from benchmarks.exports.__main__ import grown_kinds


def test_memory_that_grows_with_the_archive_is_told() -> None:
    peaks = {"flat": [118.0, 156.0, 140.0], "grows": [118.0, 150.0], "too large": []}
    assert grown_kinds(peaks) == ["grows"]
