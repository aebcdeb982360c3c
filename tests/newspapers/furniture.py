"""What stands around and between an article's paragraphs and must not survive cleaning.

Each function in FURNITURE gives HTML for one place of the page in the article's language;
`unwanted` lists the strings a cleaned article must not hold. Words are in words.toml.
"""

import tomllib
from collections.abc import Callable
from html import escape
from pathlib import Path

from tests.newspapers.articles import Article

WORDS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)

PROMPT = "No time to read?"
SUMMARY = "Get a summary"
PREVIOUS = "Previous Article"
NEXT = "Next Article"
TEASER = "What fluids are used in automatic transmissions?"
FIVE_STRINGS = (PROMPT, SUMMARY, PREVIOUS, NEXT, TEASER)
"""The prompt, its button, the pager and the teaser to an unrelated story."""

STANDING = "At the harbour desk letters from readers are opened every Friday, and answered by hand."
"""A paragraph like any other, in the midst of the Courier's English stories: only that all of them
show it tells that it is none of theirs."""


def share(article: Article) -> str:
    words = WORDS[article.language]
    buttons = "".join(
        f'<li class="share__item"><a class="share__link" href="https://share.invalid/{name.lower()}"'
        f' rel="nofollow">{name}</a></li>'
        for name in ("Facebook", "WhatsApp", "E-Mail")
    )
    return f'<div class="share-bar"><span>{words["share"]}</span><ul>{buttons}</ul></div>'


def newsletter(article: Article) -> str:
    words = WORDS[article.language]
    return (
        f'<aside class="newsletter-box"><p class="newsletter-box__text">{words["newsletter"]}</p>'
        f'<form action="/newsletter/" method="post"><input type="email" name="mail">'
        f'<button type="submit">{words["subscribe"]}</button></form></aside>'
    )


def related_inside(article: Article) -> str:
    words = WORDS[article.language]
    return (
        f'<p class="read-also"><strong>{words["read_also"]}</strong> '
        f'<a href="/related/1/">{words["related_1"]}</a></p>'
    )


def related_after(article: Article) -> str:
    words = WORDS[article.language]
    links = "".join(f'<li><a href="/related/{n}/">{words[f"related_{n}"]}</a></li>' for n in (1, 2))
    return f'<section class="related"><h3>{words["more"]}</h3><ul>{links}</ul></section>'


def headline_repeated(article: Article) -> str:
    return f'<p class="lead-title"><strong>{escape(article.title)}</strong></p>'


def byline_inside(article: Article) -> str:
    words = WORDS[article.language]
    return f'<p class="byline">{words["by"]} {escape(", ".join(article.authors))}</p>'


def comments(article: Article) -> str:
    words = WORDS[article.language]
    return (
        f'<section id="comments" class="comments"><h3>{words["comments"]}</h3>'
        f'<div class="comment"><b>pelican77</b><p>{words["comment"]}</p></div></section>'
    )


BEFORE: dict[str, Callable[[Article], str]] = {
    "headline_repeated": headline_repeated,
    "byline_inside": byline_inside,
    "share": share,
}
INSIDE: dict[str, Callable[[Article], str]] = {
    "related_inside": related_inside,
    "newsletter": newsletter,
}
AFTER: dict[str, Callable[[Article], str]] = {
    "share": share,
    "related_after": related_after,
    "comments": comments,
}


def place(article: Article, where: dict[str, Callable[[Article], str]]) -> str:
    """The HTML of the article's furniture that belongs to one place, in that place's order."""
    return "".join(make(article) for name, make in where.items() if name in article.furniture)


def standing(article: Article) -> str:
    """What the paper says in each of its stories."""
    is_shown = (article.paper, article.language, article.outcome) == ("courier", "en", "saved")
    return f"<p>{STANDING}</p>" if is_shown else ""


def prompt_before(article: Article) -> str:
    """The summary prompt above the first paragraph, inside the body."""
    return _PROMPTS.get(article.prompt or "", "")


def prompt_after(article: Article, *, teaser_url: str) -> str:
    """The prompt again, an empty link back, and the teaser, below the last paragraph."""
    if article.prompt == "theme":
        return _PROMPTS["theme"] + _theme_pager(teaser_url)
    if article.prompt == "paragraphs":
        return _PROMPTS["paragraphs"] + _paragraph_pager(teaser_url)
    return ""


def prompt_outside(article: Article, *, teaser_url: str) -> tuple[str, str]:
    """What stands before and after the body's container: the third markup."""
    if article.prompt != "nav":
        return "", ""
    ask = f'<nav class="quick-read"><span>{PROMPT}</span> <a href="#sum">{SUMMARY}</a></nav>'
    pager = (
        f'<nav class="post-navigation" aria-label="Posts"><a rel="prev"><span>{PREVIOUS}</span></a>'
        f'<a rel="next" href="{teaser_url}"><span>{NEXT}</span> <span>{TEASER}</span></a></nav>'
    )
    return ask, ask + pager


def unwanted(article: Article) -> tuple[str, ...]:
    """Strings of the page that are not the article's own."""
    words = WORDS[article.language]
    named = {
        "share": ("share",),
        "newsletter": ("newsletter", "subscribe"),
        "related_inside": ("related_1",),
        "related_after": ("more", "related_2"),
        "comments": ("comment",),
    }
    keys = [key for name in article.furniture for key in named.get(name, ())]
    prompt = FIVE_STRINGS if article.prompt else ()
    return (*prompt, *(words[key] for key in keys), words["cookies"])


def _theme_pager(teaser_url: str) -> str:
    return (
        f'<div class="theme-pager"><div class="theme-pager__prev"><span>{PREVIOUS}</span></div>'
        f'<div class="theme-pager__next"><span>{NEXT}</span>'
        f'<a href="{teaser_url}"><h4>{TEASER}</h4></a></div></div>'
    )


def _paragraph_pager(teaser_url: str) -> str:
    return f'<p><a>{PREVIOUS}</a></p>\n<p>{NEXT}</p>\n<p><a href="{teaser_url}">{TEASER}</a></p>\n'


_PROMPTS = {
    "theme": f'<div class="theme-summary-cta"><div class="theme-summary-cta__label">{PROMPT}</div>'
    f'<button type="button" class="theme-button">{SUMMARY}</button></div>',
    "paragraphs": f'<p>{PROMPT}</p>\n<p><a href="#summary">{SUMMARY}</a></p>\n',
}
