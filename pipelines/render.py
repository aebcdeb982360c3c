"""A clean article as text, Markdown, JSON, or with everything that was cut and why."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from pipelines.extract.dates import local_time
from pipelines.records import Block, BlockKind, CleanArticle, Cut

_LIST = BlockKind.LIST  # to reach a member costs more than to compare it
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<])")
_URL_ESCAPES = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "()<>|\\`*[]"})
_MARKDOWN_START = re.compile(r"^([#>+-]|\d{1,9}[.)])(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBlock:
    """One block of the page as extracted, and what cleaning did with it."""

    block: Block
    rule: str | None = None
    """The rule that cut it. None: it was kept."""
    reason: str | None = None
    """The cut's reason. None: it was kept."""


def blocks_to_text(blocks: tuple[Block, ...]) -> str:
    """Plain text, one block a paragraph, separated by newlines; list items start with `- `."""
    return "\n".join(map(_plain, blocks))


def to_markdown(article: CleanArticle) -> str:
    """The article as Markdown, its title as the first heading."""
    return blocks_to_markdown(article.blocks, title=article.metadata.title)


def blocks_to_markdown(blocks: tuple[Block, ...], *, title: str | None) -> str:
    """Blocks as Markdown below their title; None: no heading."""
    parts = [_markdown(block) for block in blocks]
    if title:
        parts.insert(0, f"# {_escape(title)}")
    return "\n\n".join(parts) + "\n"


def to_json(article: CleanArticle) -> str:
    """The article as one JSON object: its metadata, text, blocks and cuts."""
    metadata = article.metadata
    return json.dumps(
        {
            "url": article.url,
            "title": metadata.title,
            "authors": list(metadata.authors),
            "published": _iso(metadata.published_at, metadata.published_offset_minutes),
            "modified": _iso(metadata.modified_at, metadata.modified_offset_minutes),
            "language": metadata.language,
            "section": metadata.section,
            "tags": list(metadata.tags),
            "image": metadata.image_url,
            "image_caption": metadata.image_caption,
            "site_name": metadata.site_name,
            "description": metadata.description,
            "paywalled": metadata.paywalled,
            "canonical": metadata.canonical_url,
            "words": article.word_count,
            "text": article.text,
            "blocks": [block_fields(block) for block in article.blocks],
            "cuts": [
                {"rule": cut.rule, "reason": cut.reason, "text": cut.block.text}
                for cut in article.cuts
            ],
        },
        ensure_ascii=False,
    )


def explain(article: CleanArticle) -> Iterator[ExplainedBlock]:
    """Every extracted block in page order, kept or cut, with the reason of a cut."""
    cuts = iter(sorted(article.cuts, key=lambda cut: cut.position))
    cut = next(cuts, None)
    for position in range(len(article.blocks) + 1):
        while cut is not None and cut.position <= position:
            yield _explained(cut)
            cut = next(cuts, None)
        if position < len(article.blocks):
            yield ExplainedBlock(block=article.blocks[position])


def _plain(block: Block) -> str:
    if block.kind is _LIST:
        return "\n".join(f"- {line}" for line in block.text.split("\n"))
    return block.text


def _markdown(block: Block) -> str:
    if block.kind is BlockKind.CODE:
        return "\n".join(f"    {line}" for line in block.text.split("\n"))
    lines = _with_links(block).split("\n")
    if block.kind is BlockKind.TABLE:
        return _markdown_table(lines)
    match block.kind:
        case BlockKind.HEADING:
            return f"{'#' * (block.level or 2)} {' '.join(lines)}"
        case BlockKind.LIST:
            return "\n".join(f"- {line}" for line in lines)
        case BlockKind.QUOTE:
            return "\n".join(f"> {line}" for line in lines)
        case _:
            return "\n".join(_MARKDOWN_START.sub(r"\\\1", line) for line in lines)


def _markdown_table(lines: list[str]) -> str:
    columns = max(line.count(" | ") for line in lines) + 1
    return "\n".join([f"| {lines[0]} |", "|" + "---|" * columns, *(f"| {x} |" for x in lines[1:])])


def _with_links(block: Block) -> str:
    """The block's text escaped, its links as Markdown's."""
    pieces, at = [], 0
    for link in block.links:
        url = link.url.translate(_URL_ESCAPES)
        label = _escape(block.text[link.start : link.end])
        pieces += [_escape(block.text[at : link.start]), f"[{label}]({url})"]
        at = link.end
    return "".join([*pieces, _escape(block.text[at:])])


def _escape(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


def block_fields(block: Block) -> dict[str, object]:
    """A block as JSON writes it; its links with their words."""
    fields: dict[str, object] = {"kind": block.kind.value, "text": block.text}
    if block.level:
        fields["level"] = block.level
    if block.links:
        fields["links"] = [
            asdict(link) | {"text": block.text[link.start : link.end]} for link in block.links
        ]
    return fields


def _iso(at: datetime | None, offset_minutes: int | None) -> str | None:
    """By the clock that the source wrote, so that both its day and the UTC day can be read."""
    return None if at is None else local_time(at, offset_minutes=offset_minutes).isoformat()


def _explained(cut: Cut) -> ExplainedBlock:
    return ExplainedBlock(block=cut.block, rule=cut.rule, reason=cut.reason)
