import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.recognise import recognise
from db.models import SeedKind

URL = "https://paper.test/x"


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"<?xml version='1.0'?><rss><channel/></rss>", "text/html", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", None, "feed"),
        (b"<rdf:RDF xmlns:rdf='x'></rdf:RDF>", None, "feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', "text/plain", "feed"),
        (b"<urlset><url><loc>http://a.test/x</loc></url></urlset>", "text/html", "sitemap"),
        (b"<urlset><url><news:news/></url></urlset>", None, "news_sitemap"),
        (b"<sitemapindex></sitemapindex>", None, "sitemap_index"),
        (gzip.compress(b"<urlset></urlset>", mtime=0), "application/gzip", "sitemap"),
        (b"https://paper.test/one\nhttps://paper.test/two", "text/plain", "sitemap"),
        (b"<!doctype html><title>Paper</title><p>News", "application/xml", "section"),
        (b"  <HTML lang=en><body></body></HTML>", None, "section"),
        (b"<html><body><pre>&lt;rss&gt;</pre><rss></rss></body></html>", None, "section"),
    ],
)
def test_a_seed_is_known_by_its_bytes(body: bytes, content_type: str | None, kind: str) -> None:
    assert recognise(body, url=URL, content_type=content_type) == kind


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7 <html>", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04", "ZIP"),
        (b'{"articles": []}', "JSON that is no feed"),
        (b"[1, 2]", "JSON that is no feed"),
        (b"Hello", "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither"),
    ],
)
def test_what_cannot_be_followed_is_named(body: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        recognise(body, url=URL, content_type="application/octet-stream")


@settings(deadline=2000)
@given(st.binary(max_size=300), st.none() | st.text(max_size=30))
def test_any_bytes_are_a_kind_or_refused(body: bytes, content_type: str | None) -> None:
    try:
        kind = recognise(body, url=URL, content_type=content_type)
    except ValueError:
        return
    assert kind in set(SeedKind)
