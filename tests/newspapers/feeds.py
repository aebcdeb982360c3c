"""The newspapers' feeds and sitemaps."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tests.newspapers.articles import Article
from tests.newspapers.papers import Paper

FEED_ITEMS = 12
ARCHIVE_URLS = 150
"""In each sitemap of an old year."""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"


def rss(paper: Paper) -> str:
    """The newest articles, their links with tracking parameters as feed services add them."""
    items = "".join(_rss_item(paper, article) for article in paper.articles[:FEED_ITEMS])
    return (
        f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(paper.name)}</title><link>{paper.base_url}/</link>"
        f"<description>{escape(paper.tagline)}</description><language>{paper.language}</language>"
        f"<ttl>30</ttl>{items}</channel></rss>"
    )


def atom(paper: Paper) -> str:
    """All articles, with dates of change."""
    entries = "".join(_atom_entry(paper, article) for article in paper.articles)
    newest = max(_changed(article) for article in paper.articles)
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(paper.name)}</title>'
        f'<id>{paper.base_url}/</id><link href="{paper.base_url}/"/>'
        f"<updated>{newest.isoformat()}</updated>{entries}</feed>"
    )


def news_sitemap(paper: Paper) -> str:
    """Articles of the last two days, with the news extension."""
    recent = (
        a for a in paper.articles if (paper.now - a.published_at).total_seconds() < 2 * 86_400
    )
    urls = "".join(
        f"<url><loc>{paper.url_of(article)}</loc><news:news><news:publication>"
        f"<news:name>{escape(paper.name)}</news:name><news:language>{article.language}"
        f"</news:language></news:publication><news:publication_date>"
        f"{article.published_at.isoformat()}</news:publication_date><news:title>"
        f"{escape(article.title)}</news:title></news:news></url>"
        for article in recent
    )
    return f'{XML}<urlset xmlns="{SITEMAP_NAMESPACE}" xmlns:news="{NEWS_NAMESPACE}">{urls}</urlset>'


def sitemap_index(paper: Paper) -> str:
    """One sitemap for the present and one for each year since the paper went online."""
    years = range(paper.archive_since, paper.now.year)
    children = [(f"/sitemaps/{year}.xml", f"{year}-12-31") for year in years]
    children += [("/sitemaps/current.xml", paper.now.isoformat())]
    body = "".join(
        f"<sitemap><loc>{paper.base_url}{path}</loc><lastmod>{changed}</lastmod></sitemap>"
        for path, changed in children
    )
    return f'{XML}<sitemapindex xmlns="{SITEMAP_NAMESPACE}">{body}</sitemapindex>'


def current_sitemap(paper: Paper) -> str:
    """Every article that robots.txt allows."""
    articles = (a for a in paper.articles if a.section != paper.disallowed_section)
    return _urlset((paper.url_of(article), _changed(article).isoformat()) for article in articles)


def archive_sitemap(paper: Paper, year: int) -> str:
    """A year of the archive: addresses of old articles."""
    addresses = (archive_path(year, number) for number in range(ARCHIVE_URLS))
    return _urlset((paper.base_url + path, f"{year}-06-30") for path in addresses)


def archive_path(year: int, number: int) -> str:
    return f"/{year}/{number % 12 + 1:02}/{number % 28 + 1:02}/from-the-archive-{number}/"


def _urlset(rows: Iterable[tuple[str, str]]) -> str:
    urls = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>" for url, day in rows)
    return f'{XML}<urlset xmlns="{SITEMAP_NAMESPACE}">{urls}</urlset>'


def _rss_item(paper: Paper, article: Article) -> str:
    return (
        f"<item><title>{escape(article.title)}</title><link>{paper.url_of(article)}"
        f"?utm_source=rss&amp;utm_medium=feed</link><description>{escape(article.summary)}"
        f"</description><pubDate>{format_datetime(article.published_at)}</pubDate><guid "
        f'isPermaLink="false">{article.paper}:{article.slug}</guid>'
        f"<dc:creator>{escape(', '.join(article.authors))}</dc:creator></item>"
    )


def _atom_entry(paper: Paper, article: Article) -> str:
    url = paper.url_of(article)
    return (
        f'<entry><title>{escape(article.title)}</title><link rel="alternate" href="{url}"/>'
        f"<id>{url}</id><published>{article.published_at.isoformat()}</published>"
        f"<updated>{_changed(article).isoformat()}</updated>"
        f"<summary>{escape(article.summary)}</summary></entry>"
    )


def _changed(article: Article) -> datetime:
    return article.modified_at or article.published_at
