"""The headline: the sources vote, and a site's name at its end is cut off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, strings_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.sources import PageSources

MAX_TITLE_CHARACTERS = 1_000
MAX_CANDIDATES = 20

# What publishers put between a headline and their name.
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u00ab:/-]{1,2}\s+|\s*[|\uff5c]\s*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    source: str
    raw: str
    weight: float


# How much one source's word counts; agreement adds up. Chosen on the tuning half of the corpus.
_WEIGHTS = {"h1": 3.0, "json-ld:headline": 2.5, "meta:og:title": 2.4, "title": 1.5}


def choose_title(
    sources: PageSources, *, article: Node, site_names: Sequence[str], feed_title: str | None
) -> Found[str] | None:
    """The headline that most sources agree on; None if no source gave one."""
    candidates = list(_candidates(sources, article, feed_title))[:MAX_CANDIDATES]
    if not candidates:
        return None
    return _vote([_without_site(candidate, candidates, site_names) for candidate in candidates])


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
    for name, weight in (("og:title", 2.4), ("twitter:title", 0.9), ("dc.title", 1.0), ("title", 0.6)):
        for _, raw in list(sources.meta(name))[:1]:
            yield f"meta:{name}", raw, weight
    for raw in sources.items.get("headline", [])[:1]:
        yield "microdata:headline", raw, 1.5
    if sources.title:
        yield "title", sources.title, 1.5
    if feed_title:
        yield "feed", feed_title, 0.9


def _vote(candidates: Sequence[_Candidate]) -> Found[str] | None:
    """The first of the candidates whose words the most weight stands behind."""
    weights: dict[str, float] = {}
    for candidate in candidates:
        key = match_key(candidate.text)
        weights[key] = weights.get(key, 0.0) + candidate.weight
    best = max(weights, key=lambda key: weights[key])
    winner = next(candidate for candidate in candidates if match_key(candidate.text) == best)
    return Found(winner.text, winner.source, winner.raw)


def _without_site(
    candidate: _Candidate, others: Sequence[_Candidate], site_names: Sequence[str]
) -> _Candidate:
    """The candidate without the site's name at either end, if it is one by evidence."""
    known = {match_key(name) for name in site_names}
    said = {match_key(other.text) for other in others if other is not candidate}
    for head, tail in _splits(candidate.text):
        if match_key(tail) in known or (match_key(head) in said and _short(tail)):
            return _Candidate(head, candidate.source, candidate.raw, candidate.weight)
        if match_key(head) in known or (match_key(tail) in said and _short(head)):
            return _Candidate(tail, candidate.source, candidate.raw, candidate.weight)
    return candidate


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for separator in list(_SEPARATOR.finditer(text))[:8]:
        head, tail = text[: separator.start()].strip(), text[separator.end() :].strip()
        if head and tail:
            yield head, tail


def _short(text: str) -> bool:
    return len(text) <= 60
