"""Run the real command line, in this process where that shows the same."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pytest

from crawler.cli.main import run_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow


@pytest.fixture
def winnow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> RunWinnow:
    """Call the command line in an empty folder, without WINNOW_* variables."""
    from tests.crawler.cli.winnow import Ended

    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("WINNOW_"):
            monkeypatch.delenv(name)

    root = logging.getLogger()
    before = (root.level, list(root.handlers))

    def run(*arguments: str) -> Ended:
        capfd.readouterr()
        try:
            exit_code = run_command(arguments)
        finally:  # a process of its own would end here, its log handlers with it
            root.setLevel(before[0])
            root.handlers[:] = before[1]
        stdout, stderr = capfd.readouterr()
        return Ended(exit_code=exit_code, stdout=stdout, stderr=stderr)

    return run


@pytest.fixture
def ready(winnow: RunWinnow, sqlite_template: Path, tmp_path: Path) -> RunWinnow:
    """The same, with an empty winnow.db in the folder."""
    (tmp_path / "winnow.db").write_bytes(sqlite_template.read_bytes())
    return winnow
