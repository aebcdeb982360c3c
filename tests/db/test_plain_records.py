"""What the archive answers with becomes rows that any program reads."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import Archive, to_records
from db.outcomes import Outcome, OutcomeClass
from db.reports import ReportLine, Standing
from db.search import Hit
from db.session import Database
from db.stored_articles import StoredArticle
from tests.db.small_archive import ARTICLES, START, add_history, add_small_archive

PLAIN = (str, int, float, bool, datetime, type(None))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("records") / "winnow.db"
    shutil.copyfile(sqlite_template, path)
    with Database(str(path)) as database, database.write() as session:
        add_small_archive(session)
        add_history(session)
    with Archive(path) as archive:
        yield archive


def is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_plain(it) for name, it in value.items())
    return type(value) in PLAIN


def test_every_answer_is_plain_with_its_fields_in_order(archive: Archive) -> None:
    articles, hits = to_records(archive.iter()), to_records(archive.search("storm"))
    assert len(articles) == len(ARTICLES)
    assert list(articles[0]) == [it.name for it in fields(StoredArticle)]
    assert list(hits[0]) == [it.name for it in fields(Hit)]
    asked = archive.query("SELECT id, site, id, x'ff' AS hash FROM articles ORDER BY id")
    site = articles[0]["site"]
    assert to_records(asked)[0] == {"id": 1, "site": site, "id:2": 1, "hash": "ff"}
    assert is_plain(to_records(archive.facets().languages))
    others = (archive.stories(), archive.members(7), archive.revisions(2), archive.runs())
    for records in (articles, hits, *map(to_records, others)):
        assert is_plain(records)
        json.dumps(records, default=datetime.isoformat)


def test_times_stay_aware_and_texts_whole(archive: Archive) -> None:
    [hit] = to_records(archive.search("title:calm"))
    article = archive.get("2")
    assert (hit["title"], hit["published_at"]) == ("Calm sea", article.published_at)
    [record] = to_records([article])
    assert record["authors"] == ["Bob Lee", "Ann Marie Kay"]
    assert record["content_hash"] == article.content_hash.hex()
    assert record["blocks"] == [
        {"kind": "paragraph", "text": article.text, "level": 0, "links": []}
    ]
    assert record["fetched_at"].tzinfo is UTC  # type: ignore[attr-defined] # a datetime
    assert to_records([]) == []


def test_names_of_outcomes_are_words() -> None:
    line = ReportLine(
        url="https://a.example/", standing=Standing.ENDED, outcome=Outcome.SAVED, detail=None,
        outcome_class=OutcomeClass.KEPT, status=200, attempts=1, ended_at=START, due_at=None,
        article_id=1,
    )  # fmt: skip
    [record] = to_records([line])
    assert is_plain(record)
    assert record["outcome"] == "saved"
