"""Exports and folders of saved pages read back: whole articles, and sentences for what is not."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ConfigError
from crawler.importing.articles import ArticleLines
from crawler.importing.opening import ArchiveFormat, open_archived
from crawler.importing.records import ArchivedPage, BrokenRecord
from crawler.importing.saved_pages import SavedPages
from pipelines.records import BlockKind, CleanArticle, Rejection

if TYPE_CHECKING:
    from pathlib import Path

ROW = {
    "schema": 1,
    "url": "https://a.example/story",
    "fetched_at": "2026-03-01T10:00:00.25Z",
    "title": "A title",
    "authors": ["Ann Lee"],
    "published_at": "2026-02-28T23:30:00Z",
    "published_offset_minutes": 60,
    "text": "One.\n- two\n- three\nFour.",
}


def lines(tmp_path: Path, *rows: object) -> list[ArchivedPage | BrokenRecord]:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(it if isinstance(it, str) else json.dumps(it) for it in rows))
    return list(ArticleLines(path))


def test_a_row_is_an_article_with_its_text_and_metadata(tmp_path: Path) -> None:
    (page,) = lines(tmp_path, ROW)
    assert isinstance(page, ArchivedPage)
    article = page.result
    assert isinstance(article, CleanArticle)
    assert article.text == ROW["text"]
    assert [block.kind for block in article.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.LIST,
        BlockKind.PARAGRAPH,
    ]
    assert (article.metadata.title, article.metadata.authors) == ("A title", ("Ann Lee",))
    assert article.metadata.published_offset_minutes == 60
    assert page.fetched_at.isoformat() == "2026-03-01T10:00:00.250000+00:00"


def test_blocks_of_a_row_are_believed_if_they_are_its_text(tmp_path: Path) -> None:
    heading = {"kind": "heading", "text": "One.", "level": 2, "links": []}
    rows = lines(
        tmp_path,
        ROW | {"text": "One.", "blocks": [heading]},
        ROW | {"text": "Other.", "blocks": [heading]},
    )
    kinds = [
        it.result.blocks[0].kind
        for it in rows
        if isinstance(getattr(it, "result", 0), CleanArticle)
    ]  # type: ignore[union-attr]
    assert kinds == [BlockKind.HEADING, BlockKind.PARAGRAPH]


def test_a_reserved_article_comes_back_without_text(tmp_path: Path) -> None:
    (page,) = lines(tmp_path, ROW | {"text": "", "tdm_reserved": True})
    assert isinstance(page, ArchivedPage)
    assert isinstance(page.result, Rejection)
    assert page.result.metadata is not None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{not json", "it is no JSON: Expecting property name"),
        ("[1, 2]", "no JSON object"),
        ("[" * 50_000, "recursion"),
        (ROW | {"schema": 9}, "its schema is 9, this Winnow reads 1"),
        (ROW | {"url": "mailto:x"}, "its url is 'mailto:x'"),
        (ROW | {"url": None}, "it has no url"),
        (ROW | {"fetched_at": None}, "no fetched_at"),
        (ROW | {"published_at": "2026-01-01"}, "its published_at is '2026-01-01', not a time"),
        (ROW | {"title": 7}, "its title is '7', not a text"),
        (ROW | {"authors": "Ann"}, "its authors is 'Ann', not a list"),
        (ROW | {"published_offset_minutes": 10**9}, "not minutes"),
        (ROW | {"blocks": [{"kind": "poem", "text": ""}]}, "poem"),
        (ROW | {"blocks": [7]}, "no block"),
        (ROW | {"text": ""}, "no text"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: object, reason: str) -> None:
    broken, whole = lines(tmp_path, row, ROW)
    assert isinstance(broken, BrokenRecord)
    assert broken.place == "a.jsonl, line 1"
    assert reason in broken.reason
    assert isinstance(whole, ArchivedPage)


@pytest.mark.parametrize(
    ("name", "head", "address"),
    [
        ("a.html", "<!-- saved from url=(0026)https://a.example/saved-as -->", "https://a.example/saved-as"),
        ("a.html", "<!--\n Page saved with SingleFile \n url: https://a.example/single \n-->", "https://a.example/single"),
        ("a.html", '<link href="https://a.example/?a=1&amp;b=2" rel=canonical>', "https://a.example/?a=1&b=2"),
        ("a.htm", "<meta property='og:url' content='https://a.example/og'>", "https://a.example/og"),
        ("www.a.example/2026/story.html", "", "https://www.a.example/2026/story.html"),
        ("pages/a.html", "<link rel=canonical href=/relative>", None),
        ("a.html", "", None),
    ],
)  # fmt: skip
def test_a_saved_page_says_where_it_came_from(
    tmp_path: Path, name: str, head: str, address: str | None
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"<html><head>{head}</head><body>text</body></html>")
    (tmp_path / "style.css").write_text("p {}")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (page,) = SavedPages(tmp_path)
    if address is None:
        assert isinstance(page, BrokenRecord)
        assert "--base-url" in page.reason
        (page,) = SavedPages(tmp_path, base_url="https://b.example/x")
        assert isinstance(page, ArchivedPage)
        assert page.url == f"https://b.example/x/{name}"
    else:
        assert isinstance(page, ArchivedPage)
        assert (page.url, page.fetched_at.timestamp()) == (address, 1_700_000_000)


def test_what_a_path_is_its_name_says_or_the_user(tmp_path: Path) -> None:
    for name in ("a.warc.gz", "a.WARC", "a.jsonl", "a.bin"):
        (tmp_path / name).write_bytes(b"")
    opened = [type(open_archived(tmp_path / name)).__name__ for name in ("a.warc.gz", "a.WARC")]
    assert opened == ["WarcFile", "WarcFile"]
    assert isinstance(open_archived(tmp_path / "a.jsonl"), ArticleLines)
    assert isinstance(open_archived(tmp_path), SavedPages)
    given = open_archived(tmp_path / "a.bin", given=ArchiveFormat.JSONL)
    assert isinstance(given, ArticleLines)


@pytest.mark.parametrize(
    ("name", "given", "base_url", "words"),
    [
        ("missing.warc", None, None, "no such file or folder"),
        ("a.bin", None, None, "cannot tell what"),
        ("a.bin", ArchiveFormat.HTML, None, "is one page: give the folder"),
        ("a.html", None, None, "is one page: give the folder"),
        (".", ArchiveFormat.WARC, None, "is a folder, not warc"),
        (".", None, "b.example", "--base-url cannot be 'b.example'"),
        ("a.bin", ArchiveFormat.WARC, "https://b.example", "is of a folder of saved pages"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    tmp_path: Path, name: str, given: ArchiveFormat | None, base_url: str | None, words: str
) -> None:
    for each in ("a.bin", "a.html"):
        (tmp_path / each).write_bytes(b"")
    with pytest.raises(ConfigError, match=words):
        open_archived(tmp_path / name, given=given, base_url=base_url)
