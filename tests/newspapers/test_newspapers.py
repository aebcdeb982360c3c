"""The test site itself: what it promises to the tests that crawl it."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.newspapers import FIVE_STRINGS, Newspapers, unwanted
from tests.newspapers.site import MISSING_PATH, MOVED_PATH, PDF_PATH, SLOW_PATH, WITHDRAWN_PATH

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def newspapers() -> Iterator[Newspapers]:
    with Newspapers(now=NOW, slow_seconds=0.05) as running:
        yield running


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_there_are_thirty_articles_in_five_languages_and_three_encodings(
    newspapers: Newspapers,
) -> None:
    articles = [a for server in newspapers.servers for a in server.paper.articles]
    assert len(articles) >= 30
    assert len({a.language for a in articles}) >= 5
    assert len({a.encoding for a in articles}) >= 3
    assert {a.prompt for a in articles} >= {"theme", "paragraphs", "nav"}


def test_every_page_holds_its_articles_paragraphs_and_its_furniture(
    newspapers: Newspapers,
) -> None:
    for server in newspapers.servers:
        for article in server.paper.articles:
            _, _, body = get(server.url_of(article))
            page = body.decode(article.encoding).replace("&amp;", "&").replace("&#x27;", "'")
            shown = article.paragraphs if article.outcome != "paywalled" else article.paragraphs[:2]
            missing = [text for text in shown if text not in page]
            assert not missing, article.slug
            assert all(string in page for string in unwanted(article)), article.slug


def test_the_five_strings_are_no_part_of_any_story_about_defence(newspapers: Newspapers) -> None:
    stories = [a for a in newspapers.courier.paper.articles if a.prompt]
    assert len(stories) == 3
    assert not [s for a in stories for s in FIVE_STRINGS if s in a.text]


def test_the_second_edition_has_new_articles_and_a_changed_one(newspapers: Newspapers) -> None:
    paper = newspapers.courier.paper
    before = {a.slug: a.text for a in paper.articles}
    newspapers.advance()
    after = {a.slug: a.text for a in paper.articles}
    assert len(after) > len(before)
    assert [slug for slug in before if before[slug] != after[slug]] == ["bridge-toll-ends"]


def test_a_known_page_is_answered_304_until_it_changes(newspapers: Newspapers) -> None:
    url = newspapers.courier.url_of("bridge-toll-ends")
    _, headers, _ = get(url)
    assert get(url, If_None_Match=headers["ETag"])[0] == 304
    assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    newspapers.advance()
    assert get(url, If_None_Match=headers["ETag"])[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (MOVED_PATH, 200),
        (MISSING_PATH, 404),
        (WITHDRAWN_PATH, 410),
        (SLOW_PATH, 200),
        (PDF_PATH, 200),
        ("/robots.txt", 200),
        ("/feed/", 200),
        ("/atom.xml", 200),
        ("/news-sitemap.xml", 200),
        ("/sitemap_index.xml", 200),
        ("/sitemaps/2012.xml", 200),
        ("/calendar/2026/03/", 200),
    ],
)
def test_every_special_path_answers(newspapers: Newspapers, path: str, status: int) -> None:
    assert get(newspapers.courier.at(path))[0] == status


def test_an_amp_copy_names_its_article_as_canonical(newspapers: Newspapers) -> None:
    paper = newspapers.talbote.paper
    article = paper.article("tunnel-abstimmung")
    _, _, body = get(newspapers.talbote.at(paper.amp_path_of(article)))
    assert f'<link rel="canonical" href="{paper.url_of(article)}">' in body.decode("cp1252")


def test_the_control_port_advances_the_edition_and_shows_the_log(newspapers: Newspapers) -> None:
    get(newspapers.courier.url, User_Agent="Reader/1")
    order = urllib.request.Request(newspapers.control_url + "advance", method="POST")
    with urllib.request.urlopen(order, timeout=10) as response:
        assert response.read() == b"edition 2\n"
    assert b"Reader/1" in get(newspapers.control_url + "log")[2]
    assert newspapers.courier.log.of("/")[0].status == 200
