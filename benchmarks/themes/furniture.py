"""The markup that themes give to prompts and pagers: each function is one theme's way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from benchmarks.themes.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The strings of one page; none may be left."""

    prompt: str
    button: str
    previous: str
    following: str
    older: str
    """The teaser below `previous`, where a theme has two."""
    teaser: str
    address: str
    """Of the story that the teaser is about: a path."""

    def strings(self) -> tuple[str, ...]:
        return (self.prompt, self.button, self.previous, self.following, self.older, self.teaser)

    def escaped(self) -> "Words":
        """The same, fit for HTML."""
        names = ("prompt", "button", "previous", "following", "older", "teaser", "address")
        return Words(**{name: escape(getattr(self, name)) for name in names})


def _box(w: Words, c: Names) -> str:
    return f"<div{c('box')}><span>{w.prompt}</span> <button{c('go')}>{w.button}</button></div>"


def _paragraph_and_dead_link(w: Words, c: Names) -> str:
    return f'<p>{w.prompt}</p>\n<p><a href="#s">{w.button}</a></p>'


def _paragraph_and_button(w: Words, c: Names) -> str:
    return f"<p{c('ask')}>{w.prompt}</p><p><button{c('go')}>{w.button}</button></p>"


def _strong_in_paragraph(w: Words, c: Names) -> str:
    return f"<p><strong>{w.prompt}</strong> <button{c('go')}>{w.button}</button></p>"


def _strong_and_break(w: Words, c: Names) -> str:
    return f'<p><strong>{w.prompt}</strong><br><a href="javascript:void(0)">{w.button}</a></p>'


def _heading_and_role(w: Words, c: Names) -> str:
    return f'<h3{c("ask")}>{w.prompt}</h3><div><a role="button" href="#">{w.button}</a></div>'


def _navigation(w: Words, c: Names) -> str:
    return f'<nav{c("ask")}><span>{w.prompt}</span> <a href="#short">{w.button}</a></nav>'


def _nothing_but_boxes(w: Words, c: Names) -> str:
    return (
        f"<div{c('box')}><div{c('ask')}>{w.prompt}</div>"
        f'<div{c("go")} tabindex="0">{w.button}</div></div>'
    )


def _aside_with_page(w: Words, c: Names) -> str:
    return f'<aside{c("box")}><p>{w.prompt}</p><a href="/account/join">{w.button}</a></aside>'


def _form(w: Words, c: Names) -> str:
    return (
        f'<form{c("box")} action="/s"><label>{w.prompt}</label><input type="text" name="q">'
        f'<button type="submit">{w.button}</button></form>'
    )


def _section_with_list(w: Words, c: Names) -> str:
    return (
        f"<section{c('box')}><h4>{w.prompt}</h4>"
        f'<ul><li><a href="#a">{w.button}</a></li></ul></section>'
    )


def _two_strong_lines(w: Words, c: Names) -> str:
    return f"<p><strong>{w.prompt}</strong></p>\n<p><strong>{w.button}</strong></p>"


def _pager_boxes(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><div{c('old')}><span>{w.previous}</span></div><div{c('new')}>"
        f'<span>{w.following}</span> <a href="{w.address}">{w.teaser}</a></div></div>'
    )


def _pager_paragraphs(w: Words, c: Names) -> str:
    return (
        f"<p><a>{w.previous}</a></p>\n<p>{w.following}</p>\n"
        f'<p><a href="{w.address}">{w.teaser}</a></p>'
    )


def _pager_navigation(w: Words, c: Names) -> str:
    return (
        f'<nav{c("pager")}><a rel="prev"><span>{w.previous}</span></a><a rel="next" '
        f'href="{w.address}"><span>{w.following}</span> <span>{w.teaser}</span></a></nav>'
    )


def _pager_plain_text(w: Words, c: Names) -> str:
    return (
        f"<p><strong>{w.previous}</strong></p><p><strong>{w.following}</strong></p>"
        f"<p>{w.teaser}</p>"
    )


