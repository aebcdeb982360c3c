"""The newspapers' HTML pages: an article, its AMP copy, a list of articles, a plain notice."""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from tests.newspapers import furniture
from tests.newspapers.articles import Article, Part
from tests.newspapers.furniture import WORDS
from tests.newspapers.heads import head_of
from tests.newspapers.papers import Paper

FREE_PARAGRAPHS = 2
"""How much of a paywalled story its page holds."""


def article_page(paper: Paper, article: Article) -> str:
    """The article as its site shows it, with everything around it."""
    before, after = furniture.prompt_outside(article, teaser_url=paper.teaser_path())
    main = _template("article.html").substitute(
        title=escape(article.title),
        summary=escape(article.summary),
        byline=_byline(article),
        time=f"{article.published_at:%Y-%m-%dT%H:%M:%SZ}",
        day=f"{article.published_at:%d.%m.%Y %H:%M}",
        section=escape(paper.sections[article.section]),
        section_url=paper.section_path(article.section),
        figure=_figure(article),
        before_body=before,
        body=_body(article, teaser_url=paper.teaser_path()),
        after_body=after + furniture.place(article, furniture.AFTER),
        body_class="entry-content" if paper.key == "courier" else "artikel__text",
    )
    title = f"{article.title} | {paper.name}" if article.metas != "bare" else article.title
    return _page(
        paper,
        title=title,
        main=main,
        language=article.language,
        head=head_of(paper, article),
        encoding=_declared(article),
    )


def amp_page(paper: Paper, article: Article) -> str:
    """The same article on its AMP address: same text, other markup."""
    return _template("amp.html").substitute(
        language=article.language,
        encoding=article.encoding,
        canonical=paper.url_of(article),
        title=escape(article.title),
        byline=_byline(article),
        body="\n".join(_html(part) for part in _shown(article)),
        rights=WORDS[article.language]["rights"],
        home=paper.base_url,
        name=escape(paper.name),
    )


def list_page(
    paper: Paper,
    articles: Iterable[Article],
    *,
    title: str,
    language: str,
    extra_links: Iterable[tuple[str, str]] = (),
) -> str:
    """A section or the home page: a headline and a summary for each article, then other links."""
    cards = [_card(paper, article) for article in articles]
    cards += [
        f'<article class="card"><h2><a href="{url}">{escape(text)}</a></h2></article>'
        for url, text in extra_links
    ]
    heading = f'<h1 class="list-title">{escape(title)}</h1>'
    main = f'{heading}<div class="cards">{"".join(cards)}</div>'
    return _page(
        paper, title=f"{title} | {paper.name}", main=main, language=language, head=_feeds(paper)
    )


