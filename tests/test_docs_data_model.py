"""docs/data-model.md names every table and column, and its queries run."""

import re
from pathlib import Path

import pytest

from db.export import EXPORT_COLUMNS
from db.models import Base
from db.readonly import run_query
from db.session import Database
from tests.db.small_archive import add_small_archive

TEXT = (Path(__file__).parents[1] / "docs" / "data-model.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.+?)```", TEXT, re.DOTALL)


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


def test_every_query_runs_on_both_databases(database: Database) -> None:
    with database.write() as session:
        add_small_archive(session)
    for query in QUERIES:
        assert run_query(database, query).columns
    assert run_query(database, QUERIES[0]).rows[0][0] == "coast.example"


@pytest.mark.parametrize("table", Base.metadata.tables.values(), ids=lambda table: table.name)
def test_every_column_is_described(table: object) -> None:
    name, columns = table.name, table.columns.keys()  # type: ignore[attr-defined] # a Table
    assert re.search(rf"\b{name}\b", TEXT)
    missing = [column for column in columns if not re.search(rf"\b{column}\b", TEXT)]
    assert missing == []


def test_the_exported_columns_are_listed_in_order() -> None:
    section = TEXT.split("## Exported columns")[1].split("## ")[0]
    listed = next(line for line in section.splitlines() if line.startswith("`schema` `id`"))
    assert tuple(re.findall(r"`(\w+)`", listed)) == EXPORT_COLUMNS
