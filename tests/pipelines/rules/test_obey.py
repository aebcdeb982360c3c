"""What rules do to a page: a person's word beats what was learned and what the model says."""

from __future__ import annotations

import pytest

from pipelines.process import clean_page
from pipelines.reading import FLATTENED
from pipelines.records import BlockKind, CleanArticle, Rejection
from pipelines.rules.sites import with_rules
from pipelines.sites.hashes import block_hash
from pipelines.sites.profile import ActiveBlock, make_profile
from pipelines.sites.records import SiteProfile
from tests.pipelines.rules.pages import (
    PARAGRAPHS,
    SITE,
    article_of,
    cuts_by_rule,
    html,
    page_of,
    result_of,
    rule,
    story,
)

PROMPT = "Readers who value our independent work can support it with a small gift every month."
BOX = f'<div class="box gift" id="b1"><p>{PROMPT}</p></div>'
TEXT = "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("line", "matched"),
    [
        ("cut css .gift", "div#b1.box.gift"),
        ("cut xpath //div[@id='b1']/p", "p"),
        (f"cut text {PROMPT.upper().replace(' ', ' - ')}", "the whole line"),
        ("cut regex small gift.*month", "“small gift every month”"),
    ],
)  # fmt: skip
def test_each_kind_of_rule_cuts_and_says_what_matched(line: str, matched: str) -> None:
    page = story(BOX)
    assert PROMPT in article_of(page).text
    article = article_of(page, line)
    assert article.text == TEXT
    [cut] = [cut for cut in article.cuts if cut.rule == "rule"]
    assert cut.block.text == PROMPT
    assert cut.reason.startswith("Rule 1 (cut ")
    assert cut.reason.endswith(f"matches {matched}.")


def test_a_rule_that_matches_nothing_changes_nothing_but_the_version() -> None:
    page = story(BOX)
    plain, ruled = article_of(page), article_of(page, "cut css .nowhere", "cut text Nowhere")
    assert (ruled.text, ruled.blocks, ruled.cuts) == (plain.text, plain.blocks, plain.cuts)
    assert ruled.sighted == plain.sighted
    assert ruled.profile_version != plain.profile_version == 0


def test_a_line_is_taken_out_of_a_list() -> None:
    page = story("<ul><li>One boat sailed</li><li>Read more here</li><li>Two stayed</li></ul>")
    article = article_of(page, "cut text Read more here")
    lists = [block.text for block in article.blocks if block.kind is BlockKind.LIST]
    assert lists == ["One boat sailed", "Two stayed"]
    assert cuts_by_rule(article) == ["Read more here"]


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("The <b>harbour <i class=ad>Advert</i> office</b> spoke", "The harbour office spoke"),
        ("The harbour office <i class=ad>Advert</i>, spoke", "The harbour office, spoke"),
        ("<i class=ad>Advert</i> The harbour office spoke", "The harbour office spoke"),
        ("The Advert office <em>Advert <i class=ad>Advert</i></em>", "The Advert office Advert"),
        ("The har<i class=ad>Advert</i>bour office spoke", "The harbour office spoke"),
        ("The office<br>spoke <i class=ad>Ad<br>vert</i> today", "The office\nspoke\ntoday"),
    ],
)
def test_an_inline_element_is_taken_out_of_its_line(markup: str, left: str) -> None:
    tail = " on Monday of nothing at all that had happened since the storm."
    article = article_of(story(f"<p>{markup}{tail}</p>"), "cut css .ad")
    assert f"\n{left}{tail}\n" in article.text
    assert "".join(cuts_by_rule(article)) == "Advert"


def test_a_link_around_boxes_is_cut_with_them() -> None:
    page = story("<a class='card' href='/x'><div>Another story</div><p>of some words.</p></a>")
    article = article_of(page, "cut css a.card", "keep text of some words")
    assert article.text == "\n".join([*PARAGRAPHS[:3], "of some words.", *PARAGRAPHS[3:]])


def test_the_line_around_an_inline_element_is_kept() -> None:
    page = story(after="<footer><p>Correction: <i class='c'>the other ferry</i> sank.<br>Go</p>")
    assert article_of(page, "keep css .c").text.endswith("\nCorrection: the other ferry sank.")


def test_what_a_rule_keeps_is_in_the_text_wherever_it_stands() -> None:
    page = story(after="<footer><p class='note'>Correction: the other ferry.</p></footer>")
    assert "Correction" not in article_of(page).text
    article = article_of(page, "keep css .note")
    assert article.text == f"{TEXT}\nCorrection: the other ferry."


@pytest.mark.parametrize("keep", ["keep css .note", "keep css footer"])
def test_what_a_rule_about_elements_keeps_is_kept_of_a_footer_too(keep: str) -> None:
    note = "This article was corrected on 3 March: the bridge was built in 1911."
    page = story(f"<footer><div class='note'>{note}</div><nav>Home</nav></footer>")
    assert note not in article_of(page).text
    assert note in article_of(page, keep).text