def _pager_headings(w: Words, c: Names) -> str:
    return (
        f"<h4{c('old')}>{w.previous}</h4><h4{c('new')}>{w.following}</h4>"
        f'<h5{c("title")}><a href="{w.address}">{w.teaser}</a></h5>'
    )


def _pager_table(w: Words, c: Names) -> str:
    return (
        f"<table{c('pager')}><tr><td>{w.previous}</td><td>{w.following}</td></tr>"
        f'<tr><td></td><td><a href="{w.address}">{w.teaser}</a></td></tr></table>'
    )


def _pager_list(w: Words, c: Names) -> str:
    return (
        f"<ul{c('pager')}><li>{w.previous}</li><li>{w.following}: "
        f'<a href="{w.address}">{w.teaser}</a></li></ul>'
    )


def _pager_card(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><div{c('old')}>{w.previous}</div>"
        f'<a{c("card")} href="{w.address}"><img src="/t/1.jpg" alt=""><div{c("label")}>'
        f"{w.following}</div><div{c('title')}>{w.teaser}</div></a></div>"
    )


def _pager_scripted(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><div{c('old')}>{w.previous}</div>"
        f'<div{c("card")} data-href="{w.address}"><div{c("label")}>{w.following}</div>'
        f"<div{c('title')}>{w.teaser}</div></div></div>"
    )


def _pager_strong_line(w: Words, c: Names) -> str:
    return (
        f"<p><strong>{w.previous}</strong></p>"
        f'<p><strong>{w.following}:</strong> <a href="{w.address}">{w.teaser}</a></p>'
    )


def _pager_picture(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><p>{w.previous}</p><p>{w.following}</p><figure>"
        f'<a href="{w.address}"><img src="/t/2.jpg" alt=""></a><figcaption>'
        f'<a href="{w.address}">{w.teaser}</a></figcaption></figure></div>'
    )


def _pager_heading_without_link(w: Words, c: Names) -> str:
    return (
        f"<section{c('pager')}><p>{w.previous}</p><p>{w.following}</p>"
        f"<h3{c('title')}>{w.teaser}</h3></section>"
    )


def _pager_two_teasers(w: Words, c: Names) -> str:
    return (
        f'<div{c("pager")}><div{c("old")}><small>{w.previous}</small><a href="/stories/7-older">'
        f'{w.older}</a></div><div{c("new")}><small>{w.following}</small><a href="{w.address}">'
        f"{w.teaser}</a></div></div>"
    )


def _pager_two_plain_teasers(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><p>{w.previous}</p><p>{w.older}</p>"
        f"<p>{w.following}</p><p>{w.teaser}</p></div>"
    )


def _pager_dated(w: Words, c: Names) -> str:
    return (
        f"<div{c('pager')}><span>{w.previous}</span><div{c('card')}><span>{w.following}</span>"
        f'<h3><a href="{w.address}">{w.teaser}</a></h3><time>12.03.2026</time></div></div>'
    )


Markup = Callable[[Words, Names], str]

PROMPTS: Mapping[str, Markup] = {
    "box": _box,
    "p+dead link": _paragraph_and_dead_link,
    "p+button": _paragraph_and_button,
    "strong in p": _strong_in_paragraph,
    "strong, br": _strong_and_break,
    "h3+role": _heading_and_role,
    "nav": _navigation,
    "divs": _nothing_but_boxes,
    "aside+link": _aside_with_page,
    "form": _form,
    "section, list": _section_with_list,
    "strong lines": _two_strong_lines,
}
PAGERS: Mapping[str, Markup] = {
    "divs": _pager_boxes,
    "p": _pager_paragraphs,
    "nav": _pager_navigation,
    "p, no link": _pager_plain_text,
    "headings": _pager_headings,
    "table": _pager_table,
    "list": _pager_list,
    "card": _pager_card,
    "scripted": _pager_scripted,
    "strong: link": _pager_strong_line,
    "picture": _pager_picture,
    "h3, no link": _pager_heading_without_link,
    "two": _pager_two_teasers,
    "two, no link": _pager_two_plain_teasers,
    "dated": _pager_dated,
}
