# ruff: noqa: RUF001 -- phrases of several languages stand whole
"""Which pages are no articles, and which look alike and are."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipelines import process_page
from pipelines.records import Reason, Rejection
from tests.newspapers import Newspapers, PaperServer
from tests.newspapers.site import respond
from tests.pipelines.prompt_pages import PARAGRAPHS

SITE = "https://harrowby.example"
STORY = f"{SITE}/news/ferry-returns-to-the-estuary"
NOW = datetime(2026, 3, 12, tzinfo=UTC)
TYPED = '<meta property="og:type" content="article">'
DATED = '<meta property="article:published_time" content="2026-03-10T08:00:00Z">'
SUMMARY = "The council voted on Tuesday to keep the old landing stage for ten more years."
FEW_WORDS = (
    "<p>The ferry was taken out of the water on Monday morning after a diver found a crack as "
    "long as a hand in the hull, the harbour master said, and it will not sail again before "
    "the shipyard has replaced the plate.</p>"
)


def reason_of(content: str, *, title: str, head: str = "", url: str = STORY) -> Reason | None:
    page = f"<html><head><title>{title}</title>{head}</head><body>{content}</body></html>"
    result = process_page(page, url, fetched_at=NOW)
    return result.reason if isinstance(result, Rejection) else None


def headlines(count: int) -> list[str]:
    return [
        f'<a href="/news/landing-stage-number-{n}-is-saved">Landing stage number {n} is saved</a>'
        for n in range(count)
    ]


def cards(count: int) -> str:
    return "".join(
        f'<article class="card"><h2>{link}</h2><time datetime="2026-03-{n + 1:02}"></time>'
        f"<p>{SUMMARY}</p></article>"
        for n, link in enumerate(headlines(count))
    )


def flat(count: int) -> str:
    return "".join(f"<h3>{link}</h3><p>{SUMMARY}</p>" for link in headlines(count))


def wrapped(count: int) -> str:
    return "".join(
        f'<div class="tile"><a href="/news/landing-stage-number-{n}-is-saved"><h3>Landing stage '
        f"number {n} is saved</h3><p>{SUMMARY}</p></a></div>"
        for n in range(count)
    )


def linked(count: int) -> str:
    return "<ul>" + "".join(f"<li>{link}</li>" for link in headlines(count)) + "</ul>"


def papers(newspapers: Newspapers) -> tuple[PaperServer, PaperServer]:
    return newspapers.courier, newspapers.talbote


def kinds_in(paper: PaperServer, *paths: str) -> list[Reason | None]:
    found = []
    for path in paths:
        url = paper.paper.base_url + path
        result = process_page(respond(paper.paper, path).body, url, fetched_at=NOW)
        found.append(result.reason if isinstance(result, Rejection) else None)
    return found


def test_the_newspapers_pages_that_are_no_articles_are_told() -> None:
    with Newspapers() as newspapers:
        for server in papers(newspapers):
            sections = [server.paper.section_path(key) for key in server.paper.sections]
            lists = ["/", "/calendar/2026/11/", "/kalender/2027/01/", *sections]
            assert kinds_in(server, *lists) == [Reason.LISTING] * len(lists)
            assert kinds_in(server, "/vanished-story/") == [Reason.SOFT_404]


def test_the_newspapers_articles_are_no_listings() -> None:
    with Newspapers() as newspapers:
        for server in papers(newspapers):
            paths = [server.paper.path_of(article) for article in server.paper.open_articles]
            found = set(kinds_in(server, *paths))
            assert found.isdisjoint({Reason.LISTING, Reason.SOFT_404, Reason.NOT_ARTICLE})


@pytest.mark.parametrize("layout", [cards, flat, wrapped, linked])
@pytest.mark.parametrize("url", [f"{SITE}/", f"{SITE}/politics/", STORY])
def test_teasers_of_other_pages_are_a_listing_in_any_markup(
    layout: Callable[[int], str], url: str
) -> None:
    assert reason_of(f"<h1>News</h1>{layout(9)}", title="News", url=url) == Reason.LISTING


@pytest.mark.parametrize("layout", [cards, flat])
def test_a_theme_that_types_every_page_as_article_does_not_hide_a_long_list(
    layout: Callable[[int], str],
) -> None:
    assert reason_of(f"<h1>News</h1>{layout(12)}", title="News", head=TYPED) == Reason.LISTING


@pytest.mark.parametrize("layout", [cards, flat, wrapped])
def test_a_page_that_dates_itself_as_an_article_is_kept(layout: Callable[[int], str]) -> None:
    head = TYPED + DATED
    assert reason_of(f"<h1>Our week</h1>{layout(9)}", title="Our week", head=head) is None


def test_a_short_article_with_many_related_links_is_kept() -> None:
    content = f"<article><h1>Ferry taken out</h1>{FEW_WORDS}{FEW_WORDS}</article>{linked(30)}"
    assert reason_of(content, title="Ferry taken out") is None
    content = f"<article><h1>Ferry taken out</h1>{FEW_WORDS}</article>{cards(12)}"
    assert reason_of(content, title="Ferry taken out", head=TYPED + DATED) is None


def test_an_article_whose_own_headline_is_linked_is_kept() -> None:
    own = f'<article><h1><a href="{STORY}">Ferry taken out</a></h1>{FEW_WORDS}</article>'
    assert reason_of(own, title="Ferry taken out") is None


@pytest.mark.parametrize("head", ["", '<meta property="og:type" content="website">'])
def test_an_article_that_is_a_list_is_kept(head: str) -> None:
    books = "".join(
        f"<h2>{link}</h2><p>{SUMMARY} The book is slow at first, and then nobody can put it down; "
        "it has maps, a seal, two murders and a recipe for smoked eel that we tried at home and "
        "would cook again, with less salt and more time than the author allows. Read it aloud to "
        "whoever is in the room, and begin with the last chapter if they are sailors.</p>"
        for link in headlines(10)
    )
    content = f'<h1>Ten books for the ferry</h1><p class="byline">By Ada Quill</p>{books}'
    assert reason_of(content, title="Ten books for the ferry", head=head) is None
    signed = f'<h1>Ten walks</h1><p class="byline">By Ada Quill</p>{FEW_WORDS}{flat(10)}'
    assert reason_of(signed, title="Ten walks", head=head) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Sorry, the story you asked for cannot be found.",
        "We couldn't find that page",
        "This article is no longer available",
        "Die angeforderte Seite existiert leider nicht.",
        "Der Artikel wurde leider nicht gefunden",
        "Désolé, cette page n’existe plus.",
        "La página que busca no existe",
        "No encontramos la noticia que busca.",
        "La pagina che cerchi non è stata trovata",
        "A página que procura não foi encontrada",
        "Страница, которую вы ищете, не существует",
        "De pagina die u zoekt bestaat niet",
        "お探しのページは見つかりませんでした",
    ],
)
def test_a_soft_404_is_told_by_a_sentence_in_its_heading_or_first_line(sentence: str) -> None:
    home = '<p>Go back to <a href="/">the home page</a> or use the search above to look for it.</p>'
    assert reason_of(f"<h1>{sentence}</h1>{home}", title="Harrowby Post") == Reason.SOFT_404
    told = reason_of(f"<main><h1>Oops!</h1><p>{sentence}</p>{home}</main>", title="Harrowby Post")
    assert told == Reason.SOFT_404


@pytest.mark.parametrize(
    "title",
    ["Page not found: how the web forgets", "The page that cannot be found in any library",
     "Die Seite, die nicht gefunden wurde", "Why “this page does not exist” is a good joke"],
)  # fmt: skip
def test_an_article_about_missing_pages_is_kept(title: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS["en"])
    assert reason_of(f"<h1>{title}</h1>{text}", title=title) is None
    short = f"<h1>{title}</h1>{FEW_WORDS}"
    assert reason_of(short, title=title, head=TYPED + DATED) is None
