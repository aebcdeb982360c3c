"""Who left a line of a page out of its article, and why: for `winnow explain`."""

from collections.abc import Collection, Iterator, Mapping

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
from pipelines.rules.parts import RuledPart, apart_from
from pipelines.rules.records import RuleAction
from pipelines.sites.pruning import furniture_in
from pipelines.sites.records import SiteProfile

Reasons = Mapping[int, tuple[str, str]]
"""Rule and reason by position of the line."""

_FURNITURE = (
    "known_layout",
    "Stands where no article of this site has any of its text; the page was read without it.",
)
_APART = (
    "navigation",
    "Stands in navigation, a footer, a dialogue or a list to choose from, which are not read.",
)
_OUTSIDE = ("rule", "Not in what a rule names as the article's body, or not taken from it.")
_NOT_TAKEN = ("trafilatura", "trafilatura does not take it for a part of the article.")


def why_left_out(
    part: RuledPart, outline: Outline, article: CleanArticle, profile: SiteProfile
) -> Reasons:
    """A reason for each line that may have been left out; boxes of furniture leave the tree.

    Args:
        part: The page, as it was parsed to be read.
        outline: Of its tree, with every line.
        article: What was made of it.
        profile: That it was read with.
    """
    if any(rule.action is RuleAction.BODY for rule in profile.rules):
        return dict.fromkeys(range(len(outline.lines)), _OUTSIDE)
    source, raw = _source_of(article)
    if source != "block_model":
        return dict.fromkeys(range(len(outline.lines)), _NOT_TAKEN)
    is_apart = apart_from(part)
    apart = {box.element for box in outline.boxes[1:] if is_apart(box.element)}
    reasons = dict.fromkeys(_lines_in(apart, outline), _APART)
    certain_doubt = CERTAIN_DOUBT
    if raw.endswith(KNOWN_LAYOUT):
        furniture = furniture_in(part.tree, profile.furniture, texts=profile.texts)
        reasons |= dict.fromkeys(_lines_in(furniture, outline), _FURNITURE)
        certain_doubt = CERTAIN_KNOWN_DOUBT
        for element in furniture:
            element.drop_tree()
    left = read_outline(part.tree, url=article.url, is_apart=is_apart)
    judged = _judged(left, part.tree, url=article.url, certain_doubt=certain_doubt)
    read = [line for line in range(len(outline.lines)) if line not in reasons]
    # Two lines may have become one where a box between them went: then none is told of.
    of_rest = {line: judged[at] for at, line in enumerate(read)} if len(read) == len(judged) else {}
    return of_rest | reasons


def _source_of(article: CleanArticle) -> tuple[str, str]:
    found = [it for it in article.metadata.evidence if it.field == "text"]
    return (found[-1].source, found[-1].raw) if found else ("trafilatura", "")


def _lines_in(elements: Collection[HtmlElement], outline: Outline) -> Iterator[int]:
    inside = set(elements)
    boxes = {box for box, it in enumerate(outline.boxes) if it.element in inside}
    for line, it in enumerate(outline.lines):
        if not boxes.isdisjoint(outwards(outline, it.box)):
            yield line


def _judged(outline: Outline, tree: HtmlElement, *, url: str, certain_doubt: float) -> Reasons:
    """What the model says of each line."""
    model = shipped_model()
    judged = judge_lines(tree, outline, model=model, url=url, certain_doubt=certain_doubt)
    return {
        line: ("block_model", f"Part of the article with a probability of {likely:.2f}.")
        for line, likely in enumerate(judged.probabilities.tolist())
    }
