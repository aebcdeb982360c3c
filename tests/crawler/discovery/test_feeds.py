import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.feeds import MAX_ENTRIES, parse_feed
from crawler.errors import FeedParseError

URL = "https://paper.test/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>The Harbour Post</title><link>https://paper.test/</link>
<atom:link rel="self" href="https://paper.test/feeds/all.xml"/>
<item><title>Crane &amp;amp; ferry collide</title><media:title>A crane</media:title>
 <media:content url="https://img.test/crane.jpg"><media:title>Photo</media:title></media:content>
 <link>https://paper.test/port/crane</link><guid isPermaLink="false">urn:1</guid>
 <pubDate>Fri, 17 May 2024 10:00:00 +0200</pubDate></item>
<item><title><![CDATA[<b>Second</b> day]]></title><link>/port/second</link>
 <dc:date>2024-05-16T08:00:00Z</dc:date></item>
<item><title>By its guid</title><guid>https://paper.test/port/guid</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.test/news/">
<title type="text">Valley News</title><link href="https://paper.test/"/>
<entry><title type="xhtml">
 <div xmlns="http://www.w3.org/1999/xhtml">The <i>dam</i> holds</div></title>
 <link rel="enclosure" href="https://paper.test/dam.mp3"/><link rel="alternate" href="dam"/>
 <id>https://paper.test/id/1</id><published>2024-05-17T10:00:00+02:00</published>
 <updated>2024-05-18T10:00:00Z</updated>
 <source><title>Another feed</title><link href="https://other.test/"/></source></entry>
<entry xml:base="/sport/"><title>Match</title><link href="match"/></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old Paper</title></channel>
<item rdf:about="https://paper.test/old"><title>Old</title><link>https://paper.test/old</link>
<dc:date>2024-05-17</dc:date></item></rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Json Post",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2024-05-17T10:00:00+02:00"},
            {"id": "2", "external_url": "https://other.test/b", "date_modified": "2024-05-17"},
            {"id": "3", "url": 7, "title": ["no"]},
            "not an item",
        ],
    }
)


def urls_of(body: str | bytes, content_type: str | None = None) -> list[str]:
    body = body.encode() if isinstance(body, str) else body
    return [link.url for link in parse_feed(body, url=URL, content_type=content_type).links]


def test_rss_gives_titles_addresses_and_dates_in_utc() -> None:
    feed = parse_feed(RSS.encode(), url=URL)
    assert feed.title == "The Harbour Post"
    assert [(link.url, link.title) for link in feed.links] == [
        ("https://paper.test/port/crane", "Crane & ferry collide"),
        ("https://paper.test/port/second", "Second day"),
        ("https://paper.test/port/guid", "By its guid"),
    ]
    assert [link.published_at for link in feed.links] == [
        datetime(2024, 5, 17, 8, tzinfo=UTC),
        datetime(2024, 5, 16, 8, tzinfo=UTC),
        None,
    ]


def test_atom_resolves_against_xml_base_and_knows_relations() -> None:
    feed = parse_feed(ATOM.encode(), url=URL)
    first, second = feed.links
    assert (feed.title, first.title) == ("Valley News", "The dam holds")
    assert (first.url, second.url) == (
        "https://paper.test/news/dam",
        "https://paper.test/sport/match",
    )
    assert first.published_at == datetime(2024, 5, 17, 8, tzinfo=UTC)
    assert first.modified_at == datetime(2024, 5, 18, 10, tzinfo=UTC)


def test_rss_1_keeps_its_items_beside_the_channel() -> None:
    feed = parse_feed(RDF.encode(), url=URL)
    assert feed.title == "Old Paper"
    assert [link.published_at for link in feed.links] == [datetime(2024, 5, 17, tzinfo=UTC)]


def test_json_feed_ignores_fields_of_another_type() -> None:
    feed = parse_feed(JSON.encode(), url=URL, content_type="application/feed+json")
    assert feed.title == "Json Post"
    assert [link.url for link in feed.links] == ["https://paper.test/a", "https://other.test/b"]
    assert feed.links[0].published_at == datetime(2024, 5, 17, 8, tzinfo=UTC)
    assert feed.links[1].modified_at == datetime(2024, 5, 17, tzinfo=UTC)


def item(link: str, date: str = "", title: str = "T") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"


@pytest.mark.parametrize(
    "bad",
    [
        item("javascript:alert(1)"),
        item("file:///etc/passwd"),
        item("http://[::1"),
        item("http://a.test:99999/"),
        item("https://a.test/" + "x" * 3000),
        item(""),
        "<item/>",
        "<item><link>https://a.test/<b>x</link></item>",
        "<item><title>&undefined; &#0; \x00</title></item>",
        "<media:content url='x'><media:title>y</media:title></media:content>",
        "<item><a:b:c/></item>",
    ],
)
def test_one_bad_entry_does_not_stop_the_rest(bad: str) -> None:
    body = f"<rss><channel>{item('/one')}{bad}{item('/two')}</channel></rss>"
    found = urls_of(body)
    assert found[0] == "https://paper.test/one"
    assert found[-1] == "https://paper.test/two"
    assert all(url.startswith(("http://", "https://")) for url in found)


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "Fri, 31 Feb 2024 10:00:00 GMT",
        "0001-01-01",
        "9999-12-31T23:59:59+00:00",
        "Fri, 17 May 1889 10:00:00 GMT",
        "2024-05-17T10:00:00+99:99",
        "1" * 5000,
        "25:61",
    ],
)
def test_a_date_that_cannot_be_is_no_date(date: str) -> None:
    body = f"<rss><channel>{item('/one', date)}</channel></rss>"
    (link,) = parse_feed(body.encode(), url=URL).links
    assert link.published_at is None


