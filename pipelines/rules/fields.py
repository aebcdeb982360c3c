"""Title, authors and date of publication as rules say where they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement

from pipelines.extract.dates import parse_date
from pipelines.extract.lines import one_line
from pipelines.extract.names import MAX_NAMES, names_in
from pipelines.records import Evidence, Metadata
from pipelines.rules.expressions import found_by
from pipelines.rules.records import OF_METADATA, Rule, RuleAction

MAX_TITLE_CHARACTERS = 1_000
MAX_RAW_CHARACTERS = 200
_FIELDS = {
    RuleAction.TITLE: ("title",),
    RuleAction.AUTHOR: ("authors",),
    RuleAction.DATE: ("published_at", "published_offset_minutes"),
}


def ruled_metadata(
    metadata: Metadata, tree: HtmlElement, rules: Sequence[Rule], *, fetched_at: datetime
) -> Metadata:
    """The metadata with the fields that rules find; of several rules the first that finds one."""
    done: set[RuleAction] = set()
    for rule in rules:
        if rule.action in OF_METADATA and rule.action not in done:
            raws = list(_texts(rule, tree))
            values = _values(rule.action, raws, fetched_at=fetched_at)
            if values is not None:
                done.add(rule.action)
                metadata = _with_values(metadata, rule, values, raw=raws[0])
    return metadata


def _texts(rule: Rule, tree: HtmlElement) -> Iterator[str]:
    """What the rule finds, in page order; never an empty text."""
    for found in found_by(rule, tree):
        if isinstance(found, HtmlElement):
            said = found.get("datetime") if rule.action is RuleAction.DATE else None
            text = said or "".join(found.itertext())
        else:
            text = str(found)
        if text.strip():
            yield text


def _values(
    action: RuleAction, raws: Sequence[str], *, fetched_at: datetime
) -> tuple[object, ...] | None:
    """A value for each of the action's fields. None: nothing usable was found."""
    if not raws:
        return None
    if action is RuleAction.TITLE:
        title = one_line(raws[0], limit=MAX_TITLE_CHARACTERS)
        return (title,) if title else None
    if action is RuleAction.AUTHOR:
        names = dict.fromkeys(name for raw in raws[:MAX_NAMES] for name in names_in(raw))
        return (tuple(names)[:MAX_NAMES],) if names else None
    moments = (parse_date(raw, fetched_at=fetched_at) for raw in raws)
    moment = next(filter(None, moments), None)
    return None if moment is None else (moment.at, moment.offset_minutes)


def _with_values(
    metadata: Metadata, rule: Rule, values: tuple[object, ...], *, raw: str
) -> Metadata:
    names = _FIELDS[rule.action]
    told = Evidence(
        field=names[0],
        source=f"rule {rule.label}".strip(),
        raw=one_line(raw, limit=MAX_RAW_CHARACTERS),
    )
    others = (it for it in metadata.evidence if it.field != names[0])
    found = dict(zip(names, values, strict=True))
    return replace(metadata, evidence=(*others, told), **found)  # type: ignore[arg-type] # as _FIELDS says
