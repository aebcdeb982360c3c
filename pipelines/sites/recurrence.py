"""Which blocks the sampled articles of a site have in common. Pure; the order does not matter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from pipelines.sites.followers import count_followers
from pipelines.sites.hashes import PROSE_BIT, is_prose
from pipelines.sites.learn import text_key
from pipelines.sites.records import Recurrence, RecurringBlock, SightedArticle

MIN_ARTICLES = 3
"""Distinct ones: nothing is learned from a page or two."""
MIN_ARTICLES_PROSE_INSIDE = 4
"""A background paragraph may well stand in three articles about one event."""
MIN_SHARE_EDGE = 0.1
MIN_SHARE_EDGE_PROSE = 0.2
MIN_SHARE_INSIDE = 0.3
MIN_SHARE_INSIDE_PROSE = 0.4
"""Of the articles of a window; standing subheads and series intros stay below."""
INSIDE_SHARE = 0.5
"""Of a block's sightings between paragraphs for it to count as standing there."""
NEWEST_ARTICLES = 30
"""A window of its own: what a new layout repeats is learned beside the old."""
LAYOUT_ARTICLES = 20
LAYOUT_BEFORE_SHARE = 0.5
LAYOUT_NOW_SHARE = 0.1
MAX_SAMPLES = 3
MIN_FOLLOWED_SHARE = 0.5
"""Of the articles that show a label, those in which another line follows it each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    counts: Mapping[int, int]
    size: int


def find_recurrence(sample: Sequence[SightedArticle]) -> Recurrence:
    """The blocks that recur often enough to be learned, and whether they still do."""
    ordered = _distinct(sample)
    windows = [_count(articles) for articles in _windows(ordered)]
    everywhere = windows[0].counts
    repeated = {block for block, count in everywhere.items() if count >= MIN_ARTICLES}
    inside = _count_inside(ordered, repeated)
    best = {
        block: window
        for block in repeated
        if (window := _best_window(block, windows, inside[block] / everywhere[block])) is not None
    }
    shown = _articles_showing(ordered, best.keys())
    followers = count_followers(ordered, best.keys())
    blocks = tuple(
        replace(
            _recurring(block, best[block], shown[block], inside[block]),
            followers=_followers_that_count(followers[block], shown[block]),
        )
        for block in sorted(best)
    )
    return Recurrence(
        blocks=blocks,
        layout_changed=_has_new_layout(ordered, best.keys()),
        articles=tuple(ordered),
    )


def _distinct(sample: Iterable[SightedArticle]) -> list[SightedArticle]:
    """By key, one article a key: the same paragraphs at two addresses are one article."""
    ordered = sorted(sample, key=lambda it: (it.sample_key, it.hashes, it.period, it.day or ""))
    return list({text_key(article.hashes): article for article in reversed(ordered)}.values())[::-1]


def _windows(ordered: Sequence[SightedArticle]) -> Iterator[Sequence[SightedArticle]]:
    """The whole sample, each of its quarters, and its newest articles."""
    yield ordered
    periods = sorted({article.period for article in ordered})
    if len(periods) > 1:
        for period in periods:
            yield [article for article in ordered if article.period == period]
    if len(ordered) > NEWEST_ARTICLES:
        yield _newest_first(ordered)[:NEWEST_ARTICLES]


def _newest_first(ordered: Iterable[SightedArticle]) -> list[SightedArticle]:
    return sorted(ordered, key=lambda it: (it.period, it.day or "", it.sample_key), reverse=True)


def _count(articles: Sequence[SightedArticle]) -> _Window:
    counts: Counter[int] = Counter()
    for article in articles:
        counts.update(article.hashes)
    return _Window(counts=counts, size=len(articles))


def _count_inside(ordered: Iterable[SightedArticle], repeated: set[int]) -> Counter[int]:
    """How often each block stands between paragraphs that its article does not share."""
    inside: Counter[int] = Counter()
    for article in ordered:
        own = [i for i, it in enumerate(article.hashes) if it & PROSE_BIT and it not in repeated]
        if own:
            inside.update(it for it in article.hashes[own[0] : own[-1]] if it in repeated)
    return inside


def _best_window(block: int, windows: Iterable[_Window], inside: float) -> _Window | None:
    """Of the windows that speak for a block the one with the largest share; None: none does."""
    need, share = _required(block, inside)
    speaking = [
        window
        for window in windows
        if (count := window.counts.get(block, 0)) >= need and count >= share * window.size
    ]
    return max(
        speaking, key=lambda it: (it.counts[block] / it.size, it.counts[block]), default=None
    )


def _required(block: int, inside: float) -> tuple[int, float]:
    """How many articles, and which share of them."""
    prose = is_prose(block)
    if inside >= INSIDE_SHARE:
        return (
            (MIN_ARTICLES_PROSE_INSIDE, MIN_SHARE_INSIDE_PROSE)
            if prose
            else (MIN_ARTICLES, MIN_SHARE_INSIDE)
        )
    return MIN_ARTICLES, MIN_SHARE_EDGE_PROSE if prose else MIN_SHARE_EDGE


def _articles_showing(
    ordered: Iterable[SightedArticle], blocks: Iterable[int]
) -> dict[int, list[SightedArticle]]:
    shown: dict[int, list[SightedArticle]] = {block: [] for block in blocks}
    for article in ordered:
        for block in article.hashes:
            if block in shown:
                shown[block].append(article)
    return shown


def _recurring(
    block: int, window: _Window, articles: Sequence[SightedArticle], inside: int
) -> RecurringBlock:
    days = [article.day for article in articles if article.day is not None]
    return RecurringBlock(
        hash=block,
        articles=window.counts[block],
        of_articles=window.size,
        inside=inside,
        followers=0,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        last_period=max(article.period for article in articles),
        article_ids=tuple(article.article_id for article in articles[:MAX_SAMPLES]),
    )


def _followers_that_count(followers: Set[int], articles: Sequence[SightedArticle]) -> int:
    needed = max(MIN_ARTICLES, MIN_FOLLOWED_SHARE * len(articles))
    return len(followers) if len(followers) >= needed else 0


def _has_new_layout(ordered: Sequence[SightedArticle], blocks: Iterable[int]) -> bool:
    """Whether what the older articles repeat is gone from the newest."""
    newest = _newest_first(ordered)
    now, before = newest[:LAYOUT_ARTICLES], newest[LAYOUT_ARTICLES:]
    if len(before) < LAYOUT_ARTICLES:
        return False
    old = {it for it, n in _count(before).counts.items() if n >= LAYOUT_BEFORE_SHARE * len(before)}
    old.intersection_update(blocks)
    return bool(old) and _share_showing(now, old) <= LAYOUT_NOW_SHARE


def _share_showing(articles: Sequence[SightedArticle], blocks: set[int]) -> float:
    return sum(not blocks.isdisjoint(it.hashes) for it in articles) / len(articles)