def notice_page(paper: Paper, *, title: str, paragraphs: Iterable[str]) -> str:
    """A page that is no article: about us, not found, a calendar month."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    main = f'<h1>{escape(title)}</h1><div class="notice">{body}</div>'
    return _page(
        paper, title=f"{title} | {paper.name}", main=main, language=paper.language, head=""
    )


def _page(
    paper: Paper, *, title: str, main: str, language: str, head: str, encoding: str = "utf-8"
) -> str:
    words = WORDS[language]
    menu = "".join(
        f'<li class="menu__item menu-item-{n}">'
        f'<a class="menu__link" href="{paper.section_path(key)}">{escape(name)}</a></li>'
        for n, (key, name) in enumerate(paper.sections.items())
    )
    popular = "".join(
        f'<li class="popular__item"><a href="{paper.path_of(article)}?utm_source=popular&amp;'
        f'utm_medium=sidebar">{escape(article.title)}</a></li>'
        for article in paper.open_articles[:5]
    )
    return _template(f"{paper.key}.html").substitute(
        language=language,
        charset=f'<meta charset="{encoding}">' if encoding else "",
        title=escape(title),
        head=head,
        name=escape(paper.name),
        tagline=escape(paper.tagline),
        menu=menu,
        main=main,
        popular=popular,
        cookies=words["cookies"],
        rights=words["rights"],
        home=words["home"],
        year=f"{paper.now:%Y}",
        month=f"{paper.now:%Y/%m}",
        style=_style(),
        script=_script(),
    )


def _declared(article: Article) -> str:
    return label(article.encoding) if article.charset_in in {"meta", "both"} else ""


def label(encoding: str) -> str:
    return {"cp1252": "windows-1252", "cp1251": "windows-1251"}.get(encoding, encoding)


def _byline(article: Article) -> str:
    names = " &amp; ".join(
        f'<a rel="author" href="/author/{n}/">{escape(name)}</a>'
        for n, name in enumerate(article.authors, 1)
    )
    return f'<span class="byline__by">{WORDS[article.language]["by"]}</span> {names}'


def _figure(article: Article) -> str:
    if not article.caption:
        return ""
    credit = WORDS[article.language]["caption"]
    return (
        f'<figure class="wp-caption lead"><img src="/media/{article.slug}.jpg" width="1200" '
        f'height="675" alt="{escape(article.summary)}"><figcaption>{escape(article.caption)} '
        f'<span class="credit">{credit}: {escape(article.authors[-1])}</span></figcaption></figure>'
    )


def _body(article: Article, *, teaser_url: str) -> str:
    parts = [_html(part) for part in _shown(article)]
    middle = max(1, len(parts) // 2)
    inside = furniture.standing(article) + furniture.place(article, furniture.INSIDE)
    body = [*parts[:middle], inside, *parts[middle:]]
    if article.outcome == "paywalled":
        body.append(f'<div class="paywall"><p>{WORDS[article.language]["paywall"]}</p></div>')
    return "\n".join(
        [
            furniture.place(article, furniture.BEFORE),
            furniture.prompt_before(article),
            *body,
            furniture.prompt_after(article, teaser_url=teaser_url),
        ]
    )


def _shown(article: Article) -> tuple[Part, ...]:
    return article.parts[:FREE_PARAGRAPHS] if article.outcome == "paywalled" else article.parts


def _html(part: Part) -> str:
    lines = [_inline(line) for line in part.lines]
    if part.kind == "list":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    if part.kind == "table":
        rows = (line.split("|") for line in lines)
        cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row) for row in rows)
        return "<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</tbody></table>"
    if part.kind == "quote":
        return f"<blockquote><p>{lines[0]}</p></blockquote>"
    return f"<{part.kind}>{lines[0]}</{part.kind}>"


def _inline(line: str) -> str:
    linked = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', escape(line, quote=False))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", linked)


def _card(paper: Paper, article: Article) -> str:
    return (
        f'<article class="card card--{article.section}"><h2 class="card__title">'
        f'<a href="{paper.path_of(article)}?utm_source=frontpage">{escape(article.title)}</a></h2>'
        f'<p class="card__summary">{escape(article.summary)}</p>'
        f'<time datetime="{article.published_at.isoformat()}"></time></article>'
    )


def _feeds(paper: Paper) -> str:
    kinds = (("rss", "/feed/", "RSS"), ("atom", "/atom.xml", "Atom"))
    return "\n".join(
        f'<link rel="alternate" type="application/{kind}+xml" title="{escape(paper.name)} {name}" '
        f'href="{path}">'
        for kind, path, name in kinds
    )


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / "templates" / name).read_text(encoding="utf-8"))


@cache
def _style() -> str:
    """A style sheet of the usual weight, in the page as many sites have it."""
    sizes = range(4, 100, 4)
    rules = (f".m-{n}{{margin:{n}px}}.p-{n}{{padding:{n}px}}.w-{n}{{width:{n}%}}" for n in sizes)
    return "body{font:18px/1.5 Georgia,serif;margin:0}" + "".join(rules)


@cache
def _script() -> str:
    """A settings object of the usual weight."""
    flags = ",".join(f'"feature_{n}":{{"on":{n % 2},"weight":{n / 7:.3f}}}' for n in range(120))
    return f"window.__SITE__={{{flags}}};"
