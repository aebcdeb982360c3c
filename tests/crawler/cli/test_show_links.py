"""The links of a stored article, from the database and from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from db.session import Database
from db.stored_articles import StoredLink, get_article
from pipelines.records import FetchedPage
from tests.small_site import crawl, paragraphs, story_url
from tests.storing import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.cli.winnow import RunWinnow

ADDRESS = "https://valley.example/letters"


def linked_story() -> FetchedPage:
    first, *others = paragraphs(1)
    first = first.replace("the office", f'<a href="{ADDRESS}">the office</a>', 1)
    body = "".join(f"<p>{text}</p>" for text in (first, *others))
    html = f"<title>The affair</title><body><article><h1>The affair</h1>{body}</article></body>"
    url = story_url(1)
    return FetchedPage(request_url=url, url=url, body=html.encode(), fetched_at=NOW)


def test_a_stored_article_knows_where_its_words_lead(database: Database) -> None:
    crawl(database, [linked_story()])
    with database.read() as session:
        block = get_article(session, 1, lambda _: ()).blocks[0]
    start = paragraphs(1)[0].index("the office")
    assert block.text == paragraphs(1)[0]
    assert block.links == (StoredLink(start=start, end=start + len("the office"), url=ADDRESS),)


def test_show_renders_links_in_json_and_markdown(ready: RunWinnow, tmp_path: Path) -> None:
    with Database(str(tmp_path / "winnow.db")) as database:
        crawl(database, [linked_story()])
    shown = json.loads(ready("show", "1", "--json").stdout)
    [link] = shown["blocks"][0]["links"]
    assert (link["text"], link["url"]) == ("the office", ADDRESS)
    assert f"[the office]({ADDRESS})" in ready("show", "1", "--format", "markdown").stdout
    assert ADDRESS not in ready("show", "1").stdout
