"""When two texts tell the same story: the figures, and the thresholds that decide.

The thresholds are those of benchmarks/stories, which shows what each of them is worth.
"""

from collections.abc import Collection
from typing import NamedTuple

from pipelines.stories.records import Figures, Sketch, Verdict
from pipelines.stories.salient import NUMBER_BIT
from pipelines.stories.sketch import shingles_without, without

MIN_SHARED = 3
"""Sampled shingles, or it is chance."""
MIN_CONTAINMENT = 0.4
MIN_JACCARD = 0.30
MIN_FULL_CONTAINMENT = 0.25
MIN_SALIENT_OVERLAP = 0.6
MIN_SALIENT = 4
"""Where a text has fewer numbers and names, they say nothing."""
MIN_NUMBER_OVERLAP = 0.34
"""A new figure or two make no other story; new ones throughout are another day's form."""
SURE_NUMBER_OVERLAP = 0.61
MIN_NUMBERS_SHARED = 4
"""Where a smaller share agrees: chance gives a form two or three of the five numbers of another."""
MIN_JACCARD_OF_OTHER_NUMBERS = 0.8
"""Or the words agree so far: no form has so little else."""
MIN_NUMBER_OVERLAP_OF_UPDATES = 0.25
"""Where every name agrees: no form in which towns and days are filled in comes so far."""
MIN_NAMES_OF_UPDATES = 6
MIN_JACCARD_OF_UPDATES = 0.6
MIN_JACCARD_OF_FEW_FACTS = 0.6
"""Where no names agree, and few numbers: words alone may be a form's. Two forms agree so far in one
pair of a hundred."""
MIN_REST_SHARE = 0.15
"""Of a text, so much of its own that the paragraphs it shares may be a site's furniture."""
MIN_REST_SHARE_ELSEWHERE = 0.3
"""The same for two sites: they share furniture only where one publisher has both."""
MIN_REST_WORDS = 10
MAX_REST_OVERLAP = 0.25
MIN_EXCERPT = 0.8
"""Containment from which the shorter text stands in the longer one."""


def compare(left: Sketch, right: Sketch, stop_list: Collection[int]) -> Figures:
    """The figures of two texts; symmetric.

    Args:
        left: One text.
        right: The other.
        stop_list: Hashes of paragraphs that say nothing about a story.
    """
    return compare_sides(side_of(left, stop_list), side_of(right, stop_list))


class Side(NamedTuple):
    """A text as it is compared: computed once for all that it is compared with."""

    whole: Sketch
    left: Sketch
    """Without the paragraphs that the stop-list names; so below. The same object: it names none."""
    hashes: set[int]
    shingles: set[int]
    names: set[int]
    numbers: set[int]
    words: int


def side_of(sketch: Sketch, stop_list: Collection[int]) -> Side:
    """A text without these paragraphs."""
    left = without(sketch, stop_list)
    names, numbers = _salient(left)
    return Side(
        whole=sketch,
        left=left,
        hashes=set(left.hashes),
        shingles=set(left.shingles),
        names=names,
        numbers=numbers,
        words=sum(left.words),
    )


def compare_sides(one: Side, other: Side) -> Figures:
    """As `compare`, of texts without the paragraphs of one stop-list."""
    is_whole = one.left is one.whole and other.left is other.whole
    shared, containment, jaccard = _overlap(one.shingles, other.shingles)
    full = containment if is_whole else _containment(one.whole, other.whole)
    names = _agreement(one.names, other.names)
    numbers = _agreement(one.numbers, other.numbers)
    if not is_whole and (names.share is None or numbers.share is None):
        # What the stop-list leaves out says nothing for two texts; it may still tell them apart.
        all_names, all_numbers = _agreements(one.whole, other.whole)
        names = all_names if names.share is None else names
        numbers = all_numbers if numbers.share is None else numbers
    both = one.hashes & other.hashes
    rest, other_rest = _rest_words(one, both), _rest_words(other, both)
    return Figures(
        shared=shared,
        containment=containment,
        jaccard=jaccard,
        full_containment=full,
        salient_overlap=names.share,
        names_shared=names.both,
        number_overlap=numbers.share,
        numbers_shared=numbers.both,
        rest_share=min(rest / max(one.words, 1), other_rest / max(other.words, 1)),
        rest_alike=min(rest, other_rest) < MIN_REST_WORDS or _are_rests_alike(one, other, both),
        same_site=one.whole.site == other.whole.site,
        begin_alike=_begins_with(one, both) or _begins_with(other, both),
    )


