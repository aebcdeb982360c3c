"""What a run of a saved search gave counts once it was taken, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.saved_runs import SavedRun
from crawler.webhook import Webhook
from db.saved import NewSearch, add_search, get_search
from tests.servers.hooks import Hook
from tests.storing import NOW, Shelf, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.session import Database
    from db.stored_articles import StoredArticle


def saved_run(database: Database, *, webhook: Webhook | None = None) -> tuple[SavedRun, list[int]]:
    """A search that finds two articles; the numbers of those that are shown. The first show fails.

    A reader that is gone, as of `winnow saved run | head`.
    """
    shown: list[int] = []
    left = [BrokenPipeError()]

    def show(articles: Sequence[StoredArticle]) -> None:
        if left:
            raise left.pop()
        shown.extend(article.id for article in articles)

    with database.write() as session:
        shelf = Shelf(session)
        for number in (1, 2):
            shelf.put(f"https://a.example/{number}", words(number))
        url = webhook.url if webhook else None
        add_search(session, NewSearch(name="all", query="title:title", webhook=url), now=NOW)
        saved = get_search(session, "all")
    return SavedRun(database=database, saved=saved, show=show, webhook=webhook), shown


def test_what_could_not_be_printed_is_new_the_next_time(database: Database) -> None:
    run, shown = saved_run(database)
    with pytest.raises(BrokenPipeError):
        run.run()
    assert (run.run(), shown) == (2, [1, 2])
    assert run.run() == 0


def test_what_was_posted_is_not_posted_again_though_nobody_saw_it(database: Database) -> None:
    with Hook() as hook:
        run, shown = saved_run(database, webhook=Webhook(url=hook.url))
        with pytest.raises(BrokenPipeError):
            run.run()
        assert (run.run(), shown) == (0, [])
    [posted] = hook.posted
    assert [article["id"] for article in json.loads(posted.body)["articles"]] == [1, 2]
