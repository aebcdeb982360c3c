"""Pages made to break a crawler: each keeps its article, or ends with an outcome that says why."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime

import pytest

from pipelines.process import process_page
from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.workers import WorkerLimits, WorkerPool
from tests.pipelines.prompt_pages import PARAGRAPHS

URL = "https://harrowby.example/news/ferry-returns-to-the-estuary"
NOW = datetime(2026, 3, 12, tzinfo=UTC)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])
LONG_TEXT = TEXT + "".join(
    f"<p>On day {day} the ferry carried {day * 7} people over the estuary, and all paid.</p>"
    for day in range(1, 41)
)
"""Beyond 3,000 characters trafilatura looks no further for what covers more of the page."""
GENEROUS_CPU_SECONDS = 20
"""Far above what was measured (under 5 s each) and far below the minutes of the raw blocks."""


def page(body: str, *, head: str = "<title>Ferry returns</title>") -> bytes:
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return html.encode("utf-8", "surrogatepass")


def processed(body: bytes, content_type: str | None = "text/html") -> CleanArticle | Rejection:
    start = time.process_time()
    result = process_page(body, URL, content_type=content_type, fetched_at=NOW)
    assert time.process_time() - start < GENEROUS_CPU_SECONDS
    return result


def assert_keeps_the_article(body: bytes, content_type: str | None = "text/html") -> CleanArticle:
    result = processed(body, content_type)
    assert isinstance(result, CleanArticle), result
    assert all(paragraph in result.text for paragraph in PARAGRAPHS["en"])
    return result


def wide_tag(attributes: int, *, value: str = "") -> str:
    return f"<div {' '.join(f'a{number}{value}' for number in range(attributes))}></div>"


BEFORE_THE_ARTICLE = {
    "a tag with 1,000,000 attributes": wide_tag(1_000_000),
    "a tag with 300,000 quoted attributes": wide_tag(300_000, value="='x'"),
    "300 tags with 1,000 attributes": wide_tag(1_000) * 300,
    "an attribute of 9 MB": f'<div data-state="{"x" * 9_000_000}"></div>',
    "a script of 9 MB": f"<script>{'if (a<b) x();' * 700_000}</script>",
    "a style of 9 MB": f"<style>{'a{}' * 3_000_000}</style>",
    "4,000 tables": "<table><tr><td>cell</td></tr></table>" * 4_000,
    "5,000,000 brackets": "<" * 5_000_000,
    "soft hyphens": "<p>­</p>" * 10_000,
}


@pytest.mark.parametrize("filler", BEFORE_THE_ARTICLE.values(), ids=BEFORE_THE_ARTICLE)
def test_what_stands_before_the_article_does_not_cost_it(filler: str) -> None:
    assert_keeps_the_article(page(f"{filler}<article>{LONG_TEXT}</article>"))


def test_a_table_of_8_000_cells_in_the_article_costs_none_of_its_paragraphs() -> None:
    table = "<table>" + f"<tr>{'<td>cell</td>' * 8}</tr>" * 1_000 + "</table>"
    assert_keeps_the_article(page(f"<article>{TEXT}{table}</article>"))


AROUND_THE_ARTICLE = ["<div>", "<b>", "<span>", "<blockquote>", "<ul><li>", "<section>"]


@pytest.mark.parametrize("tag", AROUND_THE_ARTICLE)
@pytest.mark.parametrize("depth", [300, 2_000])
def test_deep_nesting_does_not_cost_the_article(tag: str, depth: int) -> None:
    assert_keeps_the_article(page(tag * depth + TEXT))


SWALLOWERS = ["<button>", "<select>", "<select><option>", "<iframe>", '<iframe src="/x">',
              '<a href="/a-giant-link">', "<noscript>", "<label>", "<form><button>"]  # fmt: skip


@pytest.mark.parametrize("swallower", SWALLOWERS)
def test_an_element_that_is_never_closed_does_not_swallow_the_article(swallower: str) -> None:
    assert_keeps_the_article(page(f"<h1>Ferry returns</h1>{swallower}<div>{TEXT}</div>"))


def test_a_text_node_of_10_mb_is_kept() -> None:
    result = processed(page(f"<article><p>{'The ferry returns. ' * 500_000}</p></article>"))
    assert isinstance(result, CleanArticle)
    assert result.word_count >= 1_500_000


def test_a_page_of_50_mb_is_too_large_and_not_even_parsed() -> None:
    start = time.process_time()
    result = processed(page(TEXT + "<p>word</p>" * 4_600_000))
    assert isinstance(result, Rejection)
    assert result.reason is Reason.TOO_LARGE
    assert time.process_time() - start < GENEROUS_CPU_SECONDS / 4


DANGEROUS = "\x00\x01\x0b\x1b\x7f\x85\x9b\u202e\u2066\udfff\ud800"


def test_no_field_holds_controls_surrogates_or_bidi_overrides() -> None:
    said = f"Ferry {DANGEROUS}returns"
    data = {"@type": "NewsArticle", "headline": said, "author": {"name": f"Ida {DANGEROUS}Holm"},
            "articleSection": said, "keywords": [said], "description": said}  # fmt: skip
    head = (
        f"<title>{said}</title><meta name=description content='{said}'>"
        f"<meta property='og:site_name' content='{said}'><meta name=author content='{said}'>"
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
    )
    numeric = "&#0;&#1;&#x1b;&#x85;&#x202e;&#xd800;&#x2066;"
    paragraphs = TEXT.replace("</p>", f"{DANGEROUS}{numeric}</p>")
    result = processed(page(f"<article>{paragraphs}</article>", head=head))
    assert isinstance(result, CleanArticle)
    everything = repr((result.text, result.blocks, result.cuts, result.links))
    metadata = result.metadata
    fields = [metadata.title, *metadata.authors, metadata.section, *metadata.tags,
              metadata.site_name, metadata.description, result.text]  # fmt: skip
    for field in filter(None, fields):
        assert not set(DANGEROUS) & set(field)
    assert "\\ud800" not in everything
    assert "\\x00" not in everything


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f"])
def test_one_invalid_byte_costs_itself_and_not_the_encoding(bad: bytes) -> None:
    said = "<p>Größe, Füße, Brücke: “ganz” schön größer.</p>"
    body = page(f"<article>{said}{TEXT}<p>Für später: über Öl, Käse und Möhren.</p></article>")
    spoiled = body.replace(b"<article>", b"<article><p>bad " + bad + b" byte</p>")
    result = assert_keeps_the_article(spoiled)
    assert "Größe, Füße, Brücke: “ganz” schön größer." in result.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7\n1 0 obj <</Type /Catalog>>", Reason.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, Reason.NOT_HTML),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Reason.NOT_HTML),
        (b'{"html": "<p>' + b"word " * 5_000 + b'</p>"}', Reason.NOT_HTML),
        (b"[" * 100_000, Reason.NOT_HTML),
        (b"\x00" * 1_000_000, Reason.NOT_HTML),
        (b"", Reason.EMPTY),
        (b"\n\t ", Reason.EMPTY),
        (b"<!-- nothing -->", Reason.EMPTY),
        (b"\xef\xbb\xbf", Reason.EMPTY),
        (b"<html", Reason.EMPTY),
    ],
)
def test_what_is_no_page_says_so_whatever_its_label(body: bytes, reason: Reason) -> None:
    result = processed(body)
    assert isinstance(result, Rejection)
    assert result.reason is reason


def test_soft_hyphens_and_zero_width_spaces_leave_whole_words() -> None:
    hyphenated = TEXT.replace("ferry", "fer\u00adry").replace("the ", "th\u200be ")
    assert_keeps_the_article(page(f"<article>{hyphenated}</article>"))


# What no check beforehand tells from a page worth its time: another process ends it.
ENDLESS = {
    "100,000 tables": "<table><tr><td>cell</td></tr></table>" * 100_000,
    "500,000 links": "<a href=/x>y</a>" * 500_000,
    "attributes with brackets": wide_tag(400_000, value='=">"'),
}


def test_what_would_take_minutes_ends_at_the_limit_and_the_next_page_is_processed() -> None:
    limits = WorkerLimits(workers=1, timeout_seconds=2.0, memory_mib=1_024)

    async def run() -> tuple[list[CleanArticle | Rejection], CleanArticle | Rejection]:
        pool = WorkerPool(limits)
        try:
            await pool.process(fetched(page(TEXT)))  # starting a worker takes seconds
            ended = [await pool.process(fetched(page(it + TEXT))) for it in ENDLESS.values()]
            return ended, await pool.process(fetched(page(TEXT)))
        finally:
            pool.close()

    ended, after = asyncio.run(run())
    for result in ended:  # a fast machine may yet finish one
        assert isinstance(result, CleanArticle) or result.reason in {
            Reason.TIMEOUT,
            Reason.CRASHED,
        }
    assert isinstance(after, CleanArticle)


def fetched(body: bytes) -> FetchedPage:
    return FetchedPage(request_url=URL, url=URL, body=body, fetched_at=NOW)
