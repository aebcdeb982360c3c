"""Invented news texts: sentences of five languages built of words, names and numbers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LANGUAGES = ("en", "de", "es", "ru", "ja")
UNSPACED = frozenset({"ja"})
FORMS = ("weather", "earnings", "quake", "sport", "stock")
WORD_SLOTS = ("subjects", "objects", "verbs", "adjectives")
CLAUSE_SLOTS = ("adverbs", "clauses")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, by slot."""

    code: str
    lists: dict[str, tuple[str, ...]]
    forms: dict[str, str]


@cache
def words_of(language: str) -> Words:
    """Read from words.toml."""
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))[language]
    spaced = (*WORD_SLOTS, "names", "endings", "days")
    barred = (*CLAUSE_SLOTS, "patterns", "datelines", "skies", "boilerplate")
    lists = {name: tuple(table[name].split()) for name in spaced}
    lists |= {name: tuple(table[name].split("|")) for name in barred}
    return Words(language, lists, {name: table[name] for name in FORMS})


@dataclass(slots=True)
class Teller:
    """Tells of one event: its people, places and companies come again and again."""

    words: Words
    chance: random.Random
    cast: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, count in (("person", 3), ("place", 2), ("org", 2)):
            self.cast[kind] = [self.name(kind) for _ in range(count)]

    def name(self, kind: str) -> str:
        """An invented name of a person, place or company."""
        pick = self.chance.choice
        names, endings = self.words.lists["names"], self.words.lists["endings"]
        first = pick(names) + pick(names).lower() + pick(endings)
        if kind == "place":
            return first
        space = "" if self.words.code in UNSPACED else " "
        second = pick(names) + pick(endings)
        return first + space + second if kind == "person" else second + space + pick(names)

    def fill(self, form: str) -> str:
        """The form with every slot filled; slots in what fills one are filled too."""
        while _SLOT.search(form):
            form = _SLOT.sub(lambda slot: self._value(slot[1]), form)
        return form

    def sentence(self) -> str:
        text = self.fill(self.chance.choice(self.words.lists["patterns"]))
        return text[0].upper() + text[1:]

    def paragraphs(self, sentences: int) -> list[list[str]]:
        """Sentences in paragraphs of one to three."""
        found: list[list[str]] = []
        while sentences > 0:
            size = min(self.chance.choice((1, 1, 2, 2, 3)), sentences)
            found.append([self.sentence() for _ in range(size)])
            sentences -= size
        return found

    def _value(self, slot: str) -> str:
        chance = self.chance
        if slot in self.words.lists:
            return chance.choice(self.words.lists[slot])
        if slot == "sky":
            return chance.choice(self.words.lists["skies"])
        if slot == "day":
            return chance.choice(self.words.lists["days"])
        if slot == "PLACE":
            return self.cast["place"][0].upper()
        if slot.rstrip("2") in self.cast:
            names = self.cast[slot.rstrip("2")]
            return names[1] if slot.endswith("2") else chance.choice(names)
        return self._number(slot.rstrip("2"))

    def _number(self, slot: str) -> str:
        point = "." if self.words.code in {"en", "ja"} else ","
        if slot == "big":
            return str(self.chance.randrange(100, 9_000))
        if slot == "pct":
            return f"{self.chance.randrange(1, 10)}{point}{self.chance.randrange(1, 10)}"
        return str(self.chance.randrange(2, 60))
