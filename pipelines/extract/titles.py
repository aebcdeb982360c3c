"""The headline: the sources vote, and a site's name at its end is cut off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, strings_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.site_names import fits_host, is_site_name
from pipelines.extract.sources import PageSources

MAX_TITLE_CHARACTERS = 1_000
MAX_CANDIDATES = 20
MAX_SUFFIX_CHARACTERS = 40
STRANGER_WEIGHT = 0.5

# What publishers put between a headline and their name.
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u00ab:/-]{1,2}\s+|\s*[|\uff5c]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a headline's suffix is compared with."""

    names: Sequence[str]
    labels: Sequence[str]
    """Parts of the host name."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    source: str
    raw: str
    weight: float


def choose_title(
    sources: PageSources, *, article: Node, site: Site, feed_title: str | None
) -> Found[str] | None:
    """The headline that most sources agree on; None if no source gave one."""
    said = list(_candidates(sources, article, feed_title))[:MAX_CANDIDATES]
    cut = [_without_kicker(_without_site(candidate, said, site), said) for candidate in said]
    titles = [candidate for candidate in cut if not is_site_name(candidate.text, site.names)]
    return _vote(_less_of_strangers(titles or cut)) if cut else None


def _candidates(
    sources: PageSources, article: Node, feed_title: str | None
) -> Iterator[_Candidate]:
    for source, raw, weight in _said(sources, article, feed_title):
        if text := one_line(raw, limit=MAX_TITLE_CHARACTERS):
            yield _Candidate(text, source, raw, weight)


def _said(
    sources: PageSources, article: Node, feed_title: str | None
) -> Iterator[tuple[str, str, float]]:
    for raw in sources.headings[:3]:
        yield "h1", raw, 3.0 if len(sources.headings) == 1 else 2.0
    for key, weight in (("headline", 2.5), ("name", 1.2), ("alternativeHeadline", 0.4)):
        for raw in list(strings_in(article.get(key)))[:1]:
            yield f"json-ld:{key}", raw, weight
    for name, weight in (
        ("og:title", 2.4),
        ("twitter:title", 0.9),
        ("dc.title", 1.0),
        ("title", 0.6),
    ):
        for _, raw in list(sources.meta(name))[:1]:
            yield f"meta:{name}", raw, weight
    for raw in sources.items.get("headline", [])[:1]:
        yield "microdata:headline", raw, 1.5
    if sources.title:
        yield "title", sources.title, 1.5
    if feed_title:
        yield "feed", feed_title, 0.9


def _vote(candidates: Sequence[_Candidate]) -> Found[str] | None:
    """The candidate whose words the most weight stands behind; the first of equals."""
    words = [frozenset(match_key(candidate.text).split()) for candidate in candidates]
    keys = [match_key(candidate.text) for candidate in candidates]

    def support(index: int) -> float:
        return sum(
            other.weight
            * (1.0 if keys[index] == keys[at] else 0.3 * _likeness(words[index], words[at]))
            for at, other in enumerate(candidates)
        )

    winner = candidates[max(range(len(candidates)), key=support)]
    return Found(winner.text, winner.source, winner.raw)


def _less_of_strangers(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """An h1 that shares no word with any other source is rarely the headline."""
    words = [frozenset(match_key(candidate.text).split()) for candidate in candidates]
    return [
        replace(candidate, weight=STRANGER_WEIGHT)
        if candidate.source == "h1" and len(candidates) > 1 and not _is_kin(at, words)
        else candidate
        for at, candidate in enumerate(candidates)
    ]


def _is_kin(index: int, words: Sequence[frozenset[str]]) -> bool:
    return any(words[index] & words[at] for at in range(len(words)) if at != index)


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left and right else 0.0


def _without_site(candidate: _Candidate, others: Sequence[_Candidate], site: Site) -> _Candidate:
    """The candidate without the site's name at either end, if it is one by evidence."""
    said = {match_key(other.text) for other in others if other is not candidate}
    for head, tail in _splits(candidate.text):
        for title, name in ((head, tail), (tail, head)):
            if _is_name_of_site(name, site) or (match_key(title) in said and len(name) <= 60):
                return replace(candidate, text=title)
    return candidate


def _without_kicker(candidate: _Candidate, others: Sequence[_Candidate]) -> _Candidate:
    """The h1 without the word above the headline, if another source has the headline alone."""
    if candidate.source != "h1":
        return candidate
    key = match_key(candidate.text)
    for other in others:
        title = match_key(other.text)
        if key.endswith(" " + title) and len(title) > 0.5 * len(key):
            return replace(candidate, text=other.text)
    return candidate


def _is_name_of_site(text: str, site: Site) -> bool:
    if is_site_name(text, site.names):
        return True
    return len(text) <= MAX_SUFFIX_CHARACTERS and fits_host(text, site.labels)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for separator in list(_SEPARATOR.finditer(text))[-6:]:
        head, tail = text[: separator.start()].strip(), text[separator.end() :].strip()
        if head and tail:
            yield head, tail
