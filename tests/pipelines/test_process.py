# ruff: noqa: RUF001 -- paragraphs of several languages stand whole
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import process_page
from pipelines.fingerprint import content_hash, count_words
from pipelines.jsonl import clean_lines
from pipelines.process import process
from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.render import explain, to_json, to_markdown
from tests.pipelines.prompt_pages import FURNITURE, PARAGRAPHS, theme_page

URL = "https://harrowby.example/news/ferry-returns-to-the-estuary"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])
NOW = datetime(2026, 3, 12, tzinfo=UTC)


def reason_of(body: bytes | str) -> Reason | None:
    result = process_page(body, URL, fetched_at=NOW)
    return result.reason if isinstance(result, Rejection) else None


def titled(title: str, content: str, *, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{content}</body></html>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n\t", Reason.EMPTY),
        (b"<html><body></body></html>", Reason.EMPTY),
        (b"%PDF-1.7\n%\xe2\xe3", Reason.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Reason.NOT_HTML),
        (b"PK\x03\x04 zip", Reason.NOT_HTML),
        (b'{"title": "<p>not a page</p>"}', Reason.NOT_HTML),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', Reason.NOT_HTML),
        (b"just words", Reason.NOT_HTML),
        (b"<p>" + b"x" * (10 * 1024 * 1024), Reason.TOO_LARGE),
        (b"<html><body><p>Too short to be an article.</p></body></html>", Reason.NOT_ARTICLE),
    ],
)
def test_what_is_not_an_article_is_rejected_with_its_reason(body: bytes, reason: Reason) -> None:
    assert reason_of(body) == reason


@pytest.mark.parametrize(
    "title",
    ["404", "Page not found | Harrowby Post", "Seite nicht gefunden", "Page introuvable – Le Bac",
     "Página no encontrada", "ページが見つかりません"],
)  # fmt: skip
def test_a_soft_404_is_told_by_its_title(title: str) -> None:
    sorry = "<p>Sorry, the page you asked for has moved or never existed at this address.</p>"
    assert reason_of(titled(title, f"<h1>{title}</h1>{sorry}")) == Reason.SOFT_404


def test_an_article_about_404_stays() -> None:
    assert reason_of(titled("404 jobs lost at the shipyard", TEXT)) is None


def test_a_paywalled_stub_goes_and_a_full_text_that_says_so_stays() -> None:
    head = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type":'
        ' "NewsArticle", "headline": "Ferry", "isAccessibleForFree": false}</script>'
    )
    stub = f"<article><p>{PARAGRAPHS['en'][0]}</p></article>"
    assert reason_of(titled("Ferry", stub, head=head)) == Reason.PAYWALLED
    full = process_page(titled("Ferry", f"<article>{TEXT}</article>", head=head), URL)
    assert isinstance(full, CleanArticle)
    assert full.metadata.paywalled is True


PAID_PART = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false,'
    ' "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": "%s"}}'
    "</script>"
)
OFFER = "<p>This story is for subscribers. Start your free trial to read on.</p>"


@pytest.mark.parametrize("selector", [".paid", "main div.paid", "#rest", ".head, .paid"])
def test_a_preview_goes_if_the_named_paid_part_holds_an_offer_only(selector: str) -> None:
    free = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"][:3])
    page = f'<main>{free}<div class="paid" id="rest">{OFFER}</div></main>'
    assert reason_of(titled("Ferry", page, head=PAID_PART % selector)) == Reason.PAYWALLED


@pytest.mark.parametrize("selector", [".paid", ".paid > p", "[data-paid]"])
def test_a_text_inside_the_named_paid_part_stays(selector: str) -> None:
    free, *paid = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])
    page = f'<main>{free}<div class="paid">{"".join(paid)}</div></main>'
    assert reason_of(titled("Ferry", page, head=PAID_PART % selector)) is None


def test_a_section_page_is_a_listing() -> None:
    links = "".join(
        f'<li><a href="/news/story-number-{n}-of-the-day">Story number {n} of the day</a></li>'
        for n in range(40)
    )
    assert reason_of(titled("News", f"<h1>News</h1><ul>{links}</ul>")) == Reason.LISTING


def test_reserved_rights_keep_metadata_only_unless_the_policy_keeps_the_text() -> None:
    page = FetchedPage(
        request_url=URL,
        url=URL,
        body=titled("Ferry returns", TEXT).encode(),
        tdm_reserved=True,
        fetched_at=NOW,
    )
    rejected = process(page)
    assert isinstance(rejected, Rejection)
    assert rejected.reason is Reason.RESERVED
    assert rejected.metadata is not None
    assert rejected.rights.tdm_reserved
    assert isinstance(process(page, tdm_policy="keep"), CleanArticle)


@pytest.mark.parametrize("swallower", ["<button>", "<select>", "<iframe>", "<a href='/x-y-z'>"])
def test_an_unclosed_element_does_not_swallow_the_article(swallower: str) -> None:
    result = process_page(titled("Ferry", f"{swallower}<div>{TEXT}</div>"), URL)
    assert isinstance(result, CleanArticle), result
    assert all(paragraph in result.text for paragraph in PARAGRAPHS["en"])


