"""A site's profile on a page: what it cuts, what it never cuts."""

from __future__ import annotations

from dataclasses import replace

from pipelines import process_page
from pipelines.process import process
from pipelines.records import CleanArticle, FetchedPage
from pipelines.sites.hashes import block_hash
from pipelines.sites.profile import ActiveBlock, make_profile
from pipelines.sites.records import SiteProfile
from tests.storing import NOW

URL = "https://harbour.example/2026/03/the-ferry-runs-again"
PARAGRAPHS = [
    "The ferry between the two islands runs again after nine weeks, the harbour office said today.",
    "Passengers had waited since the storm in January, when a crane fell across the eastern pier.",
    "Repairs cost four million crowns, of which the county pays half and the owners the rest.",
    "The first boat leaves at six in the morning, the last one shortly before midnight.",
]
PROMPT = "Readers who value our independent work can support it with a small gift every month."


def fetched(*paragraphs: str) -> FetchedPage:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html><head><title>The ferry</title></head><body><article>{body}</article></body>"
    return FetchedPage(request_url=URL, url=URL, body=html.encode(), fetched_at=NOW)


def profile_of(*texts: str, keep: bool = False) -> SiteProfile:
    return make_profile(
        "harbour.example",
        [
            ActiveBlock(hash=block_hash(text), articles=41, of_articles=57, is_kept=keep)
            for text in texts
        ],
    )


def cleaned(page: FetchedPage, profile: SiteProfile | None = None) -> CleanArticle:
    article = process(page, profile=profile)
    assert isinstance(article, CleanArticle)
    return article


def test_a_learned_block_is_cut_with_its_evidence() -> None:
    page = fetched(PARAGRAPHS[0], PROMPT, *PARAGRAPHS[1:])
    assert PROMPT in cleaned(page).text
    article = cleaned(page, profile_of(PROMPT))
    assert article.text == "\n".join(PARAGRAPHS)
    [cut] = article.cuts
    assert (cut.rule, cut.reason) == (
        "site_boilerplate",
        "Seen in 41 of 57 articles of this site.",
    )
    assert article.profile_version == profile_of(PROMPT).version


def test_spacing_case_and_punctuation_do_not_hide_it() -> None:
    page = fetched(*PARAGRAPHS, PROMPT.upper().replace(" ", "  ").rstrip("."))
    assert cleaned(page, profile_of(PROMPT)).text == "\n".join(PARAGRAPHS)


def test_an_article_that_would_lose_too_much_is_flagged_and_whole() -> None:
    page = fetched(*PARAGRAPHS)
    article = cleaned(page, profile_of(*PARAGRAPHS[1:]))
    assert article.text == "\n".join(PARAGRAPHS)
    assert article.profile_flag is not None
    assert "3 blocks" in article.profile_flag
    assert cleaned(page, profile_of(PROMPT)).profile_flag is None


def test_a_kept_block_is_cut_by_no_rule() -> None:
    page = fetched(*PARAGRAPHS, "Facebook Twitter WhatsApp")
    assert "Twitter" not in cleaned(page).text
    article = cleaned(page, profile_of("Facebook Twitter WhatsApp", keep=True))
    assert article.text.endswith("Facebook Twitter WhatsApp")


def test_an_empty_profile_changes_nothing() -> None:
    page = fetched(*PARAGRAPHS, PROMPT)
    assert cleaned(page, SiteProfile(site="harbour.example")) == cleaned(page)


def test_whether_a_page_is_an_article_does_not_depend_on_the_profile() -> None:
    page = fetched(*PARAGRAPHS[:2])
    kind = type(process_page(page.body, URL))
    assert type(process(page, profile=profile_of(PARAGRAPHS[1]))) is kind


LABEL = "Later in the paper"
TEASER = "How a choir bought its own mountain"
SENTENCE = "A choir of thirty bakers bought its own mountain and sings there every Sunday at dawn."


def profile_with_label() -> SiteProfile:
    label = ActiveBlock(hash=block_hash(LABEL), articles=41, of_articles=57, followers=38)
    return make_profile("harbour.example", [label])


def test_what_follows_a_label_after_the_text_is_cut_though_nobody_saw_it() -> None:
    page = fetched(*PARAGRAPHS, LABEL, TEASER)
    assert TEASER in cleaned(page, profile_of(LABEL)).text
    article = cleaned(page, profile_with_label())
    assert article.text == "\n".join(PARAGRAPHS)
    assert [(cut.block.text, cut.rule) for cut in article.cuts] == [
        (LABEL, "site_boilerplate"),
        (TEASER, "site_teaser"),
    ]
    assert "38 different ones" in article.cuts[1].reason
    assert profile_with_label().version != profile_of(LABEL).version


def test_a_paragraph_below_a_label_stays() -> None:
    for texts in (
        [*PARAGRAPHS, LABEL, SENTENCE],
        [*PARAGRAPHS[:2], LABEL, TEASER, *PARAGRAPHS[2:]],
    ):
        expected = [text for text in texts if text != LABEL]
        assert cleaned(fetched(*texts), profile_with_label()).text == "\n".join(expected)


def test_a_sentence_below_a_label_is_cut_where_no_paragraph_stands() -> None:
    page = fetched(*PARAGRAPHS, LABEL)
    body = page.body.replace(b"</article>", f"<h4>{SENTENCE}</h4></article>".encode())
    assert cleaned(replace(page, body=body), profile_with_label()).text == "\n".join(PARAGRAPHS)


def test_a_list_after_the_text_goes_with_its_line_that_the_site_repeats() -> None:
    pager = f"<ul><li>{LABEL}</li><li>{TEASER}</li></ul>"
    own = f"<ul><li>The baker</li><li>{TEASER}</li></ul>"
    for after, expected in (
        (pager, PARAGRAPHS),
        (own, [*PARAGRAPHS, "- The baker", f"- {TEASER}"]),
    ):
        body = fetched(*PARAGRAPHS).body.replace(b"</article>", f"{after}</article>".encode())
        article = cleaned(replace(fetched(), body=body), profile_of(LABEL))
        assert article.text == "\n".join(expected)
