"""What a newspaper's server answers: one function from a path to a response, no sockets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.newspapers import feeds, pages
from tests.newspapers.articles import Article
from tests.newspapers.furniture import WORDS
from tests.newspapers.papers import Paper

HTML = "text/html; charset=utf-8"
MOVED_PATH = "/moved-story/"
MISSING_PATH = "/missing-story/"
WITHDRAWN_PATH = "/withdrawn-story/"
SOFT_MISSING_PATH = "/vanished-story/"
SLOW_PATH = "/slow-story/"
PDF_PATH = "/documents/harbour-budget.html"
EMPTY_PATH = "/empty-story/"
STATUS_OF_NOTICES = {MISSING_PATH: 404, WITHDRAWN_PATH: 410, SOFT_MISSING_PATH: 200}
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + b"0" * 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer before it is put on the wire."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    modified_at: datetime | None = None
    """Aware, UTC: Last-Modified. None: not said."""
    wait_seconds: float = 0.0
    """Before anything is sent."""


def respond(paper: Paper, target: str, *, slow_seconds: float = 1.0) -> Response:
    """The newspaper's answer to a GET of a path with or without a query."""
    path, _, query = target.partition("?")
    special = _special(paper, path, slow_seconds=slow_seconds)
    if special:
        return special
    if listing := _listing(paper, path):
        return listing
    for article in paper.articles:
        if path == paper.path_of(article):
            return _amp(paper, article) if "amp=1" in query else _article(paper, article)
        if path == paper.amp_path_of(article):
            return _amp(paper, article)
    return _archive(paper, path) or _notice(paper, status=404)


def _special(paper: Paper, path: str, *, slow_seconds: float) -> Response | None:
    """Robots, feeds, sitemaps and the pages with something wrong about them."""
    if path == SLOW_PATH:
        article = paper.open_articles[-2]
        return Response(body=pages.article_page(paper, article).encode(), wait_seconds=slow_seconds)
    if path in STATUS_OF_NOTICES:
        return _notice(paper, status=STATUS_OF_NOTICES[path])
    fixed = {
        "/robots.txt": Response(body=robots(paper).encode(), content_type="text/plain"),
        MOVED_PATH: Response(
            status=301, headers={"Location": paper.url_of(paper.open_articles[-1])}
        ),
        PDF_PATH: Response(body=PDF),
        EMPTY_PATH: Response(),
    }
    return fixed.get(path) or _feed(paper, path) or _calendar(paper, path)


def _feed(paper: Paper, path: str) -> Response | None:
    makers = {
        "/feed/": (feeds.rss, "application/rss+xml; charset=utf-8"),
        "/atom.xml": (feeds.atom, "application/atom+xml"),
        "/news-sitemap.xml": (feeds.news_sitemap, "application/xml"),
        "/sitemap_index.xml": (feeds.sitemap_index, "text/xml; charset=UTF-8"),
        "/sitemaps/current.xml": (feeds.current_sitemap, "application/xml"),
    }
    if path in makers:
        make, content_type = makers[path]
        newest = max(a.modified_at or a.published_at for a in paper.articles)
        return Response(body=make(paper).encode(), content_type=content_type, modified_at=newest)
    if year := re.fullmatch(r"/sitemaps/(\d{4})\.xml", path):
        body = feeds.archive_sitemap(paper, int(year[1])).encode()
        return Response(body=body, content_type="application/xml")
    return None


def robots(paper: Paper) -> str:
    """What crawlers may not fetch, and where the sitemaps are."""
    return (
        "# Crawlers are welcome; the members' pages are for members.\n"
        "User-agent: *\n"
        f"Disallow: /{paper.disallowed_section}/\n"
        "Disallow: /search/\n"
        "\n"
        "User-agent: GreedyBot\n"
        "Disallow: /\n"
        "\n"
        f"Sitemap: {paper.base_url}/sitemap_index.xml\n"
        f"Sitemap: {paper.base_url}/news-sitemap.xml\n"
    )


def _listing(paper: Paper, path: str) -> Response | None:
    words = WORDS[paper.language]
    if path == "/":
        odd = [
            (MOVED_PATH, "The ferry that came back"),
            (MISSING_PATH, "A note on the fog signal"),
            (SLOW_PATH, "The slowest harbour bus in the country"),
        ]
        body = pages.list_page(
            paper,
            paper.open_articles,
            title=words["home"],
            language=paper.language,
            extra_links=odd,
        )
        return Response(body=body.encode())
    for key, title in paper.sections.items():
        if path == paper.section_path(key):
            articles = [article for article in paper.articles if article.section == key]
            language = articles[0].language if articles else paper.language
            body = pages.list_page(paper, articles, title=title, language=language)
            return Response(body=body.encode())
    return None


def _article(paper: Paper, article: Article) -> Response:
    label = pages.label(article.encoding)
    said = article.charset_in in {"header", "both"}
    headers = {"tdm-reservation": "1"} if article.outcome == "reserved" else {}
    return Response(
        body=pages.article_page(paper, article).encode(article.encoding, "xmlcharrefreplace"),
        content_type=f"text/html; charset={label}" if said else "text/html",
        headers=headers,
        modified_at=article.modified_at or article.published_at,
    )


def _amp(paper: Paper, article: Article) -> Response:
    body = pages.amp_page(paper, article).encode(article.encoding, "xmlcharrefreplace")
    return Response(body=body, content_type=f"text/html; charset={pages.label(article.encoding)}")


def _archive(paper: Paper, path: str) -> Response | None:
    """An old article; what it says does not matter, only that nobody asked for it."""
    found = re.fullmatch(r"/(\d{4})/\d\d/\d\d/from-the-archive-(\d+)/", path)
    if not found:
        return None
    year, number = found.groups()
    paragraphs = [
        f"In the spring of {year} the paper printed its notice number {number}, about the "
        f"price of rope, the {n}th of its kind that year, and nobody wrote in to complain about it."
        for n in range(1, 6)
    ]
    return Response(
        body=pages.notice_page(paper, title=f"Notice {number}", paragraphs=paragraphs).encode()
    )


def _calendar(paper: Paper, path: str) -> Response | None:
    """A month of events that links to the month before and the month after, for ever."""
    found = re.fullmatch(r"/(calendar|kalender)/(\d{4})/(\d\d)/", path)
    if not found:
        return None
    name, year, month = found[1], int(found[2]), int(found[3])
    months = [year * 12 + month - 1 + step for step in (-1, 1)]
    links = [
        f'<a href="/{name}/{n // 12:04}/{n % 12 + 1:02}/">{n % 12 + 1:02}/{n // 12}</a>'
        for n in months
    ]
    links += [f'<a href="/{name}/{year:04}/{month:02}/{day:02}/">{day}</a>' for day in range(1, 29)]
    title = WORDS[paper.language]["events"]
    return Response(body=pages.notice_page(paper, title=title, paragraphs=links).encode())


def _notice(paper: Paper, *, status: int) -> Response:
    text = WORDS[paper.language]["missing"]
    return Response(
        status=status, body=pages.notice_page(paper, title=text, paragraphs=[text]).encode()
    )


def now_in_whole_minutes() -> datetime:
    """The clock, for newspapers that nobody gave a date."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
