"""The headline: the sources vote, and a site's name at its end is cut off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, strings_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.site_names import fits_host, is_site_name
from pipelines.extract.sources import PageSources

MAX_TITLE_CHARACTERS = 1_000
MAX_CANDIDATES = 15
MAX_HEADINGS = 3
MAX_SUFFIX_CHARACTERS = 60
MAX_HOST_SUFFIX_CHARACTERS = 40
MAX_SEPARATORS = 6

# How much a source's word counts; agreement adds up, so no order is fixed. h1 and og:title are
# right most often, one on pages with and one on pages without an editor of headlines.
_NODE_WEIGHTS = {"headline": 2.5, "name": 1.2, "alternativeHeadline": 0.4}
_META_WEIGHTS = {"og:title": 2.4, "twitter:title": 0.9, "dc.title": 1.0, "title": 0.6}
_H1_WEIGHT = 3.0
_ONE_OF_MANY_H1_WEIGHT = 2.0
_STRANGER_WEIGHT = 0.5  # an h1 that shares no word with any other source: a logo, a section
_MICRODATA_WEIGHT = 1.5
_TITLE_WEIGHT = 1.5
_FEED_WEIGHT = 0.9
_LIKENESS_SHARE = 0.3  # of a vote goes to a headline with the same words, by how many it shares
# What one field of an editor's system fills at once: the same words again are hardly a second vote.
_COPIES = frozenset(
    {"json-ld:name", "meta:dc.title", "meta:og:title", "meta:title", "meta:twitter:title", "title"}
)
_COPY_SHARE = 0.3
_MIN_WORDS_AFTER_KICKER = 3
_KICKER_SHARE = 0.5  # of an h1 must be the headline before the words above it are cut off

# Where a page repeats its headline beside og:title; two of them agree before og:title overrules.
_FORMULATED = ("h1", "json-ld:headline", "title")
_MIN_AGREED = 2
_COMMON_SHARE = 0.5  # of the words of an og:title that overrules them

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
# What publishers put between a headline and their name.
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u00ab:/-]{1,2}\s+|\s*[|\uff5c]\s*")
_KICKER = re.compile(r"[^:|]{2,60}?(?::|\s[|\u2013\u2014/-])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a headline's suffix is compared with."""

    names: frozenset[str]
    """Its `spellings`."""
    labels: Sequence[str]
    """Parts of the host name."""


class _Candidate:
    """A title that a source gave, with its words for comparison."""

    __slots__ = ("key", "raw", "source", "text", "weight", "words")

    def __init__(self, text: str, source: str, raw: str, weight: float) -> None:
        self.text = text
        self.source = source
        self.raw = raw
        self.weight = weight
        self.key = match_key(text)
        # Chinese, Japanese and Thai put no spaces between words: their characters are compared.
        self.words = frozenset(self.key if _UNSPACED.search(self.key) else self.key.split())

    def as_text(self, text: str) -> "_Candidate":
        return _Candidate(text, self.source, self.raw, self.weight)


def choose_title(
    sources: PageSources, *, article: Node, site: Site, feed_title: str | None
) -> Found[str] | None:
    """The headline that most sources agree on; None if no source gave one."""
    said = list(islice(_candidates(sources, article, feed_title), MAX_CANDIDATES))
    cut = _without_kickers([_without_site(candidate, said, site) for candidate in said])
    cut = [_without_words_above(candidate, said) for candidate in cut]
    titles = [candidate for candidate in cut if not is_site_name(candidate.text, site.names)]
    return _editors_form(titles) or _vote(titles or cut)


def _candidates(
    sources: PageSources, article: Node, feed_title: str | None
) -> Iterator[_Candidate]:
    for source, raw, weight in _said(sources, article, feed_title):
        candidate = _Candidate(one_line(raw, limit=MAX_TITLE_CHARACTERS), source, raw, weight)
        if candidate.key:
            yield candidate


def _said(
    sources: PageSources, article: Node, feed_title: str | None
) -> Iterator[tuple[str, str, float]]:
    alone = len(sources.headings) == 1
    for raw in sources.headings[:MAX_HEADINGS]:
        yield "h1", raw, _H1_WEIGHT if alone else _ONE_OF_MANY_H1_WEIGHT
    for key, weight in _NODE_WEIGHTS.items():
        for raw in islice(strings_in(article.get(key)), 1):
            yield f"json-ld:{key}", raw, weight
    for name, weight in _META_WEIGHTS.items():
        for _, raw in islice(sources.meta(name), 1):
            yield f"meta:{name}", raw, weight
    for raw in sources.items.get("headline", ())[:1]:
        yield "microdata:headline", raw, _MICRODATA_WEIGHT
    if sources.title:
        yield "title", sources.title, _TITLE_WEIGHT
    if feed_title:
        yield "feed", feed_title, _FEED_WEIGHT


