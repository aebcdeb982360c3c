import gzip
import time
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.records import Kind
from crawler.discovery.sitemaps import MAX_SITEMAP_LINKS, parse_sitemap
from crawler.errors import FeedParseError

URL = "https://paper.test/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
PLAIN = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NAMESPACES}>
<url><loc> https://paper.test/one </loc><lastmod>2024-05-17</lastmod></url>
<url><loc>/two</loc><lastmod>2024-05-17T10:00:00.123+02:00</lastmod>
 <image:image><image:loc>https://paper.test/two.jpg</image:loc><image:title>No</image:title></image:image>
</url>
<url><loc>https://paper.test/three?a=1&amp;b=2</loc><lastmod>last week</lastmod></url>
</urlset>"""
NEWS = f"""<urlset {NAMESPACES}><url><loc>https://paper.test/crane</loc><news:news>
<news:publication><news:name>Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-05-17T08:30Z</news:publication_date>
<news:title><![CDATA[Crane & ferry]]></news:title></news:news></url></urlset>"""
INDEX = f"""<sitemapindex {NAMESPACES}>
<sitemap><loc>https://paper.test/s1.xml.gz</loc><lastmod>2024-05</lastmod></sitemap>
<sitemap><loc>file:///etc/passwd</loc></sitemap>
<sitemap><loc>https://paper.test/s2.xml</loc></sitemap></sitemapindex>"""


def test_a_sitemap_gives_addresses_and_when_they_changed() -> None:
    sitemap = parse_sitemap(PLAIN.encode(), url=URL)
    assert sitemap.kind == Kind.SITEMAP
    assert [(link.url, link.modified_at, link.title) for link in sitemap.links] == [
        ("https://paper.test/one", datetime(2024, 5, 17, tzinfo=UTC), None),
        ("https://paper.test/two", datetime(2024, 5, 17, 8, tzinfo=UTC), None),
        ("https://paper.test/three?a=1&b=2", None, None),
    ]


def test_a_news_sitemap_gives_titles_and_dates_of_publication() -> None:
    sitemap = parse_sitemap(NEWS.encode(), url=URL)
    (link,) = sitemap.links
    assert sitemap.kind == Kind.NEWS_SITEMAP
    assert link.title == "Crane & ferry"
    assert link.published_at == datetime(2024, 5, 17, 8, 30, tzinfo=UTC)


def test_prefixes_that_were_never_declared_are_understood() -> None:
    body = NEWS.replace(NAMESPACES, "").encode()
    assert parse_sitemap(body, url=URL).links == parse_sitemap(NEWS.encode(), url=URL).links


def test_an_index_gives_further_sitemaps_of_the_web_only() -> None:
    sitemap = parse_sitemap(INDEX.encode(), url=URL)
    assert (sitemap.kind, sitemap.links) == (Kind.SITEMAP_INDEX, ())
    assert [(child.url, child.modified_at) for child in sitemap.children] == [
        ("https://paper.test/s1.xml.gz", datetime(2024, 5, 1, tzinfo=UTC)),
        ("https://paper.test/s2.xml", None),
    ]


def test_a_gzipped_sitemap_is_the_same_also_when_it_ends_early() -> None:
    packed = gzip.compress(PLAIN.encode())
    assert parse_sitemap(packed, url=URL) == parse_sitemap(PLAIN.encode(), url=URL)
    assert parse_sitemap(packed[:-9], url=URL).links[0].url == "https://paper.test/one"


def test_a_plain_list_is_a_sitemap() -> None:
    body = b"\xef\xbb\xbfhttps://paper.test/one\r\njavascript:x\r\n\r\nhttps://paper.test/two\n"
    sitemap = parse_sitemap(body, url=URL)
    assert [link.url for link in sitemap.links] == [
        "https://paper.test/one",
        "https://paper.test/two",
    ]


