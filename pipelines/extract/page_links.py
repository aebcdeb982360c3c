"""The addresses that a page claims: its canonical URL and its picture, made absolute."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Json, Node, objects_in
from pipelines.extract.sources import PageSources

MAX_URL_CHARACTERS = 2_000
MAX_IMAGES = 10

# With a path; without parts that are there and empty, or parameters, which urljoin rewrites.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[!-\"$-:<->@-Z^-~]*"
    r"(?:\?[!-\"$-:<-Z^-~]+)?(?:#[!-:<-Z^-~]+)?"
)


def choose_canonical(sources: PageSources, *, page_url: str) -> Found[str] | None:
    """The URL that the page says is its own; None if it says none or no http URL."""
    said = [("link:canonical", href) for href in sources.links.get("canonical", ())]
    said += [(f"meta:{name}", value) for name, value in sources.meta("og:url")]
    return _first_absolute(said, base_url=base_url_of(sources, page_url))


def choose_image(sources: PageSources, *, article: Node, page_url: str) -> Found[str] | None:
    """The picture that stands for the article; None if the page names none."""
    names = (
        "og:image",
        "og:image:url",
        "og:image:secure_url",
        "twitter:image",
        "twitter:image:src",
    )
    said = [(f"meta:{name}", value) for name, value in sources.meta(*names)]
    said += [("json-ld:image", url) for url in _image_urls(article.get("image"))]
    said += [("json-ld:thumbnailUrl", url) for url in _image_urls(article.get("thumbnailUrl"))]
    return _first_absolute(said, base_url=base_url_of(sources, page_url))


def absolute_url(url: str, *, base_url: str) -> str | None:
    """The URL as http or https with a host; None for anything else, or for a very long one."""
    url = "".join(url.split())  # line breaks inside of attributes
    if not url or len(url) > MAX_URL_CHARACTERS:
        return None
    if _PLAIN.fullmatch(url):  # joining and splitting would change nothing, in 50 times the time
        return url
    try:
        joined = urljoin(base_url, url)
        parts = urlsplit(joined)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # "http://[", a port that is no number
        return None
    return joined if usable and joined.isprintable() and len(joined) <= MAX_URL_CHARACTERS else None


def base_url_of(sources: PageSources, page_url: str) -> str:
    """What the page's relative links are relative to."""
    return absolute_url(sources.base_url, base_url=page_url) or page_url


def _first_absolute(said: list[tuple[str, str]], *, base_url: str) -> Found[str] | None:
    for source, raw in said:
        if url := absolute_url(raw, base_url=base_url):
            return Found(url, source, raw)
    return None


def _image_urls(value: Json) -> Iterator[str]:
    for item in value[:MAX_IMAGES] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        for image in objects_in(item):
            for key in ("url", "contentUrl", "@id"):
                if isinstance(url := image.get(key), str):
                    yield url
