"""How near a text is to the one that a person labelled: by its words, how often each stands there.

Order does not count, so a score says what was lost and what was added, and nothing else.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

from pipelines.errors import PipelineError
from pipelines.jsonl import read_saved_page
from pipelines.labelled import LabelledPage
from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.sites.batch import BatchSighting, sight
from pipelines.sites.records import SiteProfile

# Scripts without spaces count by the character; elsewhere a word is a run of letters and digits.
_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
    r"|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares of words, 0 to 1."""

    precision: float
    """Of the words found, those that are labelled."""
    recall: float
    """Of the labelled words, those that are found."""
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPage:
    """One labelled page and how its clean text did."""

    name: str
    url: str
    score: Score
    reason: str | None
    """Why it gave no text. None: it gave one."""


def score_text(found: str, labelled: str) -> Score:
    """Two empty texts agree wholly; where one is empty nothing is right."""
    ours, theirs = _words(found), _words(labelled)
    if not ours and not theirs:
        return Score(precision=1.0, recall=1.0, f1=1.0)
    common = (ours & theirs).total()
    precision = common / ours.total() if ours else 0.0
    recall = common / theirs.total() if theirs else 0.0
    f1 = 2 * common / (ours.total() + theirs.total())
    return Score(precision=precision, recall=recall, f1=f1)


def mean_score(scores: Sequence[Score]) -> Score:
    """Each page counts the same."""
    return Score(
        precision=fmean(it.precision for it in scores),
        recall=fmean(it.recall for it in scores),
        f1=fmean(it.f1 for it in scores),
    )


def score_page(case: LabelledPage, profile: SiteProfile | None) -> ScoredPage:
    """Clean a labelled page and score it; what a worker process runs."""
    try:
        result = clean_page(_fetched(case), profile=profile)
    except (OSError, EOFError, ValueError, PipelineError) as error:
        return no_text(case, str(error))
    if isinstance(result, Rejection):
        return no_text(case, f"{result.reason}: {result.detail}")
    return ScoredPage(
        name=case.name, url=case.url, score=score_text(result.text, case.text), reason=None
    )


def no_text(case: LabelledPage, reason: str) -> ScoredPage:
    """A page that gave none."""
    return ScoredPage(name=case.name, url=case.url, score=score_text("", case.text), reason=reason)


def sight_page(case: LabelledPage) -> BatchSighting | None:
    """What a labelled page teaches of its site; what a worker process runs. None: nothing."""
    try:
        result = clean_page(_fetched(case))
    except (OSError, EOFError, ValueError, PipelineError):
        return None  # named when it is its turn to be scored
    return sight(result) if isinstance(result, CleanArticle) else None


def _fetched(case: LabelledPage) -> FetchedPage:
    return FetchedPage(
        request_url=case.url,
        url=case.url,
        body=read_saved_page(case.page),
        fetched_at=datetime.now(UTC),
    )


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))
