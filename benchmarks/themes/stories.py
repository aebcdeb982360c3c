"""What the invented sites tell: the newspapers of the tests, and stories composed of sentences."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.newspapers.articles import Article, load_articles

PAPERS = ("courier", "talbote")
NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
PARAGRAPHS = (4, 7)
SENTENCES = (1, 3)
"""How many a composed story has, and each of its paragraphs: the fewest and the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One element of a story's body."""

    tag: str
    """`p`, `h2` or `blockquote`."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What must be left of a page, and nothing else of the strings around it."""

    title: str
    authors: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What must survive cleaning, in order."""
        return tuple(part.text for part in self.parts if part.tag != "h2")


def stories(language: str, count: int, chance: random.Random) -> list[Story]:
    """So many different stories of a language: those of the newspapers, then composed ones."""
    printed = list(_printed(language))
    chosen = chance.sample(printed, min(count, len(printed)))
    told: set[str] = set()
    return chosen + [_composed(language, chance, told) for _ in range(count - len(chosen))]


@cache
def _printed(language: str) -> tuple[Story, ...]:
    articles = [it for paper in PAPERS for it in load_articles(paper, edition=1, now=NOW)]
    return tuple(map(_story, filter(lambda it: _is_plain(it, language), articles)))


def _is_plain(article: Article, language: str) -> bool:
    """Whether it is a whole text of its own, without tables and links."""
    tags = {part.kind for part in article.parts}
    return (
        article.language == language
        and article.reprint_of is None
        and article.outcome == "saved"
        and tags <= {"p", "h2", "quote"}
    )


def _story(article: Article) -> Story:
    tags = {"p": "p", "h2": "h2", "quote": "blockquote"}
    parts = [Part(tag=tags[part.kind], text=part.texts[0]) for part in article.parts]
    return Story(title=article.title, authors=article.authors, parts=tuple(parts))


def _composed(language: str, chance: random.Random, told: set[str]) -> Story:
    """A story of paragraphs that are not told yet; they are from then on."""
    written = _written()[language]
    sentences = _shuffled(written["sentences"], chance)
    filled = (_filled(sentence, written["names"], chance) for sentence in sentences)
    paragraphs = [_paragraph(filled, chance, told) for _ in range(chance.randint(*PARAGRAPHS))]
    if language == "ja":
        paragraphs = [text.replace(" ", "") for text in paragraphs]
    title = _filled(chance.choice(written["titles"]), written["names"], chance)
    parts = [Part(tag="p", text=text) for text in paragraphs]
    return Story(title=title, authors=(chance.choice(written["names"][5:]),), parts=tuple(parts))


def _paragraph(sentences: Iterator[str], chance: random.Random, told: set[str]) -> str:
    """The next few sentences. Word for word again they would be a copy, or the site's own words."""
    while True:
        text = " ".join(next(sentences) for _ in range(chance.randint(*SENTENCES)))
        if text not in told:
            told.add(text)
            return text


def _shuffled(sentences: Sequence[str], chance: random.Random) -> Iterator[str]:
    """All of them in some order, again and again: the fillings differ."""
    while True:
        yield from chance.sample(sentences, len(sentences))


def _filled(sentence: str, names: Sequence[str], chance: random.Random) -> str:
    return sentence.format(
        a=chance.choice(names[:5]),
        b=chance.choice(names[5:]),
        n=chance.randint(12, 9_800),
        m=chance.randint(13, 970),
    )


@cache
def _written() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("stories.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
