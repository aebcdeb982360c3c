"""Site configurations of Full-Text RSS become rules, as far as they fit."""

from __future__ import annotations

import pytest

from pipelines.errors import RuleError
from pipelines.rules import costs
from pipelines.rules.costs import is_slow
from pipelines.rules.site_config import host_in_name, read_site_config
from tests.pipelines.rules.pages import PARAGRAPHS, article_of, html, rule, story

CONFIG = """
# Invented.
title: //h1
body: //div[@class='story']
strip: //aside
strip: //aside
strip: //p[
strip_id_or_class: 'teaser-box'
strip_image_src: /pixel.gif
http_header(user-agent): Someone
prune: no
Strip: //nav
a line without directive
test_url: https://www.harbour.example/a
"""


def test_what_fits_becomes_rules_and_the_rest_is_told() -> None:
    read = read_site_config(CONFIG, host="harbour.example", name="harbour.example.txt")
    assert [str(it) for it in read.rules] == [
        "title xpath //h1",
        "body xpath //div[@class='story']",
        "cut xpath //aside",
        'cut css [class*="teaser-box"], [id*="teaser-box"]',
        "cut xpath //nav",
    ]
    assert {it.host for it in read.rules} == {"harbour.example"}
    assert read.rules[0].label == "harbour.example.txt:3"
    assert read.test_urls == ("https://www.harbour.example/a",)
    assert read.ignored == {
        "http_header": 1,
        "no directive": 1,
        "prune": 1,
        "strip_image_src": 1,
    }
    [refused] = read.refused
    assert refused.startswith("harbour.example.txt:7: '//p[' is no XPath expression")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("configs/example.org.txt", "example.org"),
        (".example.org.txt", "example.org"),
        ("global.txt", "*"),
    ],
)
def test_the_name_of_a_file_says_its_host(name: str, host: str) -> None:
    assert host_in_name(name) == host


@pytest.mark.parametrize("name", ["rules.txt", "my rules.org.txt", ".txt"])
def test_a_name_that_is_no_host_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match="its name is no host"):
        host_in_name(name)


def test_letters_of_a_class_or_an_id_are_enough() -> None:
    config = read_site_config("strip_id_or_class: teaser", host="*", name="x")
    page = story("<p class='big-teasers'>One line more</p>", "<div id='teaser1'>And two</div>")
    article = article_of(page, *map(str, config.rules))
    assert article.text == "\n".join(PARAGRAPHS)


def test_title_authors_and_date_are_read_where_rules_say() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = html(
        f"<article><h1>Harbour</h1><h2 class='t'>The crane that fell</h2>{body}"
        "<b>By Ada Nwosu and Jo Weiss</b><i>Monday, 2 March 2026, 10:15 CET</i></article>"
    )
    article = article_of(
        page,
        "title css .nowhere",
        "title css .t",
        "author xpath //b/text()",
        "date css i",
    )
    metadata = article.metadata
    assert metadata.title == "The crane that fell"
    assert metadata.authors == ("Ada Nwosu", "Jo Weiss")
    assert f"{metadata.published_at:%Y-%m-%dT%H:%M}" == "2026-03-02T09:15"
    assert metadata.published_offset_minutes == 60
    sources = {it.field: it.source for it in metadata.evidence}
    assert (sources["title"], sources["authors"]) == ("rule 2", "rule 3")


def test_a_field_stays_where_a_rule_finds_nothing_usable() -> None:
    plain = article_of(story()).metadata
    ruled = article_of(story(), "title css b", "author css h1 b", "date css p").metadata
    assert (ruled.title, ruled.authors, ruled.published_at) == (
        plain.title,
        plain.authors,
        plain.published_at,
    )


def test_an_expression_beyond_its_time_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    selector = rule("cut css div > p.a:first-child, [class*='b']")
    assert not is_slow(selector)
    monkeypatch.setattr(costs, "MAX_PROBE_SECONDS", -1.0)
    assert is_slow(selector)
    assert not is_slow(rule("cut text Words"))