def test_a_truncated_sitemap_gives_no_address_cut_in_the_middle() -> None:
    whole = {link.url for link in parse_sitemap(PLAIN.encode(), url=URL).links}
    for end in range(PLAIN.index("<url>"), len(PLAIN), 5):
        assert {link.url for link in parse_sitemap(PLAIN[:end].encode(), url=URL).links} <= whole


@pytest.mark.parametrize(
    "loc",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[::1",
        "",
        "https://a.test/" + "x" * 3000,
        "http://a.test:99999/",
        "<b>",
        "&undefined;",
        "\x00",
        "ftp://a.test/x",
        "<![CDATA[ ]]>",
    ],
)
def test_one_bad_address_does_not_stop_the_rest(loc: str) -> None:
    body = f"<urlset><url><loc>{loc}</loc></url><url><loc>https://a.test/ok</loc></url></urlset>"
    urls = [link.url for link in parse_sitemap(body.encode(), url=URL).links]
    assert urls[-1] == "https://a.test/ok"
    assert all(url.startswith(("http://", "https://")) for url in urls)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x1f\x8bnot gzip",
        b"<rss></rss>",
        b"<html><body>http://a.test/</body></html>",
        b"{}",
        b"not a list",
        b"%PDF-1.7",
        b"<!-- <html><urlset></urlset> -->",
    ],
)
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(FeedParseError, match="not a sitemap"):
        parse_sitemap(body, url=URL)


def entries(count: int) -> bytes:
    day = b"<lastmod>2024-05-17</lastmod>"
    return b"".join(b"<url><loc>https://a.test/%d</loc>%s</url>" % (i, day) for i in range(count))


def test_the_largest_sitemap_takes_a_second_or_two_and_only_its_links_memory() -> None:
    body = b"<urlset>" + entries(MAX_SITEMAP_LINKS + 5_000) + b"</urlset>"
    started = time.process_time()
    assert len(parse_sitemap(body, url=URL).links) == MAX_SITEMAP_LINKS
    assert time.process_time() - started < 5  # measured: 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<urlset><url>" + b"<a/>" * 1_000_000, id="wide"),
        pytest.param(b"<urlset>" + b"<url>" * 1_000_000, id="deep"),
        pytest.param(b"<urlset><url><loc>" + b"x" * 20_000_000 + b"</loc>", id="one text"),
        pytest.param(gzip.compress(b"<urlset><url>" + b" " * 200_000_000), id="gzip bomb"),
        pytest.param(
            b"<urlset " + b" ".join(b"a%d=''" % i for i in range(200_000)) + b">", id="tag"
        ),
        pytest.param(b"http://a.test/\n" * 1_000_000, id="list"),
    ],
)
def test_hostile_sitemaps_end_soon(body: bytes) -> None:
    started = time.process_time()
    assert len(parse_sitemap(body, url=URL).links) <= MAX_SITEMAP_LINKS
    assert time.process_time() - started < 5


def test_what_is_read_does_not_stay_in_memory() -> None:
    body = b"<urlset>" + b"<url><note>a word</note></url>" * 10_000 + b"</urlset>"
    parse_sitemap(NEWS.encode(), url=URL)
    tracemalloc.start()
    parse_sitemap(body, url=URL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(body)


pieces = [b"<urlset>", b"<sitemapindex>", b"<url>", b"</url>", b"<loc>", b"</loc>", b"<news:news>"]
pieces += [b"http://a.test/x", b"http://[", b"<lastmod>", b"2024-05", b"</urlset>", b"&x;", b"\xff"]
pieces += [b"<![CDATA[", b"]]>", b"\x00", b"\n", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<sitemap>"]


@settings(deadline=2000)
@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from(pieces), max_size=25).map(b"".join)
    | st.lists(st.sampled_from(pieces), max_size=25).map(b"".join).map(b"<urlset><url>".__add__)
)
def test_any_bytes_are_a_sitemap_or_refused(body: bytes) -> None:
    try:
        sitemap = parse_sitemap(body, url=URL)
    except FeedParseError:
        return
    found = (*sitemap.links, *sitemap.children)
    assert all(link.url.startswith(("http://", "https://")) for link in found)
