"""Tables in docs/ agree with the code they describe."""

import re
import tomllib
from pathlib import Path

import pytest

from db.outcomes import Outcome, outcome_class

ROOT = Path(__file__).parents[2]


def table(document: str) -> dict[str, list[str]]:
    """First cell to the other cells, of every table row whose first cell is a name."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {row[0].strip("`"): [cell.strip() for cell in row[1:]] for row in rows}


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_is_documented_with_its_class(outcome: Outcome) -> None:
    assert table("outcomes.md")[outcome][0] == outcome_class(outcome)


def test_no_outcome_is_documented_that_does_not_exist() -> None:
    assert set(table("outcomes.md")) - {"outcome", "---"} == set(Outcome)


def test_each_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w-]+", line)[0] for line in project["dependencies"]}  # type: ignore[index]  # each line begins with a name
    assert names == set(table("dependencies.md")) - {"package", "---"}
