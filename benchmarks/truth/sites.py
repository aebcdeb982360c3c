"""Invented sites, as large as asked for: small pages whose every line is known beforehand."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from pipelines.fingerprint import content_hash
from pipelines.records import (
    CLEANER_VERSION,
    Block,
    BlockKind,
    CleanArticle,
    FetchedPage,
    Metadata,
    RightsSignals,
)
from tests.small_site import PROMPT, paragraphs, story_html, story_url
from tests.storing import NOW

SITES = 20


def generated_pages(count: int) -> Iterator[FetchedPage]:
    """So many pages, the sites in turn; each has a prompt that its site alone repeats."""
    return (generated_page(number) for number in range(count))


def generated_page(number: int) -> FetchedPage:
    """Page `number`; its story is told nowhere else."""
    host = f"https://www.coast-{number % SITES}.example"
    url = story_url(number, host)
    return FetchedPage(
        request_url=url,
        url=url,
        body=story_html(number, prompt_of(host)).encode(),
        content_type="text/html; charset=utf-8",
        fetched_at=NOW + timedelta(seconds=number),
    )


def prompt_of(host: str) -> str:
    """What a site says on each of its pages."""
    return f"{PROMPT} Thank you for reading {host.removeprefix('https://www.')} today."


def text_of(number: int) -> str:
    """What a clean article of page `number` says."""
    return "\n".join(paragraphs(number))


def uncleaned_article(number: int) -> CleanArticle:
    """Page `number` as an older cleaner would have stored it: with its site's prompt."""
    page = generated_page(number)
    first, *others = paragraphs(number)
    lines = [first, prompt_of(page.url.partition("/2026")[0]), *others]
    text = "\n".join(lines)
    return CleanArticle(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        metadata=Metadata(title=f"The affair number {number}"),
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines),
        cuts=(),
        text=text,
        content_hash=content_hash(text),
        word_count=len(text.split()),
        rights=RightsSignals(),
        cleaner_version=CLEANER_VERSION - 1,
    )


def in_batches(count: int, size: int) -> Iterator[list[int]]:
    """Numbers below `count`, so many at a time."""
    numbers = iter(range(count))
    while batch := list(islice(numbers, size)):
        yield batch
