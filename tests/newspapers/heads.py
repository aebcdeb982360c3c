"""What the pages' heads say about an article: four degrees of care, as real sites show them."""

import json
from html import escape

from tests.newspapers.articles import Article
from tests.newspapers.papers import Paper


def head_of(paper: Paper, article: Article) -> str:
    """Meta tags and JSON-LD of an article's page."""
    parts = {
        "full": (_basics, _open_graph, _dates, _json_ld),
        "jsonld": (_basics, _json_ld),
        "opengraph": (_basics, _open_graph, _dates),
        "bare": (),
    }[article.metas]
    reserved = '<meta name="tdm-reservation" content="1">' if article.outcome == "reserved" else ""
    return "\n".join([*(part(paper, article) for part in parts), reserved])


def _basics(paper: Paper, article: Article) -> str:
    url = paper.url_of(article)
    return (
        f'<link rel="canonical" href="{url}">\n'
        f'<link rel="amphtml" href="{paper.base_url}{paper.amp_path_of(article)}">\n'
        f'<meta name="description" content="{escape(article.summary)}">\n'
        f'<meta name="author" content="{escape(", ".join(article.authors))}">\n'
        f'<meta name="keywords" content="{escape(", ".join(article.tags))}">'
    )


def _open_graph(paper: Paper, article: Article) -> str:
    pairs = {
        "og:type": "article",
        "og:title": article.title,
        "og:description": article.summary,
        "og:url": paper.url_of(article),
        "og:site_name": paper.name,
        "og:image": f"{paper.base_url}/media/{article.slug}.jpg",
        "og:locale": f"{article.language}_{article.language.upper()}",
    }
    return "\n".join(f'<meta property="{k}" content="{escape(v)}">' for k, v in pairs.items())


def _dates(_: Paper, article: Article) -> str:
    lines = [
        f'<meta property="article:published_time" content="{article.published_at.isoformat()}">',
        f'<meta property="article:section" content="{escape(article.section)}">',
    ]
    if article.modified_at:
        modified = article.modified_at.isoformat()
        lines.append(f'<meta property="article:modified_time" content="{modified}">')
    return "\n".join(lines)


def _json_ld(paper: Paper, article: Article) -> str:
    url = paper.url_of(article)
    modified_at = article.modified_at or article.published_at
    story: dict[str, object] = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.summary,
        "datePublished": article.published_at.isoformat(),
        "dateModified": modified_at.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name},
        "articleSection": paper.sections[article.section],
        "keywords": list(article.tags),
        "inLanguage": article.language,
        "image": [f"{paper.base_url}/media/{article.slug}.jpg"],
    }
    if article.outcome == "paywalled":
        story["isAccessibleForFree"] = False
        story["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".paywall",
        }
    site = {"@type": "WebSite", "@id": f"{paper.base_url}/#site", "name": paper.name}
    graph = {"@context": "https://schema.org", "@graph": [site, story]}
    return f'<script type="application/ld+json">{json.dumps(graph, ensure_ascii=True)}</script>'
