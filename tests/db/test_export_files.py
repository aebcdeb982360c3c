"""The same articles as files of every kind, read back by what others read them with."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser
import pyarrow.parquet
import pytest
from sqlalchemy import update

from db import Archive
from db.errors import DatabaseUnavailable, QueryRefused
from db.export import EXPORT_COLUMNS, export_values
from db.export_formats import ExportFormat
from db.models import Article, MemberReason, Story, StoryMember
from db.search import Spread
from db.session import Database
from db.whole_files import ABANDONED_SECONDS
from tests.db.small_archive import ARTICLES, START, add_small_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("exports") / "winnow.db"
    shutil.copyfile(sqlite_template, path)
    with Database(str(path)) as database:
        with database.write() as session:
            add_small_archive(session)
        with Archive(database, render=lambda article: f"# {article.title}\n") as archive:
            yield archive


def parts(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.name.endswith(".part")]


def test_parquet_has_the_columns_with_their_types(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "all.parquet"
    assert archive.export(path) == len(ARTICLES)
    table = pyarrow.parquet.read_table(path)
    assert tuple(table.column_names) == EXPORT_COLUMNS
    assert table.to_pylist() == [export_values(article) for article in archive.iter()]
    assert {
        name: str(table.schema.field(name).type) for name in ("id", "authors", "fetched_at")
    } == {
        "id": "int64",
        "authors": "list<element: string>",
        "fetched_at": "timestamp[us, tz=UTC]",
    }
    assert table.schema.metadata[b"winnow.schema"] == b"1"
    assert pyarrow.parquet.read_metadata(path).row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_columns_can_be_chosen(archive: Archive, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    archive.export(path, "storm", fields=("title", "id"))
    if name == "a.parquet":
        assert pyarrow.parquet.read_table(path).to_pylist()[1] == {"title": "Calm sea", "id": 2}
    else:
        line = path.read_text("utf-8").splitlines()[-1]
        assert line == {"a.csv": "Calm sea,2", "a.jsonl": '{"title": "Calm sea", "id": 2}'}[name]


def test_blocks_come_when_asked_for(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path / "a.parquet", fields=["+blocks"])
    archive.export(tmp_path / "a.jsonl", fields="+blocks")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert tuple(rows[0]) == (*EXPORT_COLUMNS, "blocks")
    assert [row["blocks"] for row in rows] == table.column("blocks").to_pylist()


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("a.csv", "id,titel", "no column 'titel': there are schema, id"),
        ("a.warc", "id", "plain-warc has no columns"),
        ("a.pdf", None, r"ending in \.jsonl"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    archive: Archive, tmp_path: Path, name: str, fields: str | None, words: str
) -> None:
    with pytest.raises(QueryRefused, match=words):
        archive.export(tmp_path / name, fields=fields)
    assert list(tmp_path.iterdir()) == []


def test_feeds_hold_the_newest_first(archive: Archive, tmp_path: Path) -> None:
    atom, json_feed = tmp_path / "a.atom", tmp_path / "feed.json"
    newest = [hit.url for hit in archive.search(limit=100)]
    assert archive.export(atom) == archive.export(json_feed) == len(newest)
    parsed = feedparser.parse(atom.read_bytes())
    items = json.loads(json_feed.read_text("utf-8"))["items"]
    assert (parsed.version, bool(parsed.bozo)) == ("atom10", False)
    assert [entry.link for entry in parsed.entries] == newest
    assert [item["url"] for item in items] == newest
    assert [item["id"] for item in items] == [entry.id for entry in parsed.entries]
    texts = {article.url: article.text for article in archive.iter()}
    assert all(item["content_text"] == texts[item["url"]] for item in items)
    assert all(
        entry.find(f"{ATOM}author/{ATOM}name") is not None
        for entry in ET.parse(atom).iter(f"{ATOM}entry")
    )


def test_an_empty_feed_is_a_feed(archive: Archive, tmp_path: Path) -> None:
    assert archive.export(tmp_path / "a.atom", "nothinglikeit") == 0
    assert (
        feedparser.parse((tmp_path / "a.atom").read_bytes()).feed.title == "Winnow: nothinglikeit"
    )


def test_a_folder_has_one_file_an_article(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    assert archive.export(folder, format=ExportFormat.MARKDOWN) == len(ARTICLES)
    files = {str(it.relative_to(folder)) for it in folder.rglob("*.md")}
    assert len(files) == len(ARTICLES)
    assert {"coast.example/1-storm-warning-for-the-coast.md", "code.example_8080/4-pi.md"} <= files
    text = (folder / "coast.example/2-calm-sea.md").read_text("utf-8")
    _, front, body = text.split("---\n")
    told = dict(line.split(": ", 1) for line in front.splitlines())
    assert json.loads(told["title"]) == "Calm sea"
    assert json.loads(told["authors"]) == ["Bob Lee", "Ann Marie Kay"]
    assert body == "\n# Calm sea\n"


def test_a_file_of_a_folder_follows_its_articles_title(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path, "calm")
    (tmp_path / "coast.example/mine.md").write_text("kept")
    with archive.database.write() as session:
        session.execute(update(Article).where(Article.id == 2).values(title="Very calm sea"))
    archive.export(tmp_path, "calm")
    names = sorted(file.name for file in (tmp_path / "coast.example").iterdir())
    assert [name for name in names if name.startswith(("2-", "mine"))] == [
        "2-very-calm-sea.md",
        "mine.md",
    ]
    with archive.database.write() as session:
        session.execute(update(Article).where(Article.id == 2).values(title="Calm sea"))


def test_streams_are_written_and_left_open(archive: Archive) -> None:
    for kind in ExportFormat:
        stream = io.BytesIO()
        if kind is ExportFormat.MARKDOWN:
            with pytest.raises(QueryRefused, match="a folder of files"):
                archive.write(stream, format=kind)
        else:
            archive.write(stream, format=kind)
            assert not stream.closed


def test_an_export_tells_how_far_it_is(archive: Archive, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Archive(archive.database, on_written=lambda *it: told.append(it)) as watched:
        count = watched.export(tmp_path / "a.jsonl")
        watched.export(tmp_path / "a.csv")
    assert told == [(0, count), (0, count)]


def test_what_a_killed_export_left_goes_with_the_next_one(archive: Archive, tmp_path: Path) -> None:
    left, at_work = tmp_path / ".a.jsonl.left.part", tmp_path / ".a.jsonl.now.part"
    other = tmp_path / ".b.jsonl.left.part"
    for part in (left, at_work, other):
        part.write_text("half")
    long_ago = time.time() - ABANDONED_SECONDS - 1
    os.utime(left, (long_ago, long_ago))
    archive.export(tmp_path / "a.jsonl")
    assert sorted(parts(tmp_path)) == sorted([at_work.name, other.name])
    folder = tmp_path / "folder"
    archive.export(folder, format=ExportFormat.MARKDOWN)
    site = next(folder.iterdir())
    for name in (".9-of-another-title.md.left.part", ".9-now.md.now.part"):
        (site / name).write_text("half")
    os.utime(site / ".9-of-another-title.md.left.part", (long_ago, long_ago))
    archive.export(folder, format=ExportFormat.MARKDOWN)
    assert parts(folder) == [".9-now.md.now.part"]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.warc.gz", "a.atom"])
def test_an_export_that_is_interrupted_leaves_the_old_file_and_no_other(
    archive: Archive, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / name).write_text("before")
    monkeypatch.setattr("db.export_files.iter_articles", interrupted)
    monkeypatch.setattr("db.export_files.iter_pages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        archive.export(tmp_path / name)
    assert (tmp_path / name).read_text() == "before"
    assert parts(tmp_path) == []


def test_a_folder_that_cannot_be_is_one_sentence(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="cannot write"):
        archive.export(tmp_path / "file", format=ExportFormat.MARKDOWN)


def test_an_export_goes_on_where_the_last_one_of_its_name_ended(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "new.jsonl"

    def titles(query: str = "", name: str = "mine") -> list[str]:
        archive.export(path, query, since_last=name)
        lines = path.read_text("utf-8").splitlines()
        return [str(json.loads(line)["title"]) for line in lines]

    with database.write() as session:
        add_small_archive(session)
    with Archive(database) as archive:
        assert titles("calm") == ["Calm sea"]
        assert len(titles()) == len(ARTICLES) - 1
        assert titles() == []
        assert titles("storm", name="other") == ["Storm warning for the coast", "Calm sea"]
        with database.write() as session:
            session.execute(update(Article).where(Article.id == 2).values(content_hash=bytes(16)))
            other = {"title": "Another title", "revision": 2}
            session.execute(update(Article).where(Article.id == 3).values(other))
        with pytest.raises(DatabaseUnavailable):
            archive.export(tmp_path / "no" / "a.csv", since_last="mine")
        assert titles() == ["Calm sea", "Another title"]
        assert titles() == []
        with pytest.raises(QueryRefused, match="leave --since-last out"):
            archive.export(tmp_path / "a.atom", since_last="mine")


def test_of_each_story_one_article_is_given(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with archive.database.write() as session:
        story = Story(members=2, first_seen_at=START, last_seen_at=START)
        session.add(story)
        session.flush()
        for article_id in (1, 2):
            member = StoryMember(
                article_id=article_id, story_id=story.id, reason=MemberReason.EXACT, version=1
            )
            session.add(member)
    assert archive.export(path, spread=Spread.STORIES) == len(ARTICLES) - 1
    assert [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()][:2] == [1, 3]
    assert archive.export(path, "title:calm", spread=Spread.STORIES) == 1
    assert archive.export(tmp_path / "a.atom", "storm", spread=Spread.STORIES) == 1
    with pytest.raises(QueryRefused, match="--distinct looks at all"):
        archive.export(path, spread=Spread.STORIES, since_last="mine")
