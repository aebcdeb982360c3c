"""What a page costs, and gives, when its site is known: pages of sites with six or more of them.

Each page is read with the layout that the site's other pages show, as if it were outside the
sample; it never teaches itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from trafilatura import bare_extraction

from benchmarks.clocks import cpu_of
from benchmarks.extraction.corpus import read_html, read_rows
from pipelines.model.classifier import BlockModel, shipped_model
from pipelines.process import clean_page, process
from pipelines.reading import KNOWN_LAYOUT
from pipelines.records import CleanArticle, FetchedPage
from pipelines.sites.layout_profile import count_layout
from pipelines.sites.profile import make_profile
from pipelines.sites.records import SampleBounds, SiteProfile

OUTSIDE = SampleBounds(highest=b"", periods=((99_999, b""), (99_998, b"")))
"""Of a sample that is full: no page of today is of it."""


WARM_UP_PAGES = 5
MIN_PAGES = 6
MIN_ARTICLES = 2
"""Of five others for a place to be furniture. A crawl asks for five of sixty or more, so it knows
more places, and is surer of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """A page, and what the other pages of its site teach."""

    row: dict
    page: FetchedPage
    profile: SiteProfile
    model: BlockModel


@dataclass(slots=True)
class Cost:
    """CPU seconds over some pages."""

    pages: int = 0
    whole: float = 0.0
    """With nothing known."""
    known: float = 0.0
    theirs: float = 0.0
    """trafilatura with metadata."""

    def add(self, whole: float, known: float, theirs: float) -> None:
        """One page more."""
        self.pages += 1
        self.whole += whole
        self.known += known
        self.theirs += theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCost:
    """What pages of known sites cost."""

    every: Cost = field(default_factory=Cost)
    pruned: Cost = field(default_factory=Cost)
    """Those of them whose layout is known: they are read without their site's furniture."""


def known_pages(
    corpus: Path, model_for: Callable[[list[dict]], BlockModel] | None = None
) -> list[KnownPage]:
    """The pages of the sites that have enough of them, all sets together.

    Args:
        corpus: The labelled pages.
        model_for: Which model reads the pages of a site, these. None: the shipped one.
    """
    by_site: dict[str, list[dict]] = defaultdict(list)
    for row in read_rows(corpus):
        by_site[row["site"]].append(row)
    large = [rows for rows in by_site.values() if len(rows) >= MIN_PAGES]
    choose = model_for or (lambda _: shipped_model())
    return [known for rows in large for known in _known(corpus, rows, choose(rows))]


def known_cost(pages: list[KnownPage]) -> KnownCost:
    """Page by page in turn."""
    _measure(pages[:WARM_UP_PAGES])
    return _measure(pages)


def _measure(pages: list[KnownPage]) -> KnownCost:
    cost = KnownCost()
    for known in pages:
        page, read = known.page, partial(process, known.page, model=known.model, with_links=False)
        spent = (
            cpu_of(read),
            cpu_of(partial(read, profile=known.profile)),
            cpu_of(partial(bare_extraction, page.body, url=page.url, with_metadata=True)),
        )
        cost.every.add(*spent)
        result = read(profile=known.profile)
        if isinstance(result, CleanArticle) and _is_pruned(result):
            cost.pruned.add(*spent)
    return cost


def _is_pruned(article: CleanArticle) -> bool:
    """Whether its text was read without its site's furniture, and taken."""
    told = (it.raw for it in article.metadata.evidence if it.field == "text")
    return any(raw.endswith(KNOWN_LAYOUT) for raw in told)


def _known(corpus: Path, rows: list[dict], model: BlockModel) -> Iterator[KnownPage]:
    pages = [_page(corpus, row) for row in rows]
    results = [clean_page(page, model=model) for page in pages]
    for number, (row, page) in enumerate(zip(rows, pages, strict=True)):
        others = results[:number] + results[number + 1 :]
        layout = count_layout(
            (it.layout for it in others if isinstance(it, CleanArticle)), min_articles=MIN_ARTICLES
        )
        profile = make_profile(row["site"], (), layout=layout, bounds=OUTSIDE)
        yield KnownPage(row=row, page=page, profile=profile, model=model)


def _page(corpus: Path, row: dict) -> FetchedPage:
    return FetchedPage(
        request_url=row["url"],
        url=row["url"],
        body=read_html(corpus, row),
        fetched_at=datetime.now(UTC),
    )
