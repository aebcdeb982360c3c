"""Every line of a page with what became of it: kept, cut by which rule, or never extracted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipelines.clean.places import Place, place_blocks
from pipelines.clean.runs import Run
from pipelines.decode import decode_body
from pipelines.model.blocks import runs_of
from pipelines.model.outline import nothing_apart, read_outline
from pipelines.parse import parse_html
from pipelines.process import process
from pipelines.records import Block, CleanArticle, FetchedPage, Rejection
from pipelines.render import ExplainedBlock, explain
from pipelines.rules.obey import rulings_kept
from pipelines.rules.parts import ruled_part
from pipelines.rules.records import RuleAction, Ruling
from pipelines.rules.rulings import rule_lines
from pipelines.sites.hashes import block_hash, same_text
from pipelines.sites.records import SiteProfile
from pipelines.unextracted import Reasons, why_left_out


class Fate(StrEnum):
    """What became of a line of a page."""

    KEPT = "kept"
    CUT = "cut"
    LEFT_OUT = "left_out"
    """The extractor did not take it for a part of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """One block of the article, or one line of the page beside it."""

    fate: Fate
    kind: str
    """Of a block; `line` where it was left out."""
    text: str
    path: str
    """Where it stands in the page; empty: unknown."""
    rule: str | None = None
    """That cut or kept it, or who left it out. None: it is kept, and no rule spoke."""
    reason: str | None = None
    """A sentence with the evidence. None: no rule spoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageExplanation:
    """A page, explained."""

    result: CleanArticle | Rejection
    lines: tuple[ExplainedLine, ...]
    """In page order; none if the page is no article."""


def explain_page(page: FetchedPage, profile: SiteProfile) -> PageExplanation:
    """Clean a page and say what became of each of its lines.

    Raises:
        PipelineError: The page could not be processed.
    """
    result = process(page, profile=profile, tdm_policy="keep")
    if isinstance(result, Rejection):
        return PageExplanation(result=result, lines=())
    return PageExplanation(result=result, lines=tuple(_lines(page, result, profile)))


def _lines(
    page: FetchedPage, article: CleanArticle, profile: SiteProfile
) -> Iterator[ExplainedLine]:
    entries = list(explain(article))
    runs, kept, reasons = _runs(page, article, profile)
    placed = place_blocks(tuple(entry.block for entry in entries), runs)
    covered = {i for _, place in placed if place is not None for i in _covered(place)}
    done = 0
    for entry, (block, place) in zip(entries, placed, strict=True):
        if place is not None:
            yield from _left_out(range(done, place.first_run), runs, reasons, covered)
            done = max(done, place.last_run + 1)
        ruling = None if place is None else kept.get(place.first_run)
        yield _explained(entry, block, _decided(block, profile, ruling))
    yield from _left_out(range(done, len(runs)), runs, reasons, covered)


def _runs(
    page: FetchedPage, article: CleanArticle, profile: SiteProfile
) -> tuple[tuple[Run, ...], Mapping[int, Ruling], Reasons]:
    """The lines of the whole page, the rulings of those that rules keep, who left others out."""
    tree = parse_html(decode_body(page.body, page.content_type))
    if tree is None:
        return (), {}, {}
    everywhere = [rule for rule in profile.rules if rule.action is not RuleAction.BODY]
    part = ruled_part(tree, everywhere)
    outline = read_outline(part.tree, url=page.url, is_apart=nothing_apart)
    rulings = rule_lines(outline, part, everywhere)
    kept = {it: rulings.by_line[it] for it in rulings_kept(rulings)}
    return runs_of(outline), kept, why_left_out(part, outline, article, profile)


def _covered(place: Place) -> range:
    return range(place.first_run, place.last_run + 1)


def _left_out(
    positions: range, runs: tuple[Run, ...], reasons: Reasons, covered: set[int]
) -> Iterator[ExplainedLine]:
    for position in positions:
        if position not in covered:
            rule, reason = reasons.get(position, (None, None))
            yield ExplainedLine(
                fate=Fate.LEFT_OUT,
                kind="line",
                text=runs[position].text,
                path="",
                rule=rule,
                reason=reason,
            )


def _decided(
    block: Block, profile: SiteProfile, ruling: Ruling | None
) -> tuple[str, str] | tuple[None, None]:
    """Rule and reason by which a person keeps a block."""
    if ruling is not None:
        return "kept_by_rule", ruling.reason
    if not profile.kept.isdisjoint(same_text(block_hash(block.text))):
        return "kept_by_decision", "A person decided that this site's block is kept."
    return None, None


def _explained(
    entry: ExplainedBlock, block: Block, decided: tuple[str, str] | tuple[None, None]
) -> ExplainedLine:
    rule, reason = (entry.rule, entry.reason) if entry.rule is not None else decided
    return ExplainedLine(
        fate=Fate.KEPT if entry.rule is None else Fate.CUT,
        kind=block.kind.value,
        text=block.text,
        path=block.path,
        rule=rule,
        reason=reason,
    )
