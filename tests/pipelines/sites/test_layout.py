"""A known site's page is read from its article's places, and as a whole where that is not safe."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from lxml import html

from pipelines.explaining import Fate, explain_page
from pipelines.process import process
from pipelines.records import CleanArticle, FetchedPage
from pipelines.sites.layout_profile import count_layout
from pipelines.sites.places import names_in
from pipelines.sites.profile import make_profile
from pipelines.sites.pruning import drop_furniture
from pipelines.sites.records import SampleBounds, SiteLayout, SiteProfile

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FULL = SampleBounds(highest=b"", periods=((99_999, b""), (99_998, b"")))
"""Of a sample that no page of today is of."""
SUBJECTS = ("harbour", "council", "orchestra", "railway", "bakery", "library", "stadium", "mill")
DEEDS = ("reopened", "was measured", "lost its roof", "found a buyer", "asked for help", "moved")


def story(n: int) -> list[str]:
    said = random.Random(n)
    return [
        " ".join(
            f"The {said.choice(SUBJECTS)} near quay {said.randrange(900)} {said.choice(DEEDS)}"
            f" after {said.randrange(2, 90)} days of rain, the owners told reporters."
            for _ in range(3)
        )
        for _ in range(6)
    ]


def markup(n: int, *, body: str = "story-text", beside: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story(n))
    menu = "".join(f"<li><a href='/{it}'>{it.title()}</a></li>" for it in SUBJECTS)
    others = "".join(
        f"<li><a href='/2026/{n}{it}'>The {name} of day {n}{it}</a></li>"
        for it, name in enumerate(SUBJECTS)
    )
    return (
        f"<html><head><title>Story {n}</title></head><body><header class='top'><ul>{menu}</ul>"
        f"</header><main><article class='post-{n} tag-rain'><h1>What {n} days of rain did</h1>"
        f"<div class='{body}'>{text}</div><div class='more'>{beside}<ul>{others}</ul></div>"
        "</article></main><div class='end'><p>All rights reserved.</p></div>"
        "<footer><p>Made in the harbour.</p></footer></body></html>"
    )


def page(markup_of_page: str, n: int) -> FetchedPage:
    url = f"https://www.harbour.example/2026/03/story-about-number-{n}"
    return FetchedPage(request_url=url, url=url, body=markup_of_page.encode(), fetched_at=NOW)


def read(markup_of_page: str, n: int, profile: SiteProfile | None = None) -> CleanArticle:
    result = process(page(markup_of_page, n), profile=profile)
    assert isinstance(result, CleanArticle)
    return result


def learned(numbers: range) -> SiteLayout:
    return count_layout(read(markup(n), n).layout for n in numbers)


def profile_of(layout: SiteLayout, bounds: SampleBounds = FULL) -> SiteProfile:
    return make_profile("harbour.example", (), layout=layout, bounds=bounds)


def test_what_never_holds_text_is_furniture_and_where_the_text_stands_is_known() -> None:
    layout = learned(range(6))
    assert layout.articles == 6
    assert len(layout.furniture) == 6  # header, other stories, rights, and the box in each
    assert {it.role for it in layout.named} >= {"CONTAINER", "HEADLINE"}
    assert all(it.articles == 6 and it.kept_in == 0 for it in layout.furniture)
    assert sorted(it.texts for it in layout.furniture) == [1, 1, 1, 1, 6, 6]


def test_nothing_is_furniture_that_fewer_than_five_articles_show() -> None:
    assert learned(range(4)).furniture == ()


def test_the_order_of_the_articles_changes_nothing() -> None:
    pages = [read(markup(n), n).layout for n in range(8)]
    assert count_layout(pages) == count_layout(pages[::-1])


def test_a_page_outside_the_sample_gives_the_same_text_and_teaches_nothing() -> None:
    profile = profile_of(learned(range(6)))
    whole, pruned = read(markup(9), 9), read(markup(9), 9, profile)
    assert pruned.text == whole.text
    assert "story-about" not in pruned.text
    assert pruned.is_outside_sample
    assert (pruned.sighted, pruned.layout, pruned.profile_flag) == ((), b"", None)
    assert pruned.links == whole.links


def test_each_line_that_is_left_out_has_its_reason() -> None:
    known = explain_page(page(markup(9), 9), profile_of(learned(range(6))))
    rules = {it.text: it.rule for it in known.lines if it.fate is Fate.LEFT_OUT}
    assert rules["All rights reserved."] == "known_layout"
    assert rules["Made in the harbour."] == "navigation"
    assert set(rules.values()) <= {"known_layout", "block_model", "navigation"}
    unknown = explain_page(page(markup(9), 9), SiteProfile(site="harbour.example"))
    left_out = {it.text: it for it in unknown.lines if it.fate is Fate.LEFT_OUT}
    assert left_out.pop("Made in the harbour.").rule == "navigation"
    assert {it.rule for it in left_out.values()} == {"block_model"}
    assert "probability of 0.0" in str(left_out["All rights reserved."].reason)


def test_a_page_of_the_sample_is_read_as_a_whole_and_shows_the_same_as_to_nobody() -> None:
    profile = profile_of(learned(range(6)), SampleBounds())
    known, unknown = read(markup(9), 9, profile), read(markup(9), 9)
    assert (known.sighted, known.layout) == (unknown.sighted, unknown.layout)
    assert known.layout
    assert not known.is_outside_sample


def test_a_page_laid_out_anew_is_read_as_a_whole() -> None:
    profile = profile_of(learned(range(6)))
    anew = markup(9, body="prose").replace("class='more'", "class='story-text'")
    article = read(anew, 9, profile)
    assert article.text == read(anew, 9).text


def test_text_where_the_site_had_none_is_not_lost_with_the_furniture() -> None:
    profile = profile_of(learned(range(6)))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story(9))
    moved = markup(9).replace(
        f"<div class='story-text'>{text}</div>", "<div class='story-text'></div>"
    )
    moved = moved.replace("<div class='more'>", f"<div class='more'>{text}")
    article = read(moved, 9, profile)
    assert article.text == read(moved, 9).text
    assert article.profile_flag is not None


def test_boxes_of_furniture_leave_the_text_behind_them() -> None:
    profile = profile_of(learned(range(6)))
    tree = html.document_fromstring(markup(9).replace("</header>", "</header>A tail. "))
    dropped = drop_furniture(tree, profile.furniture, texts=profile.texts)
    assert dropped == 3
    assert "A tail." in tree.text_content()
    assert "All rights reserved" not in tree.text_content()


def test_a_page_without_any_known_place_of_text_stays_whole() -> None:
    profile = profile_of(learned(range(6)))
    tree = html.document_fromstring(markup(9, body="prose").replace("<main>", "<main class='x'>"))
    assert drop_furniture(tree, profile.furniture, texts=profile.texts) == 0


def test_names_of_one_article_are_no_part_of_a_place() -> None:
    assert names_in("post-812 entry tag-rain category-city hentry id9") == "entry hentry"


@pytest.mark.parametrize(
    ("marks", "names"),
    [
        ("PageWrapper-dDoYjY hpslwW page theme-dark", "PageWrapper page theme-dark"),
        ("BaseWrap-gjQpdd BaseText-ewhhUZ iUEiRd kEgIJl", "BaseWrap BaseText"),
        ("sc-eb7bd5f6-0 fYAfXe", ""),
        ("styles_body__kLmNoP", "styles_body"),
        ("mHZSwn", "mHZSwn"),  # its only name, and the same on all pages of a build
        ("wow fadeIn topNav", "wow fadeIn topNav"),
        ("u-srOnly sc-idnGQK", "u-srOnly sc-idnGQK"),  # of all components the same beginning
    ],
)
def test_letters_chosen_by_a_build_of_the_site_are_no_part_of_a_place(
    marks: str, names: str
) -> None:
    assert names_in(marks) == names


def test_profiles_differ_by_their_furniture_too() -> None:
    layout = learned(range(6))
    assert profile_of(SiteLayout()).version == 0
    assert profile_of(layout).version != profile_of(layout, SampleBounds()).version