def test_what_the_general_rules_or_the_model_would_cut_is_kept() -> None:
    page = story("<p>Facebook Twitter WhatsApp</p>", BOX)
    known = make_profile(
        SITE, [ActiveBlock(hash=block_hash(PROMPT), articles=9, of_articles=9, is_kept=False)]
    )
    assert PROMPT not in article_of(page, profile=known).text
    article = article_of(page, "keep text " + PROMPT, "keep xpath //h1", profile=known)
    assert PROMPT in article.text
    assert article.text.startswith("The affair\n")
    assert not cuts_by_rule(article)


def test_keeping_beats_cutting() -> None:
    article = article_of(story(BOX), "cut css p", "keep regex day (2|4)")
    assert article.text == "\n".join([PARAGRAPHS[1], PARAGRAPHS[3]])


def test_a_block_that_a_person_kept_is_cut_by_no_rule() -> None:
    known = make_profile(
        SITE, [ActiveBlock(hash=block_hash(PROMPT), articles=9, of_articles=9, is_kept=True)]
    )
    assert PROMPT in article_of(story(BOX), "cut css .gift", profile=known).text


def test_a_rule_is_obeyed_however_much_it_cuts_but_never_to_an_empty_text() -> None:
    article = article_of(story(), "cut regex day [2-5]")
    assert article.text == PARAGRAPHS[0]
    assert article.profile_flag is None
    whole = article_of(story(), "cut css article")
    assert whole.text == TEXT
    assert whole.profile_flag is not None
    assert whole.profile_flag.startswith("rules would cut everything")


def test_a_headline_alone_is_no_text_that_a_rule_may_leave() -> None:
    article = article_of(story(), "cut regex day")
    assert article.text == TEXT
    assert article.profile_flag is not None
    assert "The affair" not in article.text


def test_only_what_stands_in_the_body_is_judged() -> None:
    other = "".join(f"<p>{text.replace('office', 'bureau')}</p>" for text in PARAGRAPHS)
    page = story(after=f"<div class='second'><h1>Another affair</h1>{other}</div>")
    article = article_of(page, "body css .nowhere", "body css .second", "body css main")
    assert "bureau" in article.text
    assert "office" not in article.text
    assert article.metadata.title == "The affair"
    assert article_of(page, "body css .nowhere").text == article_of(page).text


def test_a_body_without_an_article_is_no_article() -> None:
    result = result_of(story(after="<div class='b'>Two words</div>"), "body css .b")
    assert isinstance(result, Rejection)


def test_cuts_never_decide_whether_a_page_is_an_article() -> None:
    assert article_of(story(), "cut regex day [1-4]", "cut regex that").profile_flag is not None
    assert article_of(story("<p>A short end.</p>"), "cut regex day").text == "A short end."


SHORT = html(
    "<article><h1>Ferry</h1><p>The ferry <span class=ad>Advertisement here</span> between the two "
    "islands runs again after nine weeks, the harbour office said today in a long statement.</p>"
    "<ul><li>One boat</li><li>Read more</li><li>Two boats that sail every day of the week</li></ul>"
    "<p>The first boat leaves at six.</p></article><footer><p class=k>Correction: no ferry.</p>"
    "</footer>"
)


def test_rules_hold_where_trafilatura_gives_the_text() -> None:
    plain = article_of(SHORT)
    assert any(it.source == "trafilatura" for it in plain.metadata.evidence)
    article = article_of(SHORT, "cut css .ad", "cut text Read more", "keep css .k")
    assert cuts_by_rule(article) == ["Advertisement here", "Read more"]
    assert article.text.endswith("The first boat leaves at six.\nCorrection: no ferry.")
    assert "One boat\n- Two boats" in article.text.replace("\n\n", "\n")


def test_rules_about_texts_hold_where_the_page_has_to_be_flattened() -> None:
    told = "".join(f"<p>{text}</p>" for text in [*PARAGRAPHS, PROMPT])
    page = html(f"<object><div class='comments'>{told}")
    plain = article_of(page)
    assert PROMPT in plain.text
    [source] = [it for it in plain.metadata.evidence if it.field == "text"]
    assert (source.source, source.raw) == ("trafilatura", FLATTENED)
    assert PROMPT not in article_of(page, "cut text " + PROMPT).text


def test_an_expression_that_fails_on_a_page_says_nothing() -> None:
    deep = "(" * 200 + "//p" + ")" * 200
    assert article_of(story(), "cut xpath " + deep).text in {TEXT, ""}


def test_a_page_taken_for_an_article_obeys_too() -> None:
    known = with_rules(SiteProfile(site=SITE), [rule("cut css .gift")])
    article = clean_page(page_of(story(BOX)), profile=known)
    assert isinstance(article, CleanArticle)
    assert article.text == TEXT
