"""A clean article as the columns of its row: plain values, ready for the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import TypeAlias, cast

from pipelines.errors import InvariantError
from pipelines.records import (
    CLEANER_VERSION,
    Block,
    CleanArticle,
    FetchedPage,
    Metadata,
    Rejection,
    RightsSignals,
)
from pipelines.sites.learn import sample_key

Row: TypeAlias = "Mapping[str, object]"

HASH_BYTES = 16
NO_TEXT_HASH = bytes(HASH_BYTES)
"""Of an article whose text is reserved: equal to no text's."""


def text_columns(article: CleanArticle) -> dict[str, object]:
    """What changes with the text."""
    return {
        "text": article.text,
        "blocks": [_block_column(block) for block in article.blocks],
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "cleaner_version": article.cleaner_version,
        "profile_version": article.profile_version,
        "profile_flag": article.profile_flag,
        "sample_key": sample_key(article.url, article.metadata.canonical_url),
    }


def _block_column(block: Block) -> dict[str, object]:
    row: dict[str, object] = {
        "kind": block.kind.value,
        "text": block.text,
        "level": block.level,
        "path": block.path,
    }
    if block.links:
        row["links"] = [
            {"start": link.start, "end": link.end, "url": link.url} for link in block.links
        ]
    return row


def no_text_columns() -> dict[str, object]:
    """The same for an article of which only metadata may be kept."""
    return {
        "text": "",
        "blocks": [],
        "word_count": 0,
        "content_hash": NO_TEXT_HASH,
        "cleaner_version": CLEANER_VERSION,
        "profile_version": 0,
        "profile_flag": None,
        "sample_key": None,
    }


def metadata_columns(metadata: Metadata) -> dict[str, object]:
    """What the page says about its article; without the canonical link, which is a claim."""
    return {
        "title": metadata.title,
        "authors": list(metadata.authors),
        "published_at": metadata.published_at,
        "published_offset_minutes": metadata.published_offset_minutes,
        "modified_at": metadata.modified_at,
        "modified_offset_minutes": metadata.modified_offset_minutes,
        "language": metadata.language,
        "section": metadata.section,
        "tags": list(metadata.tags),
        "image_url": metadata.image_url,
        "image_caption": metadata.image_caption,
        "site_name": metadata.site_name,
        "description": metadata.description,
        "paywalled": metadata.paywalled,
        "evidence": [
            {"field": evidence.field, "source": evidence.source, "raw": evidence.raw}
            for evidence in metadata.evidence
        ],
    }


def rights_columns(rights: RightsSignals) -> dict[str, object]:
    """What the publisher said about use."""
    return asdict(rights)


def cut_rows(article: CleanArticle) -> list[dict[str, object]]:
    """The cuts of an article, one row each."""
    return [
        {
            "position": cut.position,
            "kind": cut.block.kind.value,
            "text": cut.block.text,
            "path": cut.block.path,
            "rule": cut.rule,
            "reason": cut.reason,
        }
        for cut in article.cuts
    ]


def refreshed(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """The columns that a later look at the same article changes.

    What it says no longer, or could not know again (a feed's hint), stays as it was.
    """
    said = {
        name: value for name, value in new.items() if name in OF_THE_TEXT or value not in _NOTHING
    }
    if "evidence" in said:
        said["evidence"] = [*cast("Sequence[Row]", said["evidence"]), *_evidence_kept(old, new)]
    for moment, offset in _OFFSETS.items():
        if moment in said:  # an offset belongs to its moment: none may stay from an earlier one
            said[offset] = new[offset]
    return {name: value for name, value in said.items() if old[name] != value}


def _evidence_kept(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Row]:
    """The evidence of fields that stay as they were."""
    for row in cast("Sequence[Row]", old["evidence"]):
        field = str(row["field"])
        if field in new and new[field] in _NOTHING and old[field] not in _NOTHING:
            yield row


_NOTHING: tuple[object, ...] = (None, [], "")
_OFFSETS = {
    "published_at": "published_offset_minutes",
    "modified_at": "modified_offset_minutes",
}


OF_THE_TEXT = frozenset({"profile_flag", "raw_page_id"})
"""Columns that change with the text, to nothing too."""


def check_storable(result: CleanArticle | Rejection, fetched: FetchedPage) -> None:
    """Nothing, if both databases take every value of this result.

    Raises:
        InvariantError: A NUL, a lone surrogate, a naive time or a hash of another length.
    """
    problem = _text_problem("".join(_strings(result, fetched))) or _value_problem(result)
    if problem:
        raise InvariantError(problem, url=result.url[:200], step="store")


def _text_problem(text: str) -> str | None:
    if "\0" in text:
        return "a NUL in a text"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"a lone surrogate in a text: {error.object[error.start]!r}"
    return None


def _value_problem(result: CleanArticle | Rejection) -> str | None:
    metadata = result.metadata or Metadata()
    times = (result.fetched_at, metadata.published_at, metadata.modified_at)
    if any(time is not None and time.tzinfo is None for time in times):
        return "a time without a time zone"
    if isinstance(result, CleanArticle) and len(result.content_hash) != HASH_BYTES:
        return f"a content hash of {len(result.content_hash)} bytes"
    return None


def _strings(result: CleanArticle | Rejection, fetched: FetchedPage) -> Iterator[str]:
    yield from (result.url, fetched.url, fetched.content_type or "", fetched.robots_tag or "")
    metadata = result.metadata or Metadata()
    yield from filter(None, (getattr(metadata, name) for name in _METADATA_TEXTS))
    yield from chain(metadata.authors, metadata.tags)
    for evidence in metadata.evidence:
        yield from (evidence.field, evidence.source, evidence.raw)
    if isinstance(result, Rejection):
        yield result.detail
        return
    yield result.text
    for block in chain(result.blocks, (cut.block for cut in result.cuts)):
        yield from (block.text, block.path, *(link.url for link in block.links))
    for cut in result.cuts:
        yield from (cut.rule, cut.reason)


_METADATA_TEXTS = (
    "title",
    "language",
    "section",
    "image_url",
    "image_caption",
    "site_name",
    "description",
    "canonical_url",
)
