"""What the page says under the picture that stands for its article."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, objects_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.sources import PageSources, visible_text
from pipelines.fingerprint import count_words

MAX_CAPTION_CHARACTERS = 1_000
MIN_CAPTION_WORDS = 2
"""`Photo` says nothing. In scripts without spaces a character is a word."""

MAX_PICTURES = 50
MIN_NAME_CHARACTERS = 6
"""Of a picture's file name, for finding it among the addresses of a figure's pictures."""

_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg|tiff?)", re.IGNORECASE)
_SIZE = re.compile(r"[-_@](?:\d{2,4}x\d{2,4}|\d{1,2}x|scaled|large|medium|small)$", re.IGNORECASE)
_PICTURES = ("img", "source")


def choose_caption(
    sources: PageSources,
    *,
    article: Node,
    image: Found[str] | None,
    title: Found[str] | None,
) -> Found[str] | None:
    """The caption of the article's picture; None if it has none.

    What only says the title again is none, nor is the name of a file.
    """
    if image is None:
        return None
    said_above = match_key(title.value) if title is not None else ""
    for source, raw in _said(sources, article, image.value):
        caption = one_line(raw, limit=MAX_CAPTION_CHARACTERS)
        if _says_something(caption) and match_key(caption) != said_above:
            return Found(caption, source, raw[:MAX_CAPTION_CHARACTERS])
    return None


def _says_something(caption: str) -> bool:
    return count_words(caption) >= MIN_CAPTION_WORDS and _FILE_NAME.fullmatch(caption) is None


def _said(sources: PageSources, article: Node, image_url: str) -> Iterator[tuple[str, str]]:
    """Where a caption may stand and what it says, the surest first."""
    name = _file_name(image_url)
    for picture in objects_in(article.get("image")):
        caption = picture.get("caption")
        if isinstance(caption, str) and _is_of(picture, name):
            yield "json-ld:image.caption", caption
    for element in _figure_captions(sources, name):
        yield "html:figcaption", visible_text(element, limit=MAX_CAPTION_CHARACTERS)
    for meta, value in sources.meta("og:image:alt", "twitter:image:alt"):
        yield f"meta:{meta}", value


def _is_of(picture: Node, name: str) -> bool:
    """Whether an object of JSON-LD is this picture, or does not say which one it is."""
    said = [picture.get(key) for key in ("url", "contentUrl")]
    addresses = [address for address in said if isinstance(address, str)]
    return not addresses or any(_file_name(address) == name for address in addresses)


def _figure_captions(sources: PageSources, name: str) -> Iterator[HtmlElement]:
    """The captions of figures that show a picture with this file name."""
    if len(name) < MIN_NAME_CHARACTERS:
        return
    for caption in sources.captions:
        figure = caption.getparent()
        while figure is not None and figure.tag not in {"figure", "body"}:
            figure = figure.getparent()
        if figure is not None and figure.tag == "figure" and _shows(figure, name):
            yield caption


def _shows(figure: HtmlElement, name: str) -> bool:
    """Whether an address of a picture in it has the name; lazy pages keep it where they like."""
    pictures = islice(figure.iter(*_PICTURES), MAX_PICTURES)
    return any(name in said for picture in pictures for said in picture.values())


def _file_name(url: str) -> str:
    """Of a picture, without its folder, ending and size."""
    try:
        path = urlsplit(url).path
    except ValueError:  # "http://["
        return ""
    last = path.rstrip("/").rpartition("/")[2]
    return _SIZE.sub("", last.rpartition(".")[0] or last)
