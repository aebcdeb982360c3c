"""A seeded set of articles: wire texts with their copies, and what only looks like copies."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.stories.edits import LINKED, MERGED
from benchmarks.stories.texts import FORMS, LANGUAGES, Teller, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.stories.edits import Paragraphs

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 14
SITES = 40
"""A language."""
ORIGINAL = "original"
SENTENCES = (8, 12, 12, 16, 16, 20, 24, 28, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article of the set."""

    number: int
    """In order of arrival, from 1."""
    text: str
    language: str
    site: str
    at: datetime
    event: str
    """Articles with the same one tell the same story."""
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of what, a language."""

    events: int = 55
    copies: int = 6
    """At most, an event."""
    instances: int = 12
    """Of each form."""
    briefs: int = 15
    """That share one boilerplate."""
    brief_sites: int = 3
    versions: int = 12
    """Of one event told by two papers in their own words, with one quote in common."""


class Corpus:
    """Makes the articles of one seed."""

    def __init__(self, seed: int, size: Size) -> None:
        self._chance = random.Random(seed)
        self._size = size

    def articles(self) -> list[Told]:
        """In random order of arrival; the same for the same seed."""
        found = [each for language in LANGUAGES for each in self._language(language)]
        self._chance.shuffle(found)
        return [
            Told(number=number, **fields)  # type: ignore[arg-type]
            for number, fields in enumerate(found, 1)
        ]

    def copies_of_one(self, count: int) -> list[Told]:
        """So many copies of one wire text, with other articles between them."""
        teller = self._teller("en")
        text = teller.paragraphs(20)
        fields = [
            self._copy("en", "wire", kind, text, teller)
            for kind in self._chance.choices(list(MERGED), k=count)
        ]
        fields += [each for each in self._language("en") if each["kind"] != "exact"][:count]
        self._chance.shuffle(fields)
        return [Told(number=n, **each) for n, each in enumerate(fields, 1)]  # type: ignore[arg-type]

    def _language(self, language: str) -> Iterator[dict[str, object]]:
        size = self._size
        for number in range(size.events):
            yield from self._event(language, f"{language}-event-{number}")
        for form in FORMS:
            for number in range(size.instances):
                yield self._filled(language, form, number)
        for site in range(size.brief_sites):
            yield from self._briefs(language, site)
        for number in range(size.versions):
            yield from self._versions(language, number)

    def _event(self, language: str, event: str) -> Iterator[dict[str, object]]:
        teller = self._teller(language)
        text = teller.paragraphs(self._chance.choice(SENTENCES))
        kinds = [*MERGED, *LINKED]
        yield self._copy(language, event, ORIGINAL, text, teller)
        for kind in self._chance.sample(kinds, self._chance.randrange(self._size.copies + 1)):
            yield self._copy(language, event, kind, text, teller)

    def _copy(
        self, language: str, event: str, kind: str, text: Paragraphs, teller: Teller
    ) -> dict[str, object]:
        edit = (MERGED | LINKED).get(kind)
        site = self._site(language)
        edited = edit(text, teller) if edit else text
        if kind == "boilerplate":
            edited = [*edited, *self._boilerplate(language, site)]
        return self._fields(language, event, kind, site, edited)

    def _filled(self, language: str, form: str, number: int) -> dict[str, object]:
        filled = self._teller(language).fill(words_of(language).forms[form])
        paragraphs = [[line] for line in filled.split("\n")]
        event = f"{language}-{form}-{number}"
        return self._fields(language, event, form, self._site(language), paragraphs)

    def _briefs(self, language: str, site_number: int) -> Iterator[dict[str, object]]:
        site = f"briefs{site_number}-{language}.example"
        tail = self._boilerplate(language, site)
        for number in range(self._size.briefs):
            brief = self._teller(language).paragraphs(3)
            event = f"{language}-brief-{site_number}-{number}"
            yield self._fields(language, event, "brief", site, [*brief, *tail])

    def _versions(self, language: str, number: int) -> Iterator[dict[str, object]]:
        """Two papers tell of the same people, each in its own words, with one quote in common."""
        teller = self._teller(language)
        quote = [teller.sentence(), teller.sentence()]
        for version in range(2):
            text = teller.paragraphs(14)
            text.insert(2, quote)
            event = f"{language}-versions-{number}-{version}"
            yield self._fields(language, event, "own words", self._site(language), text)

    def _boilerplate(self, language: str, site: str) -> Paragraphs:
        """Always the same of one site: three to five paragraphs of two sentences."""
        chance = random.Random(site)
        teller = Teller(words_of(language), chance)
        lines = chance.sample(words_of(language).lists["boilerplate"], chance.randrange(3, 6))
        return [[f"{line}.", teller.sentence()] for line in lines]

    def _fields(
        self, language: str, event: str, kind: str, site: str, text: Paragraphs
    ) -> dict[str, object]:
        space = "" if language == "ja" else " "
        at = START + timedelta(minutes=self._chance.randrange(DAYS * 24 * 60))
        body = "\n".join(space.join(paragraph) for paragraph in text)
        return {
            "text": body,
            "language": language,
            "site": site,
            "at": at,
            "event": event,
            "kind": kind,
        }

    def _site(self, language: str) -> str:
        return f"paper{self._chance.randrange(SITES)}-{language}.example"

    def _teller(self, language: str) -> Teller:
        return Teller(words_of(language), self._chance)
