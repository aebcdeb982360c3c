"""What a site repeats, from the command line: reviewed, explained, applied, taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.models import Article, CutBlock, Revision
from db.session import Database
from tests.small_site import HOST, PROMPT, crawl, fetched_story, paragraphs, story_html, story_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

STORIES = 8


@pytest.fixture
def site(ready: RunWinnow, tmp_path: Path) -> RunWinnow:
    """A database with the stories of one site; the first two were cleaned without its profile."""
    with Database(str(tmp_path / "winnow.db")) as database:
        crawl(database, map(fetched_story, range(STORIES)))
    return ready


def texts(folder: Path) -> dict[str, str]:
    with Database(str(folder / "winnow.db")) as database, database.read() as session:
        return {row.url: row.text for row in session.execute(select(Article.url, Article.text))}


def everything(folder: Path) -> list[tuple[object, ...]]:
    """Texts and cuts, in a stable order."""
    with Database(str(folder / "winnow.db")) as database, database.read() as session:
        articles = select(Article.url, Article.text, Article.profile_version).order_by(Article.url)
        cuts = select(Article.url, CutBlock.position, CutBlock.text, CutBlock.rule, CutBlock.reason)
        cuts = cuts.join(Article, Article.id == CutBlock.article_id)
        cuts = cuts.order_by(Article.url, CutBlock.id)
        return [tuple(row) for row in (*session.execute(articles), *session.execute(cuts))]


def prompted(folder: Path) -> int:
    return sum(PROMPT in text for text in texts(folder).values())


def test_the_queue_shows_what_was_learned_with_its_evidence(site: RunWinnow) -> None:
    [row] = site("boilerplate", "list", "--host", "www.harbour.example").rows
    assert (row["text"], row["seen"], row["status"]) == (PROMPT, "8 of 8", "learned")
    [shown] = site("boilerplate", "show", str(row["id"])).rows
    assert len(shown["samples"]) == 3  # type: ignore[arg-type]
    assert site("boilerplate", "show", "99").exit_code != 0
    assert site("boilerplate", "list", "--status", "nonsense").exit_code == 2


def test_a_dry_run_shows_the_change_and_writes_nothing(site: RunWinnow, tmp_path: Path) -> None:
    before = everything(tmp_path)
    ended = site("reclean", "--dry-run")
    assert ended.exit_code == 0
    assert f"[-{PROMPT}-]" in ended.stdout
    assert "0 held back" in ended.stderr
    assert everything(tmp_path) == before


def test_a_reclean_repairs_the_first_articles_and_no_revision_is_made(
    site: RunWinnow, tmp_path: Path
) -> None:
    assert prompted(tmp_path) > 0
    assert site("reclean").exit_code == 0
    assert texts(tmp_path) == {story_url(n): "\n".join(paragraphs(n)) for n in range(STORIES)}
    with Database(str(tmp_path / "winnow.db")) as database, database.read() as session:
        assert session.scalars(select(Revision)).all() == []
    assert "0/0 done" in site("reclean").stderr
    assert len(site("search", "independent gift", "--json").rows) == 0


@pytest.mark.parametrize("taken_back", ["forget", "keep"])
def test_taking_a_decision_back_restores_exactly_what_was_cut(
    site: RunWinnow, tmp_path: Path, taken_back: str
) -> None:
    number = str(site("boilerplate", "list").rows[0]["id"])
    assert site("boilerplate", taken_back, number).exit_code == 0
    site("reclean")
    uncut = everything(tmp_path)
    assert prompted(tmp_path) == STORIES
    site("boilerplate", "accept", number)
    site("reclean")
    assert prompted(tmp_path) == 0
    site("boilerplate", taken_back, number)
    site("reclean")
    assert everything(tmp_path) == uncut


def test_a_kept_block_stays_kept(site: RunWinnow, tmp_path: Path) -> None:
    number = str(site("boilerplate", "list").rows[0]["id"])
    site("boilerplate", "keep", number)
    site("reclean")
    assert prompted(tmp_path) == STORIES
    with Database(str(tmp_path / "winnow.db")) as database:
        crawl(database, map(fetched_story, range(STORIES, STORIES + 6)))
    assert prompted(tmp_path) == STORIES + 6


def test_a_text_that_would_lose_too_much_stays_and_is_listed(
    site: RunWinnow, tmp_path: Path
) -> None:
    before = prompted(tmp_path)
    ended = site("reclean", "--max-loss", "1%", "--json")
    assert {row["verdict"] for row in ended.rows} == {"held"}
    assert prompted(tmp_path) == before
    assert site("reclean", "--max-loss", "lots").exit_code == 2


def test_explain_names_rule_and_evidence(site: RunWinnow, tmp_path: Path) -> None:
    rows = site("explain", story_url(0), "--json", "--all").rows
    cut = [row for row in rows if row["rule"] == "site_boilerplate"]
    assert [(row["text"], row["reason"]) for row in cut] == [
        (PROMPT, "Seen in 8 of 8 articles of this site.")
    ]
    kept = [row["text"] for row in rows if row["fate"] == "kept"]
    assert kept == paragraphs(0)
    assert "The affair number 0" in [row["text"] for row in rows if row["fate"] != "kept"]
    (tmp_path / "page.html").write_text(story_html(77), encoding="utf-8")
    page = site("explain", "page.html", "--url", story_url(77), "--html").stdout
    assert f'<p class="cut" title="body &gt; main &gt; article &gt; p">{PROMPT}</p>' in page
    assert site("explain", "999").exit_code != 0


def test_the_places_of_a_profile_have_the_names_of_its_boxes(site: RunWinnow) -> None:
    shown = site("profile", "show", HOST, "--json").rows[0]
    assert [it.split(":")[0] for it in shown["headline"]] == ["body > main > article > h1"]
    assert shown["text"][0].startswith("body > main > article: 8 of 8 articles")


def test_a_profile_moves_to_another_installation(site: RunWinnow, tmp_path: Path) -> None:
    pack = site("profile", "export", HOST).stdout
    assert pack == site("profile", "export", "www.harbour.example").stdout
    (tmp_path / "pack.json").write_text(pack, encoding="utf-8")
    site("init", "--db", "other.db")
    ended = site("profile", "import", "harbour.example", "pack.json", "--db", "other.db")
    assert ended.exit_code == 0, ended.stderr
    shown = site("profile", "show", "harbour.example", "--db", "other.db").rows[0]
    assert shown["version"] == json.loads(pack)["version"]
    with Database(str(tmp_path / "other.db")) as database:
        crawl(database, [fetched_story(0)])
        with database.read() as session:
            assert PROMPT not in str(session.scalar(select(Article.text)))
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert site("profile", "import", "harbour.example", "bad.json").exit_code == 2
