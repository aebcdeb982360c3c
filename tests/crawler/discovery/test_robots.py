import time

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.robots import MAX_ROBOTS_SITEMAPS, sitemaps_in_robots

URL = "https://paper.test/robots.txt"


def test_sitemaps_are_found_wherever_they_stand() -> None:
    body = b"""\xef\xbb\xbfSitemap: https://paper.test/one.xml
User-agent: *
Disallow: /private
SITEMAP:https://paper.test/two.xml # news
sitemap: /three.xml
Sitemap: https://paper.test/one.xml
Sitemap: file:///etc/passwd
Sitemap: http://[
Sitemap:
# Sitemap: https://paper.test/no.xml"""
    assert sitemaps_in_robots(body, url=URL) == (
        "https://paper.test/one.xml",
        "https://paper.test/two.xml",
        "https://paper.test/three.xml",
    )


def test_endless_files_are_read_to_a_limit() -> None:
    body = b"".join(b"Sitemap: /%d.xml\n" % i for i in range(500_000))
    started = time.process_time()
    assert len(sitemaps_in_robots(body, url=URL)) == MAX_ROBOTS_SITEMAPS
    assert sitemaps_in_robots(b"#" * 500 * 1024 + b"\nSitemap: /late.xml", url=URL) == ()
    assert time.process_time() - started < 1


@given(st.binary() | st.binary().map(b"Sitemap:".__add__))
def test_any_bytes_give_addresses_or_none(body: bytes) -> None:
    for found in sitemaps_in_robots(body, url=URL):
        assert found.startswith(("http://", "https://"))