def test_links_are_absolute_of_the_same_site_and_look_like_articles() -> None:
    links = (
        '<a href="/2026/03/bridge-closes-again">a</a><a href="/about">b</a>'
        '<a href="https://www.harrowby.example/news/mayor-opens-new-pier#top">c</a>'
        '<a href="https://else.example/a-long-story-here">d</a><a href="javascript:x-y-z()">e</a>'
        '<a href="/2026/03/bridge-closes-again">again</a><a href="/photos/ferry-on-pier.jpg">f</a>'
    )
    result = process_page(titled("Ferry", TEXT + links), URL)
    assert result.links == (
        "https://harrowby.example/2026/03/bridge-closes-again",
        "https://www.harrowby.example/news/mayor-opens-new-pier",
    )


def test_equal_texts_have_equal_hashes_whatever_their_case_and_spacing() -> None:
    assert content_hash("The Ferry, returns!") == content_hash("the  ferry returns")
    assert content_hash("one") != content_hash("two")
    assert len(content_hash("")) == 16


def test_words_are_counted_in_scripts_without_spaces() -> None:
    assert count_words("The ferry returns.") == 3
    assert count_words("渡し船が戻る") == 6


def test_a_text_has_the_hash_of_its_parts() -> None:
    parts = ("The ferry\u2019s back.", "- Straße, \u0130stanbul", "渡し船が戻る", "\u2014")
    assert content_hash(*parts) == content_hash("\n- ".join(parts)) != content_hash(parts[0])


def article() -> CleanArticle:
    result = process_page(theme_page(FURNITURE[0]), URL, fetched_at=NOW)
    assert isinstance(result, CleanArticle)
    return result


def test_renderings_carry_title_text_and_cuts() -> None:
    assert to_markdown(article()).startswith(
        "# Ferry returns to the estuary after eleven years\n\n"
    )
    fields = json.loads(to_json(article()))
    assert fields["text"] == article().text
    assert {cut["text"] for cut in fields["cuts"]} >= {"No time to read?", "Previous Article"}


def test_explain_lists_every_block_in_page_order() -> None:
    explained = list(explain(article()))
    assert [e.block.text for e in explained if e.rule is None] == list(PARAGRAPHS["en"])
    prompts = [n for n, e in enumerate(explained) if e.block.text == "No time to read?"]
    assert len(prompts) == 2
    assert {explained[n].rule for n in prompts} <= {"repeated_at_both_ends", "block_model"}
    kept = [n for n, e in enumerate(explained) if e.rule is None]
    assert prompts[0] < kept[0] < kept[-1] < prompts[1]
    assert len(explained) == len(article().blocks) + len(article().cuts)


def test_json_lines_go_on_after_a_bad_line(tmp_path: Path) -> None:
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(theme_page(FURNITURE[0]).encode()))
    plain = tmp_path / "page.html"
    plain.write_text(theme_page(FURNITURE[1]), encoding="utf-8")
    lines = [
        "not json",
        json.dumps({"id": "1", "url": URL, "html": str(page)}),
        json.dumps({"id": "2", "url": URL, "html": str(tmp_path / "missing")}),
        json.dumps(["a list"]),
        json.dumps({"id": "3", "url": URL, "html": str(plain)}),
    ]
    output, errors = io.StringIO(), io.StringIO()
    counts = clean_lines(lines, output, errors)
    rows = {row["id"]: row for row in map(json.loads, output.getvalue().splitlines())}
    assert (counts.cleaned, counts.rejected, counts.failed) == (2, 0, 3)
    assert rows["1"]["text"].split("\n") == list(PARAGRAPHS["en"])
    assert rows["3"]["language"] == "de"
    assert rows["2"]["text"] == ""
    assert "line 1:" in errors.getvalue()
    assert "3 of 5 lines failed" in errors.getvalue()


@pytest.mark.parametrize("page_id", ["1", 1, -7, 2**70, 0.5, ""])
def test_a_json_line_keeps_its_id_whatever_string_or_number_it_is(
    tmp_path: Path, page_id: str | float
) -> None:
    page = tmp_path / "page.html"
    page.write_text(theme_page(FURNITURE[0]), encoding="utf-8")
    output, errors = io.StringIO(), io.StringIO()
    clean_lines([json.dumps({"id": page_id, "url": URL, "html": str(page)})], output, errors)
    answered = json.loads(output.getvalue())["id"]
    assert (answered, type(answered), errors.getvalue()) == (page_id, type(page_id), "")


@pytest.mark.parametrize("page_id", ["null", "true", "[1]", "{}", "NaN", "Infinity"])
def test_what_is_neither_string_nor_number_is_no_id(page_id: str) -> None:
    errors = io.StringIO()
    line = f'{{"id": {page_id}, "url": "{URL}", "html": "page.html"}}'
    assert clean_lines([line], io.StringIO(), errors).failed == 1
    assert "line 1: no id" in errors.getvalue()
