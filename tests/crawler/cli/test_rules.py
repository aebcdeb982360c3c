"""Rules from the command line: said, tried, applied, explained, shared, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.session import Database
from tests.crawler.cli.test_profiles import everything, prompted, texts
from tests.small_site import PROMPT, crawl_blindly, fetched_story, paragraphs, story_html, story_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

STORIES = 4
SITE = "harbour.example"


@pytest.fixture
def site(ready: RunWinnow, tmp_path: Path) -> RunWinnow:
    """A database with the stories of one site; what they share was not learned."""
    pages = [fetched_story(n, prompt=f"{PROMPT} Number {n}.") for n in range(STORIES)]
    with Database(str(tmp_path / "winnow.db")) as database:
        crawl_blindly(database, pages)
    return ready


def test_a_rule_is_said_applied_and_taken_back(site: RunWinnow, tmp_path: Path) -> None:
    before = everything(tmp_path)
    said = site("rules", "add", "--host", "www." + SITE, "--regex", "small gift", "--cut",
                "--note", "The beggar", "--by", "Ada")  # fmt: skip
    assert said.exit_code == 0, said.stderr
    assert f"`winnow reclean --host {SITE}` applies it" in said.stderr
    [row] = site("rules", "list", "--host", "news." + SITE).rows
    assert (row["host"], row["action"], row["kind"]) == (SITE, "cut", "regex")
    assert (row["value"], row["note"], row["decided_by"]) == ("small gift", "The beggar", "Ada")
    assert f"{STORIES}/{STORIES} done" in site("reclean", "--host", SITE).stderr
    assert texts(tmp_path) == {story_url(n): "\n".join(paragraphs(n)) for n in range(STORIES)}
    assert "0/0 done" in site("reclean").stderr
    cut = [it for it in site("explain", story_url(1), "--json").rows if it["rule"] == "rule"]
    assert [it["reason"] for it in cut] == [
        f"Rule {row['id']} (cut regex small gift) matches “small gift”."
    ]
    assert site("rules", "remove", str(row["id"])).exit_code == 0
    site("reclean")
    assert everything(tmp_path) == before


def test_a_rule_is_tried_and_nothing_is_stored(site: RunWinnow, tmp_path: Path) -> None:
    before = everything(tmp_path)
    given = ("--xpath", "//article/p[2]", "--cut")
    ended = site("rules", "test", "--host", SITE, *given, "--show", "1")
    assert ended.exit_code == 0, ended.stderr
    assert f"touches {STORIES} of {STORIES} articles: {STORIES} blocks less" in ended.stderr
    assert ended.stdout.count("  - Readers who") == 1
    assert len(site("rules", "test", "--host", SITE, *given, "--json").rows) == STORIES
    [trial] = site("rules", "test", story_url(2), "--css", "h1", "--keep", "--json").rows
    assert (trial["gained"], trial["lost"]) == (["The affair number 2"], [])
    assert everything(tmp_path) == before
    assert site("rules", "list").rows == []


def test_a_stored_rule_is_tried_by_its_number(site: RunWinnow, tmp_path: Path) -> None:
    site("rules", "add", "--host", "*", "--text", "Nothing says this", "--cut")
    ended = site("rules", "test", "--id", "1", "--limit", "2")
    assert "touches 0 of 2 articles" in ended.stderr
    (tmp_path / "page.html").write_text(story_html(9), encoding="utf-8")
    ended = site("rules", "test", "page.html", "--css", "article", "--cut", "--url", story_url(9))
    assert "rules would cut everything" in ended.stderr


def test_files_are_taken_over_and_written(site: RunWinnow, tmp_path: Path) -> None:
    text = f"# Shared.\n\n[{SITE}]\n# The beggar.\ncut regex small gift\noff keep text Ferry\n"
    (tmp_path / "my.rules").write_text(text, encoding="utf-8")
    config = "body: //article\nstrip: //p[\nstrip_image_src: x.gif\ntest_url: https://a.example/b\n"
    (tmp_path / f"{SITE}.txt").write_text(config, encoding="utf-8")
    files = ("my.rules", f"{SITE}.txt")
    dry = site("rules", "import", *files, "--dry-run")
    assert [row["value"] for row in dry.rows] == ["small gift", "Ferry", "//article"]
    assert site("rules", "list").rows == []
    done = site("rules", "import", *files)
    assert done.exit_code == 0, done.stderr
    assert "3 rules taken over, 3 of them new" in done.stderr
    assert f"left out: {SITE}.txt:2: '//p[' is no XPath" in done.stderr
    assert "no use for strip_image_src (1)" in done.stderr
    assert "tried it on https://a.example/b" in done.stderr
    exported = site("rules", "export", "--host", SITE).stdout
    assert exported.endswith(text.partition("\n\n")[2] + "body xpath //article\n")
    site("rules", "export", "-o", "all.rules")
    assert (tmp_path / "all.rules").read_text(encoding="utf-8") == exported
    assert "0 of them new" in site("rules", "import", "all.rules").stderr
    site("reclean", "--host", SITE)
    assert prompted(tmp_path) == 0


def test_one_page_obeys_a_file_without_a_database(winnow: RunWinnow, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(story_html(3), encoding="utf-8")
    (tmp_path / "my.rules").write_text(f"[{SITE}]\ncut css p:nth-child(3)\n", encoding="utf-8")
    ruled = ("--rules", "my.rules")
    ended = winnow("clean", "page.html", "--url", story_url(3), *ruled, "--explain")
    assert f"CUT   paragraph: {PROMPT}" in ended.stdout
    assert "because rule: Rule my.rules:2 (cut css p:nth-child(3)) matches p." in ended.stdout
    assert PROMPT in winnow("clean", "page.html", *ruled).stdout
    line = f'{{"id": 1, "url": "{story_url(3)}", "html": "page.html"}}\n'
    (tmp_path / "pages.jsonl").write_text(line, encoding="utf-8")
    [row] = winnow("clean", "--jsonl", "pages.jsonl", *ruled).rows
    assert row["text"] == "\n".join(paragraphs(3))


def test_what_a_rule_keeps_is_explained(site: RunWinnow) -> None:
    site("rules", "add", "--host", SITE, "--text", "The affair number 1", "--keep")
    [kept] = [it for it in site("explain", story_url(1), "--json").rows if it["rule"]]
    assert (kept["fate"], kept["rule"]) == ("kept", "kept_by_rule")
    assert kept["reason"] == "Rule 1 (keep text The affair number 1) matches the whole line."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "--host", SITE, "--css", "p"], "one of --cut, --keep, --body"),
        (["add", "--host", SITE, "--css", "p", "--text", "a", "--cut"], "one of --css, --xpath"),
        (["add", "--host", SITE, "--css", "p[", "--cut"], "'p[' is no CSS selector"),
        (["add", "--host", "a b", "--text", "c", "--cut"], "'a b' is no host"),
        (["add", "--host", SITE, "--regex", "(a+)+$", "--cut"], "takes too long"),
        (["remove", "7"], "no rule 7: `winnow rules list` shows"),
        (["test", "--css", "p", "--cut"], "say whose pages: --host, or a page"),
        (["test", "--id", "7"], "no rule 7"),
        (["import", "none.rules"], "cannot read none.rules"),
        (["import", "bad.rules"], "bad.rules:2: 'cutt' is none of"),
        (["import", "some-config"], "its name is no host such as example.org.txt; --host says"),
        (["export", "-o", "none/x.rules"], "cannot write none/x.rules"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    ready: RunWinnow, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "bad.rules").write_text("[a.example]\ncutt css p\n", encoding="utf-8")
    (tmp_path / "some-config").write_text("body: //p\n", encoding="utf-8")
    ended = ready("rules", *arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
