"""What hugs the text or stands below it without being a link, on pages of unknown sites."""

from __future__ import annotations

import pytest

from pipelines import process_page
from pipelines.records import CleanArticle
from tests.pipelines.prompt_pages import PARAGRAPHS, TITLES

URL = "https://harrowby.example/news/ferry-returns-to-the-estuary"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])


def cleaned(before: str, after: str, text: str = TEXT) -> str:
    body = f"<article>{before}<div>{text}</div>{after}</article>"
    page = f"<html><head><title>{TITLES['en']}</title></head><body>{body}</body></html>"
    article = process_page(page, URL)
    assert isinstance(article, CleanArticle)
    return article.text


WHOLE = "\n".join(PARAGRAPHS["en"])


@pytest.mark.parametrize("tag", ["p", "h3", "strong", "div"])
def test_what_stands_on_both_sides_of_the_text_goes_with_what_follows_it(tag: str) -> None:
    prompt = f"<{tag}>Tell it me shortly</{tag}><{tag}>Go</{tag}>"
    below = "<p>Zurück</p><p>How a choir bought a mountain</p>"
    assert cleaned(prompt, prompt + below) == WHOLE


def test_lines_in_a_box_of_their_own_below_the_text_go() -> None:
    box = '<section class="x1"><p>Still there?</p><h3>How a choir bought a mountain</h3></section>'
    assert cleaned("", box) == WHOLE


def test_a_known_label_takes_the_line_below_it_along() -> None:
    assert cleaned("", "<p>Next Article</p><p>How a choir bought a mountain</p>") == WHOLE


def test_a_last_line_that_is_a_sentence_stays() -> None:
    last = "He left for home."
    label = "<h4>Next Article</h4><p>How a choir bought a mountain</p>"
    assert cleaned("", label, f"{TEXT}<p>{last}</p>") == f"{WHOLE}\n{last}"
