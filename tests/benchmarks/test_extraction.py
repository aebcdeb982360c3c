import json
from pathlib import Path

import pytest

from benchmarks.extraction.live_blogs import is_live_blog
from benchmarks.extraction.out_of_fold import (
    Fold,
    LabelledPage,
    clean_by_site,
    clean_singly,
    fold_for,
    read_folds,
)
from benchmarks.extraction.publications import domains_of, join_publications, name_of
from benchmarks.extraction.training.doubt import Trial, choose_limits
from pipelines.jsonl import learn_lines
from pipelines.model.classifier import shipped_model
from pipelines.parse import parse_html
from pipelines.records import FetchedPage
from tests.pipelines.prompt_pages import PARAGRAPHS
from tests.storing import NOW

STAND_IN = "http://fakehost/test/page.html"


def fold_of(*domains: str) -> Fold:
    return Fold(model=shipped_model(), domains=frozenset(domains))


def test_no_model_scores_a_publication_that_it_has_seen() -> None:
    seen, unseen = fold_of("harrowby.co.uk"), fold_of("elsewhere.example")
    assert fold_for({"harrowby.co.uk"}, [seen, unseen]) is unseen
    with pytest.raises(SystemExit, match="every model was trained on pages of harrowby"):
        fold_for({"harrowby.co.uk"}, [seen])


def test_a_name_under_another_suffix_is_the_same_publication() -> None:
    with pytest.raises(SystemExit):
        fold_for({"harrowby.com"}, [fold_of("harrowby.co.uk")])


def test_all_blogs_of_a_platform_are_one_publication() -> None:
    ferry = domains_of(None, url="https://ferry.wordpress.com/returns", site="ferry")
    assert ferry == {"wordpress.com"} == domains_of(None, url="https://a.wordpress.com/", site="a")


@pytest.mark.parametrize(
    ("head", "domains"),
    [
        ("<link rel=canonical href=https://www.harrowby.co.uk/ferry>", {"harrowby.co.uk"}),
        ("<meta property=og:url content=https://harrowby.example/ferry>", {"harrowby.example"}),
        ("<link rel=stylesheet href=https://static.quay.example/a.css>", {"quay.example"}),
        ("<title>Ferry returns</title>", {"readability:ferry"}),
    ],
)
def test_a_page_whose_url_was_lost_says_whose_it_is(head: str, domains: set[str]) -> None:
    tree = parse_html(f"<html><head>{head}</head><body><p>It is back.</p></body></html>")
    assert domains_of(tree, url=STAND_IN, site="readability:ferry") == domains


def test_pages_that_share_a_name_are_one_publication_even_through_a_third() -> None:
    joined = join_publications(
        [
            ("first", frozenset({"harrowby.co.uk"})),
            ("second", frozenset({"quay.example"})),
            ("both", frozenset({"harrowby.com", "quay.org"})),
            ("other", frozenset({"elsewhere.example"})),
        ]
    )
    assert joined["first"] == joined["second"] == joined["both"] != joined["other"]


def test_the_name_of_a_domain_is_what_its_owner_chose() -> None:
    assert name_of("harrowby.co.uk") == name_of("harrowby.com") == "harrowby"
    assert name_of("readability:ferry") == "readability:ferry"


@pytest.mark.parametrize(
    ("url", "body", "is_live"),
    [
        ("https://harrowby.example/news/live-updates/storm", b"", True),
        ("https://harrowby.example/storm-live", b"", True),
        ("https://harrowby.example/storm", b'{"@type": "LiveBlogPosting"}', True),
        ("https://harrowby.example/delivery-of-olives", b'{"@type": "NewsArticle"}', False),
    ],
)
def test_a_live_blog_is_told_by_its_data_or_its_address(
    url: str, body: bytes, *, is_live: bool
) -> None:
    assert is_live_blog(body, url=url) is is_live


def test_limits_of_doubt_part_the_pages_that_the_model_is_wrong_on() -> None:
    right = [Trial(doubt=0.05 * n, kept_characters=900, gain=0.1) for n in range(6)]
    doubtful = [Trial(doubt=0.7, kept_characters=2_000, gain=-0.3) for _ in range(6)]
    short = [Trial(doubt=0.05, kept_characters=150, gain=-0.3) for _ in range(6)]
    limits = choose_limits([*right, *doubtful, *short])
    assert 0.25 <= limits.max_doubt < 0.7
    assert 150 < limits.min_kept_characters <= 900


def test_pages_of_one_site_in_a_batch_teach_each_other() -> None:
    prompt = "Stay close to the harbour with our weekly letter"
    pages = [page_with(prompt, number) for number in range(4)]
    alone, together = clean_singly(pages), clean_by_site(pages)
    assert len(alone) == len(together) == len(pages)
    for before, after in zip(alone, together, strict=True):
        assert before is not None
        assert after is not None
        assert after.profile_version != 0
        assert prompt not in after.text
        assert before.text.startswith(after.text[:40])


@pytest.mark.parametrize("url", ["https:///", "xhttps://harrowby.example/ferry"])
def test_a_line_whose_url_is_none_teaches_nothing(url: str, tmp_path: Path) -> None:
    body = tmp_path / "ferry.html"
    body.write_bytes(page_with("Write to us", 1).page.body)
    assert learn_lines([json.dumps({"id": 1, "url": url, "html": str(body)})]) == {}


def test_a_folder_without_models_is_no_score(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no fold"):
        read_folds(tmp_path)


def page_with(prompt: str, number: int) -> LabelledPage:
    text = "".join(
        f"<p>{paragraph} Ship {number} sails from pier {place}.</p>"
        for place, paragraph in enumerate(PARAGRAPHS["en"])
    )
    url = f"https://harrowby.example/news/ferry-{number}"
    body = f"<article><h1>Ferry {number}</h1>{text}<p>{prompt}</p></article>".encode()
    page = FetchedPage(request_url=url, url=url, body=body, fetched_at=NOW)
    return LabelledPage(row={"id": str(number)}, page=page, model=shipped_model())
