"""Both newspapers through the whole chain: what must survive does, what must not does not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from pipelines import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.process import process
from tests.newspapers.articles import Article, load_articles
from tests.newspapers.furniture import FIVE_STRINGS, unwanted
from tests.newspapers.papers import PAPERS, Paper
from tests.newspapers.site import respond

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def articles(outcome: str) -> Iterator[Article]:
    for key in PAPERS:
        found = load_articles(key, edition=2, now=NOW, changed_at=NOW)
        yield from (article for article in found if article.outcome == outcome)


@cache
def processed(article: Article) -> CleanArticle | Rejection:
    base_url = f"https://www.{article.paper}.example"
    paper = Paper(key=article.paper, base_url=base_url, now=NOW, edition=2, changed_at=NOW)
    response = respond(paper, paper.path_of(article))
    page = FetchedPage(
        request_url=paper.url_of(article),
        url=paper.url_of(article),
        body=response.body,
        content_type=response.content_type,
        tdm_reserved=response.headers.get("tdm-reservation") == "1",
        fetched_at=NOW,
    )
    return process(page)


def clean(article: Article) -> CleanArticle:
    result = processed(article)
    assert isinstance(result, CleanArticle), result
    return result


SAVED = [pytest.param(article, id=article.slug) for article in articles("saved")]


@pytest.mark.parametrize("article", SAVED)
def test_every_paragraph_survives_in_its_place(article: Article) -> None:
    text = clean(article).text
    places = [text.find(paragraph) for paragraph in article.paragraphs]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("article", [p for p in SAVED if p.values[0].prompt])  # type: ignore[union-attr]  # all are Articles
def test_nothing_of_the_prompt_and_the_teaser_is_left(article: Article) -> None:
    assert [string for string in FIVE_STRINGS if string in clean(article).text] == []


@pytest.mark.parametrize("article", SAVED)
def test_the_metadata_is_what_the_page_says(article: Article) -> None:
    found = clean(article).metadata
    assert found.title == article.title
    assert found.language == article.language
    assert found.authors == article.authors
    assert found.published_at is not None
    assert abs((found.published_at - article.published_at).total_seconds()) < 86_400


@pytest.mark.parametrize("outcome", ["paywalled", "reserved"])
def test_what_must_not_be_kept_is_rejected_with_that_reason(outcome: str) -> None:
    for article in articles(outcome):
        result = processed(article)
        assert isinstance(result, Rejection)
        assert result.reason == Reason(outcome)


@pytest.mark.parametrize("article", SAVED)
def test_nothing_of_the_furniture_is_left(article: Article) -> None:
    assert [string for string in unwanted(article) if string in clean(article).text] == []
