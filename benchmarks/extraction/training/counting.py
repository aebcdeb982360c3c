"""The vocabulary of some sites: how often each token stands in their articles and beside them."""

from collections import defaultdict
from collections.abc import Iterable
from math import log

from benchmarks.extraction.training.pages import LabelledPage
from pipelines.model.vocabulary import GROUPS, Vocabulary, line_tokens

MIN_SITES = 3
"""That use a token; what fewer use is a site's own word."""

PRIOR = {"own": 0.2, "near": 0.2, "far": 0.2, "words": 0.15, "start": 0.15}
"""Of all lines, about so many are article: what a token is worth before it was ever seen."""

PRIOR_SITES = 2.0
FULL_SITE_LINES = 5
"""A site's say counts half from one line, and whole from so many."""

SiteCounts = dict[str, dict[str, list[int]]]
"""By group and token: lines, and lines that are article."""


def count_sites(pages: Iterable[LabelledPage]) -> dict[str, SiteCounts]:
    """By publication."""
    counts: dict[str, SiteCounts] = {}
    for page in pages:
        site = counts.setdefault(page.publication, {group: {} for group in GROUPS})
        for number, (_, tokens) in enumerate(line_tokens(page.outline)):
            if page.weights[number] > 0:
                _count(site, tokens, is_article=bool(page.is_article[number]))
    return counts


def fit_vocabulary(counts: Iterable[SiteCounts]) -> Vocabulary:
    """Smoothed log-odds, each site with one say on each token."""
    sites = list(counts)
    return Vocabulary(**{group: _fit_group([s[group] for s in sites], group) for group in GROUPS})


def _count(site: SiteCounts, tokens: dict[str, list[str]], *, is_article: bool) -> None:
    for group, found in tokens.items():
        for token in found:
            pair = site[group].setdefault(token, [0, 0])
            pair[0] += 1
            pair[1] += is_article


def _fit_group(sites: list[dict[str, list[int]]], group: str) -> dict[str, float]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for site in sites:
        for token, (lines, article) in site.items():
            say = 0.5 + 0.5 * min(lines, FULL_SITE_LINES) / FULL_SITE_LINES
            total = sums[token]
            total[0] += 1
            total[1] += say
            total[2] += say * article / lines
    prior = PRIOR[group]
    return {
        token: _log_odds((kept + PRIOR_SITES * prior) / (say + PRIOR_SITES)) - _log_odds(prior)
        for token, (count, say, kept) in sorted(sums.items())
        if count >= MIN_SITES and token and "\n" not in token
    }


def _log_odds(share: float) -> float:
    return log(share / (1 - share))
