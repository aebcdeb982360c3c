"""Invented sites: a theme each, drawn by a seed, and the pages of one site."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice
from pathlib import Path

from benchmarks.themes.furniture import PAGERS, PROMPTS, Words
from benchmarks.themes.names import STYLES
from benchmarks.themes.stories import Part, Story, stories

LANGUAGES = ("en", "de", "fr", "es", "pt", "pl", "ru", "ja")
SITES = 24
PAGES_A_SITE = 6
PLACES = ("in the body", "in the article", "outside")
"""Where the prompt and the pager stand: beside the paragraphs, around their box, around both."""
SHELLS = ("article", "divs", "main", "sections")
WORDS_SHOWN, WORDS_HELD_OUT = "shown", "held out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What the pages of one site have in common."""

    name: str
    """Of the site, unique."""
    language: str
    prompt: str
    """A key of PROMPTS; likewise below."""
    prompt_place: str
    pager: str
    pager_place: str
    style: str
    shell: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article's page, with what must be left of it and what must not."""

    url: str
    html: str
    paragraphs: tuple[str, ...]
    strings: tuple[str, ...]


def themes(seed: int) -> list[Theme]:
    """SITES themes in eight languages; each markup, place and style is drawn equally often."""
    chance = random.Random(seed)
    ways = zip(
        _dealt(tuple(PROMPTS), chance),
        _dealt(PLACES, chance),
        _dealt(tuple(PAGERS), chance),
        _dealt(PLACES, chance),
        _dealt(tuple(STYLES), chance),
        _dealt(SHELLS, chance),
        strict=False,
    )
    return [
        Theme(
            name=f"site{number:02}",
            language=LANGUAGES[number % len(LANGUAGES)],
            prompt=prompt,
            prompt_place=prompt_place,
            pager=pager,
            pager_place=pager_place,
            style=style,
            shell=shell,
            seed=chance.getrandbits(32),
        )
        for number, (prompt, prompt_place, pager, pager_place, style, shell) in enumerate(
            islice(ways, SITES)
        )
    ]


def pages(theme: Theme, wording: str = WORDS_SHOWN) -> list[Page]:
    """The pages of the theme's site: one wording for the labels, another teaser on each."""
    chance = random.Random(theme.seed)
    said = {name: _half(lines, wording) for name, lines in _spoken()[theme.language].items()}
    prompt, button = chance.choice(said["pairs"])
    previous, following = chance.choice(said["previous"]), chance.choice(said["next"])
    teasers = chance.sample(said["teasers"], PAGES_A_SITE)
    older = teasers[1:] + teasers[:1]
    told = stories(theme.language, PAGES_A_SITE, chance)
    return [
        _page(
            theme,
            story,
            Words(
                prompt=str(prompt),
                button=str(button),
                previous=str(previous),
                following=str(following),
                older=str(older[number]),
                teaser=str(teaser),
                address=f"/stories/{number + 40}-another.html",
            ),
            number,
        )
        for number, (story, teaser) in enumerate(zip(told, teasers, strict=True))
    ]


def _dealt(cards: Sequence[str], chance: random.Random) -> Iterator[str]:
    """All of them in some order, again and again in other orders."""
    while True:
        yield from chance.sample(cards, len(cards))


def _half(lines: Sequence[str], wording: str) -> Sequence[str]:
    middle = len(lines) // 2
    return lines[:middle] if wording == WORDS_SHOWN else lines[middle:]


@cache
def _spoken() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _page(theme: Theme, story: Story, words: Words, number: int) -> Page:
    class_of = STYLES[theme.style](random.Random(theme.seed))
    prompt = PROMPTS[theme.prompt](words.escaped(), class_of)
    pager = PAGERS[theme.pager](words.escaped(), class_of)
    around = {place: ["", ""] for place in PLACES}
    around[theme.prompt_place] = [prompt, prompt]
    around[theme.pager_place][1] += pager
    body = "\n".join(_part(part) for part in story.parts)
    before, after = around["in the body"]
    body = f"<div{class_of('body')}>{before}{body}{after}</div>"
    before, after = around["in the article"]
    title = escape(story.title)
    article = (
        f"<header{class_of('head')}><h1>{title}</h1>"
        f"<p>{escape(', '.join(story.authors))}</p></header>{before}{body}{after}"
    )
    before, after = around["outside"]
    content = f"{before}{_SHELLS[theme.shell].format(article)}{after}"
    return Page(
        url=f"https://www.{theme.name}.example/stories/{number}-{theme.language}.html",
        html=_document(theme, title=title, content=content),
        paragraphs=story.paragraphs,
        strings=words.strings(),
    )


_SHELLS = {
    "article": "<article>{}</article>",
    "divs": '<div id="content">{}</div>',
    "main": "<main>{}</main>",
    "sections": "<section><div>{}</div></section>",
}


def _part(part: Part) -> str:
    text = escape(part.text, quote=False)
    return (
        f"<blockquote><p>{text}</p></blockquote>"
        if part.tag == "blockquote"
        else (f"<{part.tag}>{text}</{part.tag}>")
    )


def _document(theme: Theme, *, title: str, content: str) -> str:
    links = "".join(
        f'<li><a href="/section/{n}/">{name}</a></li>'
        for n, name in enumerate(("Harrow", "Selm", "Quint", "Orla", "Tarn"))
    )
    return (
        f'<!DOCTYPE html><html lang="{theme.language}"><head><meta charset="utf-8">'
        f'<title>{title} | {theme.name}</title><meta property="og:title" content="{title}"></head>'
        f'<body><header><a href="/">{theme.name}</a><nav><ul>{links}</ul></nav></header>'
        f'<div id="page">{content}</div>'
        f"<footer><ul>{links}</ul><p>© {theme.name}</p></footer></body></html>"
    )