def verdict(figures: Figures) -> Verdict:
    """What the figures say."""
    if figures.shared < MIN_SHARED or figures.containment < MIN_CONTAINMENT:
        return Verdict.OTHER
    if not failed_rules(figures):
        return Verdict.SAME
    return Verdict.EXCERPT if figures.containment >= MIN_EXCERPT else Verdict.RELATED


def failed_rules(figures: Figures) -> list[str]:
    """The names of the rules that keep two texts apart, as Figures calls them; empty: none."""
    floors: tuple[tuple[str, float | None, float], ...] = (
        ("shared", figures.shared, MIN_SHARED),
        ("containment", figures.containment, MIN_CONTAINMENT),
        ("jaccard", figures.jaccard, MIN_JACCARD),
        ("full_containment", figures.full_containment, MIN_FULL_CONTAINMENT),
        ("salient_overlap", figures.salient_overlap, MIN_SALIENT_OVERLAP),
    )
    failed = [name for name, value, floor in floors if value is not None and value < floor]
    if _may_be_a_form(figures):
        failed.append("number_overlap")
    is_furniture = not figures.rest_alike and not figures.begin_alike
    least = MIN_REST_SHARE if figures.same_site else MIN_REST_SHARE_ELSEWHERE
    if is_furniture and figures.rest_share >= least:
        failed.append("rest_share")
    return failed


def _may_be_a_form(figures: Figures) -> bool:
    """Whether too few numbers agree for the words and names that do."""
    numbers = figures.number_overlap
    if numbers is None:
        return False
    if _do_names_agree(figures) and figures.jaccard >= MIN_JACCARD_OF_UPDATES:
        return numbers < MIN_NUMBER_OVERLAP_OF_UPDATES
    if numbers < MIN_NUMBER_OVERLAP:
        return True
    if figures.numbers_shared >= MIN_NUMBERS_SHARED or _do_names_agree(figures):
        return False
    if numbers < SURE_NUMBER_OVERLAP:
        return figures.jaccard < MIN_JACCARD_OF_OTHER_NUMBERS
    return figures.salient_overlap is None and figures.jaccard < MIN_JACCARD_OF_FEW_FACTS


def _do_names_agree(figures: Figures) -> bool:
    """Whether all do, and they are many: then a few numbers more may be newer ones."""
    return figures.salient_overlap == 1 and figures.names_shared >= MIN_NAMES_OF_UPDATES


def _overlap(left: set[int], right: set[int]) -> tuple[int, float, float]:
    """Shared, containment and Jaccard of two sets."""
    shared, smaller = len(left & right), min(len(left), len(right))
    either = len(left) + len(right) - shared
    return shared, shared / smaller if smaller else 0.0, shared / max(either, 1)


def _containment(left: Sketch, right: Sketch) -> float:
    return _overlap(set(left.shingles), set(right.shingles))[1]


class _Agreement(NamedTuple):
    """How far what two texts name agrees."""

    share: float | None
    """Of the one that names less. None: it names too little."""
    both: int


def _agreements(left: Sketch, right: Sketch) -> tuple[_Agreement, _Agreement]:
    """Of their names, and of their numbers."""
    (names, numbers), (other_names, other_numbers) = _salient(left), _salient(right)
    return _agreement(names, other_names), _agreement(numbers, other_numbers)


def _salient(sketch: Sketch) -> tuple[set[int], set[int]]:
    """Names, and numbers."""
    found = set(sketch.names)
    numbers = {each for each in found if each & NUMBER_BIT}
    return found - numbers, numbers


def _agreement(left: set[int], right: set[int]) -> _Agreement:
    both, smaller = len(left & right), min(len(left), len(right))
    return _Agreement(both / smaller if smaller >= MIN_SALIENT else None, both)


def _begins_with(side: Side, paragraphs: set[int]) -> bool:
    return bool(side.left.hashes) and side.left.hashes[0] in paragraphs


def _rest_words(side: Side, both: set[int]) -> int:
    """Of a text without the paragraphs that another one has too."""
    if not both:
        return side.words
    each = zip(side.left.hashes, side.left.words, strict=True)
    return sum([words for hashed, words in each if hashed not in both])


def _are_rests_alike(one: Side, other: Side, both: set[int]) -> bool:
    """Whether without those paragraphs two texts share any shingle, or one has none."""
    rest, other_rest = (_rest_shingles(each, both) for each in (one, other))
    smaller = min(len(rest), len(other_rest))
    return not smaller or len(rest & other_rest) > MAX_REST_OVERLAP * smaller


def _rest_shingles(side: Side, both: set[int]) -> set[int]:
    return set(shingles_without(side.left, both)) if both else side.shingles
