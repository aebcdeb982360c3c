"""Whole-site mode: the pages of one site in a batch teach each other."""

from __future__ import annotations

import io
import json
import random
from typing import TYPE_CHECKING

from pipelines.jsonl import clean_lines, learn_lines
from tests.small_site import PROMPT, paragraphs, story_html, story_url

if TYPE_CHECKING:
    from pathlib import Path

STORIES = 5


def batch(folder: Path, host: str = "https://www.harbour.example", start: int = 0) -> list[str]:
    lines = []
    for n in range(start, start + STORIES):
        path = folder / f"{n}.html"
        path.write_text(story_html(n), encoding="utf-8")
        lines.append(json.dumps({"id": str(n), "url": story_url(n, host), "html": str(path)}))
    return lines


def cleaned(lines: list[str]) -> dict[str, str]:
    output = io.StringIO()
    clean_lines(lines, output, io.StringIO(), profiles=learn_lines(lines))
    return {row["id"]: row["text"] for row in map(json.loads, output.getvalue().splitlines())}


def test_no_prompt_is_left_and_no_paragraph_lost_on_any_page(tmp_path: Path) -> None:
    lines = batch(tmp_path)
    expected = {str(n): "\n".join(paragraphs(n)) for n in range(STORIES)}
    assert cleaned(lines) == expected
    assert cleaned(random.Random(3).sample(lines, STORIES)) == expected


def test_two_pages_and_copies_of_them_teach_nothing(tmp_path: Path) -> None:
    lines = batch(tmp_path)[:2]
    rows = [json.loads(line) for line in lines]
    copies = [row | {"id": f"{n}-amp", "url": row["url"] + "/amp"} for n, row in enumerate(rows)]
    texts = cleaned([*lines, *map(json.dumps, copies)])
    assert all(PROMPT in text for text in texts.values())


def test_prose_of_two_domains_is_not_a_sites(tmp_path: Path) -> None:
    other = batch(tmp_path, "https://coast.example", start=50)
    texts = cleaned([*batch(tmp_path), *other])
    assert all(PROMPT in text for text in texts.values())


def test_a_bad_line_is_told_once_and_teaches_nothing(tmp_path: Path) -> None:
    errors, output = io.StringIO(), io.StringIO()
    lines = ["{}", *batch(tmp_path)]
    counts = clean_lines(lines, output, errors, profiles=learn_lines(lines))
    assert (counts.cleaned, counts.failed) == (STORIES, 1)
    assert PROMPT not in output.getvalue()
