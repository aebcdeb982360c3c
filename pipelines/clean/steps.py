"""The steps of cleaning, in order."""

from collections.abc import Callable

from pipelines.clean.afterwards import cut_below_label, cut_boxes_after_text
from pipelines.clean.copies import cut_copies
from pipelines.clean.credits import cut_bylines, cut_date_lines
from pipelines.clean.draft import Draft
from pipelines.clean.headline import cut_headline
from pipelines.clean.hugging import cut_hugging_prompts
from pipelines.clean.places import place_blocks
from pipelines.clean.prompts import cut_prompts_beside_buttons, cut_repeated_at_both_ends
from pipelines.clean.related import cut_labelled_links, cut_lone_links
from pipelines.clean.runs import Run
from pipelines.clean.sharing import cut_share_bars
from pipelines.clean.teasers import cut_trailing_links
from pipelines.records import ExtractedArticle

Step = Callable[[Draft], Draft]

# The headline first: what stands above it is known by it. Prompts before trailing links, which
# stop at the first block that is not one. Copies after what stands at both ends, which goes whole.
STEPS: tuple[Step, ...] = (
    cut_headline,
    cut_repeated_at_both_ends,
    cut_hugging_prompts,
    cut_copies,
    cut_prompts_beside_buttons,
    cut_bylines,
    cut_date_lines,
    cut_share_bars,
    cut_trailing_links,
    cut_below_label,
    cut_boxes_after_text,
    cut_labelled_links,
    cut_lone_links,
)

MAX_HEADINGS = 5


def clean(draft: Draft) -> Draft:
    """The article with a verdict on each block that is not part of it."""
    for step in STEPS:
        draft = step(draft)
    return draft


def begin(article: ExtractedArticle, runs: tuple[Run, ...]) -> Draft:
    """The draft before any step: every block kept, each with its place in the page."""
    placed = place_blocks(article.blocks, runs)
    return Draft(
        metadata=article.metadata,
        blocks=tuple(block for block, _ in placed),
        places=tuple(place for _, place in placed),
        runs=runs,
        headings=headings_in(runs),
        verdicts={},
    )


def headings_in(runs: tuple[Run, ...]) -> tuple[str, ...]:
    """Texts of the page's first h1 elements."""
    return tuple(run.text for run in runs if run.element.tag == "h1")[:MAX_HEADINGS]
