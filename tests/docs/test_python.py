"""docs/python.md is a walk through an archive: its code runs and prints what it says."""

from __future__ import annotations

import io
import re
import shutil
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from db.session import Database
from tests.newspapers.archive import add_newspapers

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, flags=re.DOTALL)


def test_every_block_of_code_says_what_it_prints_or_that_it_is_not_run() -> None:
    assert len(STEPS) == PAGE.count("```python\n") > 0
    assert PAGE.count("```python not run\n") == 1


def test_each_block_goes_on_where_the_last_one_ended(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(sqlite_template, "winnow.db")
    with Database("winnow.db") as database, database.write() as session:
        add_newspapers(session)
    names: dict[str, object] = {}
    for code, expected in STEPS:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(code, "docs/python.md", "exec"), names)
        assert printed.getvalue() == expected, code
