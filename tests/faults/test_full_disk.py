"""A full disk stops a crawl with one clear line; with room again nothing is missing."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.crawls import Crawl, contents, contradictions, rows
from tests.faults.press import FEW_STORIES, Press

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

DATABASE_TROUBLE = 4
SMALL_MIB = 2
FULL_PAGES = 150
"""Of 4 KiB: the tables and some articles fit, 99 pages do not."""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A filesystem of 2 MiB mounted at the folder; False where nothing can be mounted here."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_MIB}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_real_full_disk_or_a_limited_file_loses_nothing(
    tmp_path: Path, record_property: pytest.RecordProperty, sqlite_template: Path
) -> None:
    folder = tmp_path / "disk"
    with small_disk(folder) as real, Press(stories=FEW_STORIES) as press:
        kind = f"a filesystem of {SMALL_MIB} MiB" if real else f"max_page_count = {FULL_PAGES}"
        record_property("full disk", kind)
        print("full disk by", kind)  # noqa: T201 - which of the two ways was tested
        database = folder / "winnow.db"
        database.write_bytes(sqlite_template.read_bytes())
        url = f"sqlite:///{database}"

        press.hurry()
        full = Crawl(url, press.urls(), tmp_path, mode="never" if real else f"pages:{FULL_PAGES}")
        ended = full.wait()
        assert ended.exit_code == DATABASE_TROUBLE, ended.said
        assert "disk is full" in ended.said
        assert "Traceback" not in ended.said
        saved = rows(url, "SELECT count(*) FROM articles")[0][0]

        if real:
            bigger = ["mount", "-o", "remount,size=64m", str(folder)]
            subprocess.run(bigger, check=True)
        last = Crawl(url, press.urls(), tmp_path).wait()
        assert last.exit_code == 0, last.said
        calm_url = f"sqlite:///{tmp_path / 'calm.db'}"
        assert Crawl(calm_url, press.urls(), tmp_path).wait().exit_code == 0

        assert contradictions(url) == {}
        assert contents(url) == contents(calm_url)
        assert 0 <= saved < len(contents(url)["articles"])
