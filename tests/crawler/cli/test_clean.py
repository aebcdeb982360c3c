import gzip
import json
from pathlib import Path

import pytest

from tests.crawler.cli.winnow import RunWinnow

PARAGRAPHS = [
    "The harbour council voted on Tuesday to keep the old ferry running for another ten years, "
    "after a debate that lasted until midnight and filled every seat of the hall.",
    "Engineers had said that the hull would need new plates before the winter, and that the money "
    "for them was there if the town gave up its plan for a second bridge.",
    "The ferry carries about four hundred people a day, most of them to the shipyard and back, "
    "and none of them would reach their work in time by the road around the bay.",
]
PAGE = (
    "<html lang=en><head><title>Ferry stays</title>"
    '<meta property="article:published_time" content="2026-02-03T23:00:00-05:00"></head><body>'
    "<article><h1>Ferry stays for ten years</h1>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    + "</article></body></html>"
)
URL = "https://www.example.org/2026/02/03/ferry-stays"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return path


def test_a_saved_page_gives_its_text(winnow: RunWinnow, page: Path) -> None:
    ended = winnow("clean", str(page), "--url", URL)
    assert ended.exit_code == 0
    assert ended.stdout.splitlines()[-3:] == PARAGRAPHS


def test_the_other_formats_carry_the_title(winnow: RunWinnow, page: Path) -> None:
    markdown = winnow("clean", str(page), "--format", "markdown")
    assert markdown.stdout.startswith("# Ferry stays")
    [row] = winnow("clean", str(page), "--url", URL, "--json").rows
    assert row["url"] == URL
    assert row["published"] == "2026-02-03T23:00:00-05:00"
    assert str(row["text"]).endswith(PARAGRAPHS[-1])


def test_explain_lists_kept_blocks_and_evidence(winnow: RunWinnow, page: Path) -> None:
    lines = winnow("clean", str(page), "--url", URL, "--explain").stdout.splitlines()
    assert f"kept  paragraph: {PARAGRAPHS[0]}" in lines
    assert any(line.startswith("field published_at from ") for line in lines)


def test_a_gzipped_page_is_read_too(winnow: RunWinnow, tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(PAGE.encode()))
    assert winnow("clean", str(path)).stdout.splitlines()[-3:] == PARAGRAPHS
    path.write_bytes(b"\x1f\x8bnot gzip")
    assert winnow("clean", str(path)).exit_code == 2


@pytest.mark.parametrize(
    ("body", "reason"), [("", "empty"), ("%PDF-1.7 x", "not_html"), ("\x89PNG", "not_html")]
)
def test_a_page_that_is_no_article_says_why(
    body: str, reason: str, winnow: RunWinnow, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(body)
    ended = winnow("clean", "page.html", "--json")
    assert ended.exit_code == 1
    assert f"not kept: {reason}" in ended.stderr
    assert reason in str(ended.rows[0]["reason"])


def test_lines_of_saved_pages_are_answered_line_by_line(winnow: RunWinnow, page: Path) -> None:
    lines = [
        {"id": "a", "url": URL, "html": str(page)},
        {"id": "b", "url": URL, "html": str(page.with_name("missing.html"))},
    ]
    page.with_name("pages.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    ended = winnow("clean", "--jsonl", "pages.jsonl")
    assert ended.exit_code == 1
    assert "missing.html" in ended.stderr
    assert ended.rows[0]["id"] == "a"
    assert ended.rows[0]["published"] == "2026-02-03T23:00:00-05:00"
    assert str(ended.rows[0]["text"]).endswith(PARAGRAPHS[-1])


# libxml2 needs minutes for so many attributes, and the brackets hide where the tag ends.
HOSTILE = (
    "<html><body><div " + " ".join(f"a{n}='>'" for n in range(400_000)) + "></div></body></html>"
)


def test_a_hostile_page_ends_at_the_limit_and_the_lines_after_it_are_answered(
    winnow: RunWinnow, page: Path
) -> None:
    page.with_name("hostile.html").write_text(HOSTILE)
    lines = [
        {"id": name, "url": URL, "html": str(page.with_name(f"{name}.html"))}
        for name in ("page", "hostile", "page", "missing", "page")
    ]
    page.with_name("pages.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    ended = winnow("clean", "--jsonl", "pages.jsonl", "--workers", "2")
    assert ended.exit_code == 1
    assert "line 2: hostile: processing took longer than" in ended.stderr
    assert [row["id"] for row in ended.rows] == [line["id"] for line in lines]
    assert [row.get("reason") for row in ended.rows] == [None, "timeout", None, "parse_error", None]
    assert winnow("clean", "page.html").exit_code == 0


def test_looking_at_a_page_makes_no_database(winnow: RunWinnow, page: Path, tmp_path: Path) -> None:
    winnow("clean", str(page))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html"]
