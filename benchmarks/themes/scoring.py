"""What an extractor leaves of the strings around a text, and what it loses of the text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from trafilatura import extract

from benchmarks.themes.sites import Page, Theme
from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage
from pipelines.sites.batch import BatchLearner, sight
from pipelines.sites.records import SiteProfile

FETCHED_AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """One page."""

    left: tuple[str, ...]
    """Strings of the theme that stand in the text."""
    lost: tuple[str, ...]
    """Paragraphs that do not, or not in their order."""

    @property
    def is_perfect(self) -> bool:
        return not self.left and not self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteScore:
    """One site in each of the ways to read it."""

    theme: Theme
    first: PageScore
    """Its first page, with nothing known of it."""
    whole: tuple[PageScore, ...]
    """All its pages, which taught each other."""
    trafilatura: tuple[PageScore, ...]


def score_site(theme: Theme, pages: Sequence[Page]) -> SiteScore:
    """What is left and lost of the site's pages."""
    profiles = learned(pages)
    texts = [cleaned(page, profiles) for page in pages]
    return SiteScore(
        theme=theme,
        first=score_page(pages[0], cleaned(pages[0])),
        whole=tuple(map(score_page, pages, texts)),
        trafilatura=tuple(score_page(page, extract(page.html) or "") for page in pages),
    )


def score_page(page: Page, text: str) -> PageScore:
    """What is left and lost of one page."""
    text, gold = _flat(text), _flat(" ".join(page.paragraphs))
    left = tuple(it for it in page.strings if text.count(_flat(it)) > gold.count(_flat(it)))
    return PageScore(left=left, lost=tuple(_lost(page.paragraphs, text)))


def learned(pages: Sequence[Page]) -> Mapping[str, SiteProfile]:
    """What the pages of a batch teach, as `winnow clean --jsonl --learn` learns it."""
    learner = BatchLearner()
    for page in pages:
        article = clean_page(_fetched(page))
        if isinstance(article, CleanArticle):
            learner.add(sight(article))
    return learner.profiles()


def cleaned(page: Page, profiles: Mapping[str, SiteProfile] | None = None) -> str:
    """The page's text; empty if there is none."""
    site = page.url.split("/")[2].removeprefix("www.")
    article = clean_page(_fetched(page), profile=(profiles or {}).get(site))
    return article.text if isinstance(article, CleanArticle) else ""


def _fetched(page: Page) -> FetchedPage:
    body = page.html.encode("utf-8")
    return FetchedPage(request_url=page.url, url=page.url, body=body, fetched_at=FETCHED_AT)


def _lost(paragraphs: Sequence[str], text: str) -> Iterator[str]:
    end = 0
    for paragraph in paragraphs:
        found = text.find(_flat(paragraph), end)
        if found < 0:
            yield paragraph
        else:
            end = found + 1


def _flat(text: str) -> str:
    return " ".join(text.split())