def _without_site(candidate: _Candidate, others: Sequence[_Candidate], site: Site) -> _Candidate:
    """The candidate without the site's name at either end, if it is one by evidence."""
    for head, tail in _splits(candidate.text):
        for title, name in ((head, tail), (tail, head)):
            if _is_name_of_site(name, site) or (
                len(name) <= MAX_SUFFIX_CHARACTERS and _is_said(title, candidate, others)
            ):
                return candidate.as_text(title)
    return candidate


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for separator in list(_SEPARATOR.finditer(text))[-MAX_SEPARATORS:]:
        head, tail = text[: separator.start()].strip(), text[separator.end() :].strip()
        if head and tail:
            yield head, tail


def _is_name_of_site(text: str, site: Site) -> bool:
    if is_site_name(text, site.names):
        return True
    return len(text) <= MAX_HOST_SUFFIX_CHARACTERS and fits_host(text, site.labels)


def _is_said(title: str, candidate: _Candidate, others: Sequence[_Candidate]) -> bool:
    key = match_key(title)
    return any(key == other.key for other in others if other is not candidate)


def _without_kickers(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """A headline alone where it stands below kickers that have no word in common."""
    parts = [_kicker_and_headline(candidate.text) for candidate in candidates]
    keys = [(frozenset(match_key(kicker).split()), match_key(rest)) for kicker, rest in parts]
    return [
        candidate.as_text(headline)
        if key and any(key == other and not words & others for others, other in keys)
        else candidate
        for candidate, (_, headline), (words, key) in zip(candidates, parts, keys, strict=True)
    ]


def _kicker_and_headline(text: str) -> tuple[str, str]:
    """What stands before and after the first colon or dash; both empty if there is none."""
    kicker = _KICKER.match(text)
    headline = text[kicker.end() :] if kicker else ""
    if kicker and len(headline.split()) >= _MIN_WORDS_AFTER_KICKER:
        return kicker[0], headline
    return "", ""


def _without_words_above(candidate: _Candidate, others: Sequence[_Candidate]) -> _Candidate:
    """The h1 without the words above the headline, if another source has the headline alone."""
    if candidate.source != "h1":
        return candidate
    for other in others:
        long_enough = len(other.key) > _KICKER_SHARE * len(candidate.key)
        if long_enough and candidate.key.endswith(" " + other.key):
            return candidate.as_text(other.text)
    return candidate


def _editors_form(candidates: Sequence[_Candidate]) -> Found[str] | None:
    """An og:title that words otherwise what all other places say alike; None if there is none.

    Where only og:title differs an editor wrote it: the headline of front pages and feeds, which
    the page's own lengthens for search engines. With few of its words in common it is bait, and
    a number that stands nowhere else is last year's.
    """
    said = {candidate.source: candidate for candidate in reversed(candidates)}
    own, others = said.get("meta:og:title"), [said[x] for x in _FORMULATED if x in said]
    if own is None or len(others) < _MIN_AGREED or len({x.key for x in others}) > 1:
        return None
    new = own.words - others[0].words
    if not new and own.key == others[0].key:
        return None
    is_same_story = len(new) <= (1 - _COMMON_SHARE) * len(own.words)
    if is_same_story and not any(word.isdigit() for word in new):
        return Found(own.text, own.source, own.raw)
    return None


def _vote(candidates: Sequence[_Candidate]) -> Found[str] | None:
    """The candidate whose words the most weight stands behind; the first of equals."""
    by_words = {candidate.key: candidate for candidate in reversed(candidates)}
    weights = _weights(candidates)

    def support(candidate: _Candidate) -> float:
        return sum(weight * _share(candidate, by_words[key]) for key, weight in weights.items())

    winner = max(reversed(by_words.values()), key=support, default=None)
    return Found(winner.text, winner.source, winner.raw) if winner else None


def _weights(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """What stands behind each wording."""
    weights: dict[str, float] = {}
    copied: set[str] = set()
    for candidate in sorted(candidates, key=lambda candidate: -candidate.weight):
        weight = _weight(candidate, candidates)
        if candidate.source in _COPIES:
            weight *= _COPY_SHARE if candidate.key in copied else 1.0
            copied.add(candidate.key)
        weights[candidate.key] = weights.get(candidate.key, 0.0) + weight
    return weights


def _weight(candidate: _Candidate, others: Sequence[_Candidate]) -> float:
    if candidate.source != "h1" or len(others) == 1:
        return candidate.weight
    has_kin = any(candidate.words & other.words for other in others if other is not candidate)
    return candidate.weight if has_kin else _STRANGER_WEIGHT


def _share(candidate: _Candidate, other: _Candidate) -> float:
    """How much of the other's vote the candidate gets."""
    if candidate.key == other.key:
        return 1.0
    union = candidate.words | other.words
    return _LIKENESS_SHARE * len(candidate.words & other.words) / len(union) if union else 0.0
