"""A crawl learns what its site repeats; the next one begins with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import Article, SiteBlock
from db.session import Database
from tests.crawls import run_command, start_crawl
from tests.servers.loopback import Exchange, LoopbackServer
from tests.small_site import PROMPT, paragraphs, story_html

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}
STORIES = 24


async def answer(exchange: Exchange) -> bool:
    if exchange.path.startswith("/news/story-number-"):
        number = int(exchange.path.rsplit("-", 1)[1])
        await exchange.answer(200, HTML, story_html(number).encode())
    else:
        await exchange.answer(404, HTML, b"<p>Nothing here.</p>")
    return True


def urls(server: LoopbackServer, numbers: range) -> list[str]:
    return [f"{server.url}/news/story-number-{n}" for n in numbers]


def articles(database_url: str) -> dict[int, Article]:
    with Database(database_url) as database, database.read() as session:
        return {int(it.url.rsplit("-", 1)[1]): it for it in session.scalars(select(Article))}


def test_a_prompt_is_learned_cut_and_repaired(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    with LoopbackServer(answer) as server:
        arguments = ("--delay", "0.05", "--allow-private", server.host)
        first = start_crawl(
            database_url, *arguments, *urls(server, range(STORIES)), folder=tmp_path
        ).wait()
        assert first.exit_code == 0, first.output
        with database.read() as session:
            [block] = session.scalars(select(SiteBlock)).all()
        assert (block.text, block.articles, block.of_articles) == (PROMPT, STORIES, STORIES)
        later = range(STORIES, STORIES + 3)
        second = start_crawl(database_url, *arguments, *urls(server, later), folder=tmp_path).wait()
        assert second.exit_code == 0, second.output
    stored = articles(database_url)
    assert [stored[n].text for n in later] == ["\n".join(paragraphs(n)) for n in later]
    again = run_command("reclean", "--db", database_url, folder=tmp_path)
    assert again.exit_code == 0, again.output
    repaired = articles(database_url)
    assert {n: it.text for n, it in repaired.items()} == {
        n: "\n".join(paragraphs(n)) for n in range(STORIES + 3)
    }
    assert len({it.profile_version for it in repaired.values()}) == 1
