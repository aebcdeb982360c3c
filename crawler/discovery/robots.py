"""The sitemaps that a robots.txt names."""

from crawler.discovery.links import absolute_url

MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309 §2.5: parse at least 500 KiB
MAX_ROBOTS_SITEMAPS = 100


def sitemaps_in_robots(body: bytes, *, url: str) -> tuple[str, ...]:
    """Absolute http or https URLs in order, distinct, whatever user agent they stand under."""
    found: dict[str, None] = {}
    for line in body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() != "sitemap":
            continue
        # sitemaps.org wants a full URL; relative ones are common.
        if address := absolute_url(value.partition(" #")[0], base=url):
            found.setdefault(address)
        if len(found) == MAX_ROBOTS_SITEMAPS:
            break
    return tuple(found)
