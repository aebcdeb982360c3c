"""Who left a line of a page out of its article, and why: for `winnow explain`."""

from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement

from pipelines.model.classifier import (
    CERTAIN_DOUBT,
    CERTAIN_KNOWN_DOUBT,
    judge_lines,
    shipped_model,
)
from pipelines.model.outline import Outline, outwards, read_outline
from pipelines.reading import KNOWN_LAYOUT
from pipelines.records import CleanArticle
from pipelines.rules.records import RuleAction
from pipelines.sites.pruning import furniture_in
from pipelines.sites.records import SiteProfile

Reasons = Mapping[int, tuple[str, str]]
"""Rule and reason by position of the line."""

_FURNITURE = (
    "known_layout",
    "Stands where no article of this site has any of its text; the page was read without it.",
)
_OUTSIDE = ("rule", "Not in what a rule names as the article's body, or not taken from it.")
_NOT_TAKEN = ("trafilatura", "trafilatura does not take it for a part of the article.")


def why_left_out(
    tree: HtmlElement, outline: Outline, article: CleanArticle, profile: SiteProfile
) -> Reasons:
    """A reason for each line that may have been left out; boxes of furniture leave the tree.

    Args:
        tree: The page, as it was parsed to be read.
        outline: Of the tree.
        article: What was made of it.
        profile: That it was read with.
    """
    if any(rule.action is RuleAction.BODY for rule in profile.rules):
        return dict.fromkeys(range(len(outline.lines)), _OUTSIDE)
    source, raw = _source_of(article)
    if source != "block_model":
        return dict.fromkeys(range(len(outline.lines)), _NOT_TAKEN)
    if not raw.endswith(KNOWN_LAYOUT):
        return _judged(outline, tree, url=article.url, certain_doubt=CERTAIN_DOUBT)
    furniture = set(_in_furniture(tree, outline, profile))
    left = read_outline(tree, url=article.url)
    judged = _judged(left, tree, url=article.url, certain_doubt=CERTAIN_KNOWN_DOUBT)
    read = [line for line in range(len(outline.lines)) if line not in furniture]
    # Two lines may have become one where a box between them went: then none is told of.
    of_rest = {line: judged[at] for at, line in enumerate(read)} if len(read) == len(judged) else {}
    return of_rest | dict.fromkeys(furniture, _FURNITURE)


def _source_of(article: CleanArticle) -> tuple[str, str]:
    found = [it for it in article.metadata.evidence if it.field == "text"]
    return (found[-1].source, found[-1].raw) if found else ("trafilatura", "")


def _in_furniture(tree: HtmlElement, outline: Outline, profile: SiteProfile) -> Iterator[int]:
    """The lines in furniture, whose boxes are then taken out of the tree."""
    found = set(furniture_in(tree, profile.furniture, texts=profile.texts))
    boxes = {box for box, it in enumerate(outline.boxes) if it.element in found}
    for line, it in enumerate(outline.lines):
        if not boxes.isdisjoint(outwards(outline, it.box)):
            yield line
    for element in found:
        element.drop_tree()


def _judged(outline: Outline, tree: HtmlElement, *, url: str, certain_doubt: float) -> Reasons:
    """What the model says of each line."""
    model = shipped_model()
    judged = judge_lines(tree, outline, model=model, url=url, certain_doubt=certain_doubt)
    return {
        line: ("block_model", f"Part of the article with a probability of {likely:.2f}.")
        for line, likely in enumerate(judged.probabilities.tolist())
    }