@pytest.mark.parametrize(
    ("encoding", "label", "content_type"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("iso-8859-1", "iso-8859-1", None),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("utf-16", "utf-16", None),
        ("iso-2022-jp", "iso-2022-jp", None),
        ("euc-jp", "euc-jp", "text/xml"),
    ],
)
def test_titles_survive_their_encoding(encoding: str, label: str, content_type: str | None) -> None:
    title = {"windows-1251": "Порт", "iso-2022-jp": "港湾の火事", "euc-jp": "港湾の火事"}.get(
        encoding, "Häfen"
    )
    declared = f"<?xml version='1.0' encoding='{label}'?>" if label else ""
    body = f"{declared}<rss><channel>{item('/one', title=title)}</channel></rss>".encode(encoding)
    (link,) = parse_feed(body, url=URL, content_type=content_type).links
    assert link.title == title


def test_what_a_server_says_before_the_feed_is_skipped() -> None:
    assert urls_of("\n\nWarning: <b>x</b> in y.php\n" + RSS)[0] == "https://paper.test/port/crane"


def test_a_truncated_feed_gives_no_address_cut_in_the_middle() -> None:
    for end in range(RSS.index("<item>"), len(RSS), 7):
        assert set(urls_of(RSS[:end])) <= set(urls_of(RSS))


def test_entities_are_never_expanded_and_nothing_is_read_from_disk() -> None:
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{bomb}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = f"{doctype}<rss><channel>{item('/one', title='&a11; &x; end')}</channel></rss>"
    (link,) = parse_feed(body.encode(), url=URL).links
    assert len(link.title or "") < 50
    assert "root:" not in (link.title or "")


def test_the_same_address_is_one_link_and_titles_are_clipped() -> None:
    body = f"<rss><channel>{item('/one#a', title='x' * 9000)}{item('/one#b')}</channel></rss>"
    (link,) = parse_feed(body.encode(), url=URL).links
    assert len(link.title or "") == 1000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"<html><body><rss></rss></body></html>",
        b"{}",
        b"[]",
        b'{"items": []}',
        b"{" * 100000,
        b'{"a":' * 100000,
        b"<urlset></urlset>",
        b"hello",
        b'{"version": "https://jsonfeed.org/version/1", "items": 3}',
        b"<rss",
        b"\xff\xfe<\x00",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(FeedParseError, match=r"not a feed|no feed"):
        parse_feed(body, url=URL)


shaped = st.lists(
    st.sampled_from(
        [
            b"<rss>",
            b"<feed>",
            b"<channel>",
            b"<item>",
            b"</item>",
            b"<entry>",
            b"<link>",
            b"<link/>",
            b"<link href='",
            b"'/>",
            b"http://a.test/x",
            b"<title>",
            b"</title>",
            b"&amp;",
            b"&x;",
            b"<![CDATA[",
            b"]]>",
            b"<pubDate>",
            b"2024",
            b"<rdf:RDF>",
            b"xml:base='http://['",
            b">",
            b"<a:b>",
            b"\x00",
            b"\xff",
            b"<?xml version='1.0' encoding='x'?>",
            b"<!DOCTYPE a [",
            b"{",
            b'"items":[{"url":"http://["}]',
            b'"version":"jsonfeed.org"',
            b"}",
            b",",
            b"<guid>",
        ]
    ),
    max_size=30,
).map(b"".join)


@settings(deadline=2000)
@given(st.binary(max_size=500) | shaped | shaped.map(b"<rss><channel><item>".__add__))
def test_any_bytes_are_a_feed_or_refused(body: bytes) -> None:
    try:
        feed = parse_feed(body, url=URL)
    except FeedParseError:
        return
    assert all(link.url.startswith(("http://", "https://")) for link in feed.links)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<rss>" + b"<link " * 800_000, id="unclosed tags"),
        pytest.param(b"<rss><channel><item>" + b"<a/>" * 800_000, id="wide entry"),
        pytest.param(b"<rss><channel>" + b"<item/>" * 400_000, id="empty entries"),
        pytest.param(b"<feed>" + b"<entry>" * 400_000, id="deep"),
        pytest.param(
            b"<rss " + b" ".join(b"a%d=''" % i for i in range(200_000)) + b">", id="wide tag"
        ),
        pytest.param(b"<rss><channel><item><title>" + b"x" * 9_000_000, id="one text"),
        pytest.param(b"\xff\x00<" * 2_500_000, id="junk"),
        pytest.param(b"<rss><title>" + b"&amp;" * 1_500_000 + b"</title></rss>", id="escapes"),
    ],
)
def test_hostile_feeds_end_soon(body: bytes) -> None:
    started = time.process_time()
    try:
        feed = parse_feed(body, url=URL)
    except FeedParseError:
        pass
    else:
        assert len(feed.links) <= MAX_ENTRIES
    assert time.process_time() - started < 5
