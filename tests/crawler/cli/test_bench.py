"""`winnow bench`: a user's own labelled pages, scored; a stored article becomes one."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from db.session import Database
from tests.small_site import PROMPT, crawl_blindly, fetched_story, paragraphs, story_html, story_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

STORIES = 4


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Four pages of one site, two beside their texts and two in a list."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    for n in (0, 1):
        (folder / f"story-{n}.html.gz").write_bytes(gzip.compress(story_html(n).encode()))
        (folder / f"story-{n}.txt").write_text("\n".join(paragraphs(n)), encoding="utf-8")
        (folder / f"story-{n}.url").write_text(story_url(n), encoding="utf-8")
    lines = []
    for n in (2, 3):
        (folder / f"{n}.html").write_text(story_html(n), encoding="utf-8")
        text = "\n".join(paragraphs(n))
        lines.append(json.dumps({"html": f"{n}.html", "url": story_url(n), "text": text}))
    (folder / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_every_page_is_scored_worst_first_and_the_mean_stands_last(
    winnow: RunWinnow, labelled: Path
) -> None:
    text = labelled / "story-1.txt"
    text.write_text(text.read_text() + "\n" + "lost " * 60, encoding="utf-8")
    *rows, mean = winnow("bench", str(labelled)).rows
    assert rows[0]["page"] == "story-1"
    assert {row["recall"] for row in rows[1:]} == {100.0}
    assert all(float(str(row["precision"])) < 100 for row in rows)
    assert mean["pages"] == STORIES
    assert mean["f1"] == pytest.approx(sum(float(str(it["f1"])) for it in rows) / STORIES, abs=0.01)


def test_with_learn_the_pages_of_a_site_teach_each_other(winnow: RunWinnow, labelled: Path) -> None:
    *_, mean = winnow("bench", str(labelled), "--learn", "--workers", "2").rows
    assert (mean["precision"], mean["recall"], mean["f1"]) == (100.0, 100.0, 100.0)


def test_a_mean_below_the_floor_ends_with_1(winnow: RunWinnow, labelled: Path) -> None:
    assert winnow("bench", str(labelled), "--min-f1", "50").exit_code == 0
    ended = winnow("bench", str(labelled), "--min-f1", "99.9")
    assert ended.exit_code == 1
    assert "below 99.9" in ended.stderr


def test_a_page_without_a_text_scores_nothing_and_says_why(
    winnow: RunWinnow, labelled: Path
) -> None:
    (labelled / "2.html").write_bytes(b"%PDF-1.7 not a page")
    worst = winnow("bench", str(labelled)).rows[0]
    assert (worst["page"], worst["f1"]) == ("2.html", 0.0)
    assert "not_html" in str(worst["reason"])


def test_a_stored_article_becomes_a_case(ready: RunWinnow, tmp_path: Path) -> None:
    with Database(str(tmp_path / "winnow.db")) as database:
        crawl_blindly(database, map(fetched_story, range(2)))
    assert ready("bench", "cases", "--add", "1", "--add", story_url(1)).exit_code == 0
    cases = tmp_path / "cases"
    assert gzip.decompress((cases / "article-1.html.gz").read_bytes()) == story_html(0).encode()
    text = (cases / "article-1.txt").read_text(encoding="utf-8")
    assert PROMPT in text
    *_, mean = ready("bench", "cases").rows
    assert (mean["pages"], mean["f1"]) == (2, 100.0)
    (cases / "article-1.txt").write_text(text.replace(PROMPT, ""), encoding="utf-8")
    assert float(str(ready("bench", "cases").rows[0]["f1"])) < 100
    again = ready("bench", "cases", "--add", "1")
    assert again.exit_code == 2
    assert "remove it to label it anew" in again.stderr


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "put NAME.html and NAME.txt there"),
        ({"a.txt": "x"}, "labels no page: there is no a.html"),
        ({"pages.jsonl": "{"}, "pages.jsonl, line 1: not JSON"),
        ({"pages.jsonl": '{"html": "a.html"}'}, "a line is"),
        ({"pages.jsonl": '{"html": "a.html", "url": "u", "text": ""}'}, "no page"),
        ({"a.html": "x", "a.txt": "x", "a.url": "ftp://x"}, "'ftp://x' is not a URL"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_way_out(
    winnow: RunWinnow, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    ended = winnow("bench", "cases")
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_folder_that_is_not_there_is_named(winnow: RunWinnow) -> None:
    assert "no folder nowhere" in winnow("bench", "nowhere").stderr
