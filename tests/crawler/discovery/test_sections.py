import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.records import FoundSeed, Kind
from crawler.discovery.sections import (
    MAX_SECTION_LINKS,
    find_seeds,
    section_links,
    usual_feed_urls,
)

URL = "https://www.paper.test/port/"

PAGE = """<!DOCTYPE html><html><head><title>Port</title>
<link rel="canonical" href="https://www.paper.test/port/">
<link rel="alternate" type="application/rss+xml" title="All news" href="/feeds/all.xml">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="//www.paper.test/atom">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:x">
<link rel="sitemap" type="application/xml" href="/map.xml"></head><body>
<nav><a href="/">Home</a><a href="/port/">Port</a><a href="/tag/crane">Crane</a>
<a href="/login?next=/port/crane-falls-into-harbour">Sign in</a></nav>
<a href="/port/crane-falls-into-harbour"><img src="x.jpg" alt=""></a>
<a href="/port/crane-falls-into-harbour#top" rel="nofollow"><h2>Crane falls
 into&nbsp;harbour</h2></a>
<a href="ferry-runs-again-after-storm">Ferry runs again</a>
<a href="https://m.paper.test/port/mayor-opens-new-pier" title="Mayor opens pier"><img></a>
<a href="https://elsewhere.test/port/story-of-another-house">Partner</a>
<a href="/port/annual-report-of-the-port.pdf">Report</a>
<a href="javascript:void(0)">Menu</a><a href="http://[::1">Broken</a><a>None</a>
<a href="/sitemap-news.xml">Sitemap</a>
<script>document.write('<a href="/port/written-by-a-script">no</a>')</script>
<!-- <a href="/port/left-in-a-comment-here">no</a> --></body></html>"""


def test_links_that_look_like_articles_of_the_same_house_in_page_order() -> None:
    links = section_links(PAGE.encode(), url=URL)
    assert [(link.url, link.title) for link in links] == [
        ("https://www.paper.test/port/crane-falls-into-harbour", "Crane falls into harbour"),
        ("https://www.paper.test/port/ferry-runs-again-after-storm", "Ferry runs again"),
        ("https://m.paper.test/port/mayor-opens-new-pier", "Mayor opens pier"),
    ]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("/sport/", "https://www.paper.test/sport/a-long-day-out"),
        ("https://m.paper.test/x/", "https://m.paper.test/x/a-long-day-out"),
        ("javascript:x", "https://www.paper.test/port/a-long-day-out"),
        ("http://[", "https://www.paper.test/port/a-long-day-out"),
    ],
)
def test_base_href_moves_relative_links_if_it_is_an_address(base: str, expected: str) -> None:
    body = f'<head><base href="{base}"></head><a href="a-long-day-out">A long day out</a>'
    assert [link.url for link in section_links(body.encode(), url=URL)] == [expected]


def test_titles_survive_their_encoding() -> None:
    body = '<meta charset="windows-1251"><a href="/a/port-v-ogne-segodnya">Порт в огне</a>'
    (link,) = section_links(body.encode("windows-1251"), url=URL, content_type="text/html")
    assert link.title == "Порт в огне"


def test_a_home_page_names_its_feeds_and_sitemaps() -> None:
    assert find_seeds(PAGE.encode(), url=URL) == (
        FoundSeed(kind=Kind.FEED, url="https://www.paper.test/feeds/all.xml", title="All news"),
        FoundSeed(kind=Kind.FEED, url="https://www.paper.test/atom"),
        FoundSeed(kind=Kind.FEED, url="https://www.paper.test/port/feed.json"),
        FoundSeed(kind=Kind.SITEMAP, url="https://www.paper.test/map.xml"),
        FoundSeed(kind=Kind.SITEMAP, url="https://www.paper.test/sitemap-news.xml"),
    )


def test_usual_feed_addresses_are_only_suggested() -> None:
    assert usual_feed_urls(URL)[0] == "https://www.paper.test/feed/"
    assert find_seeds(b"<html><body><p>Hello</p></body></html>", url=URL) == ()


def anchors(count: int) -> bytes:
    return b"".join(b"<a href=/story-of-day-%d>Day %d</a>" % (i, i) for i in range(count))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(anchors(40_000), id="articles"),
        pytest.param(b"<a href=/x>x</a>" * 100_000, id="other links"),
        pytest.param(b"<a href=/a-b-c-d><b>" * 40_000, id="nested"),
        pytest.param(b"<div>" * 1_000_000 + anchors(9), id="deep"),
        pytest.param(
            b"<a " + b" ".join(b"a%d=x" % i for i in range(300_000)) + b">", id="wide tag"
        ),
        pytest.param(b"<a href='/a-b-c-d'>" + b"x" * 9_000_000, id="one text"),
        pytest.param(b"<script>" * 200_000, id="scripts"),
        pytest.param(b"<!--" * 300_000, id="comments"),
    ],
)
def test_hostile_pages_end_soon(body: bytes) -> None:
    started = time.process_time()
    assert len(section_links(body, url=URL)) <= MAX_SECTION_LINKS
    find_seeds(body, url=URL)
    assert time.process_time() - started < 10


shaped = st.lists(
    st.sampled_from(
        [
            b"<a href='",
            b"'>",
            b"</a>",
            b"/a-b-c-d",
            b"http://[",
            b"<base href=",
            b"//x",
            b">",
            b"<",
            b"<link rel=alternate type=application/rss+xml href=",
            b"&#0;",
            b"\xff",
            b"\x00",
            b"<!--",
        ]
    ),
    max_size=25,
).map(b"".join)


@settings(deadline=2000)
@given(st.binary(max_size=300) | shaped)
def test_any_bytes_give_links_or_none(body: bytes) -> None:
    for link in section_links(body, url=URL):
        assert link.url.startswith(("http://", "https://"))
    for seed in find_seeds(body, url=URL):
        assert seed.url.startswith(("http://", "https://"))
