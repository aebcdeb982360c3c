import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.jsonld import MAX_NODES, article_node, parse_jsonld
from pipelines.extract.sources import MAX_JSONLD_CHARACTERS

ARTICLE = {"@type": "NewsArticle", "headline": "Bridge reopens"}
WRITTEN = json.dumps(ARTICLE)


def headline_of(*blocks: str) -> object:
    return article_node(parse_jsonld(blocks)).get("headline")


@pytest.mark.parametrize(
    "block",
    [
        WRITTEN,
        f"<!-- {WRITTEN} -->",
        f"//<![CDATA[\n{WRITTEN}\n//]]>",
        f"{WRITTEN};",
        f"{WRITTEN} {WRITTEN}",
        '{"@type": "NewsArticle", "headline": "Bridge reopens",}',
        '{"@type": ["NewsArticle",], "headline": "Bridge\\ reopens"}',
        '{"@type": "NewsArticle", "text": "a\nb\tc", "headline": "Bridge reopens"}',
        WRITTEN.replace('"', "&quot;"),
        f'{{"@graph": [{{"@type": "WebSite"}}, {WRITTEN}]}}',
        f"[[[{WRITTEN}]]]",
        f'{{"@type": "WebPage", "mainEntity": {WRITTEN}}}',
        '{"@type": "http://schema.org/NewsArticle", "headline": "Bridge reopens"}',
        '{"@type": "NewsArticle", "wordCount": NaN, "headline": "Bridge reopens"}',
    ],
)
def test_usual_mistakes_are_mended(block: str) -> None:
    assert headline_of(block) == "Bridge reopens"


@pytest.mark.parametrize(
    "block",
    ["", "{", "[" * 100_000, '{"a":' * 50_000, "not json", "null", "42", '"text"', "9" * 5_000],
)
def test_what_cannot_be_mended_is_nothing(block: str) -> None:
    assert parse_jsonld([block]) == []


def test_a_block_that_is_too_long_gives_what_stands_before_the_limit() -> None:
    long = '{"@type": "NewsArticle", "headline": "Bridge reopens", "articleBody": "' + "a" * 10**6
    assert headline_of(long[: MAX_JSONLD_CHARACTERS + 1]) == "Bridge reopens"


def test_a_bad_block_costs_no_other() -> None:
    assert headline_of("{{{", WRITTEN) == "Bridge reopens"


def test_an_article_is_preferred_to_the_page_around_it() -> None:
    page = {"@type": "WebPage", "headline": "Valley Gazette", "datePublished": "2020-01-01"}
    assert headline_of(json.dumps([page, ARTICLE])) == "Bridge reopens"


def test_of_two_articles_the_one_with_the_url_of_the_page_is_meant() -> None:
    other = ARTICLE | {"headline": "Other", "author": "A", "url": "https://g.example/other"}
    own = ARTICLE | {"mainEntityOfPage": {"@id": "https://www.g.example/bridge/"}}
    node = article_node([other, own], page_url="https://g.example/bridge?from=feed")
    assert node["headline"] == "Bridge reopens"


def test_related_articles_are_not_the_article() -> None:
    listed = {"@type": "ItemList", "itemListElement": [ARTICLE]}
    assert headline_of(json.dumps(listed)) is None


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_gives_a_bounded_list(blocks: list[str]) -> None:
    assert len(parse_jsonld(blocks)) <= MAX_NODES


def test_nodes_are_counted_however_they_are_nested() -> None:
    nested = json.dumps([[{"@graph": [{"@type": "Thing"}] * 20}] * 20] * 20)
    assert len(parse_jsonld([nested])) <= MAX_NODES
