"""Many saved pages through the chain, one JSON object a line: `winnow clean --jsonl`.

In: {"id", "url", "html"}, html being the path of a page, gzipped or not. Out: {"id", "text",
"title", "authors", "published", "language"}, published being ISO 8601 in the source's own zone,
in UTC where it wrote none; a page that gave no text has an empty one and its
"reason". The pages are taken for articles: whoever lists them says so.
"""

import gzip
import json
import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from pipelines.errors import PipelineError
from pipelines.extract.dates import local_time
from pipelines.parse import MAX_BODY_BYTES
from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage, Metadata, Rejection

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanCounts:
    """How the lines of one run ended."""

    cleaned: int
    rejected: int
    """Read, and expectedly not an article."""
    failed: int
    """Not a line of the format, not readable, or not processable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageLine:
    page_id: str
    url: str
    path: Path


def clean_lines(lines: Iterable[str], output: TextIO, errors: TextIO) -> CleanCounts:
    """Clean each line's page; a bad line is reported on `errors` and the next one is taken."""
    counts = {"cleaned": 0, "rejected": 0, "failed": 0}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            counts[_clean_line(line, number=number, output=output, errors=errors)] += 1
    if counts["failed"]:
        errors.write(f"{counts['failed']} of {sum(counts.values())} lines failed\n")
    return CleanCounts(**counts)


def _clean_line(line: str, *, number: int, output: TextIO, errors: TextIO) -> str:
    try:
        page = _parse_line(line)
    except ValueError as error:
        errors.write(f"line {number}: {error}\n")
        return "failed"
    try:
        result = clean_page(_fetched(page))
    except (OSError, EOFError, zlib.error, PipelineError) as error:
        errors.write(f"line {number}: {page.page_id}: {error}\n")
        _write(output, _failed_fields(page, error))
        return "failed"
    _write(output, {"id": page.page_id} | _fields(result))
    return "cleaned" if isinstance(result, CleanArticle) else "rejected"


def _parse_line(line: str) -> _PageLine:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"a line is a JSON object, not {type(row).__name__}")  # noqa: TRY004 -- one error for bad lines
    missing = [name for name in ("id", "url", "html") if not isinstance(row.get(name), str)]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)}; a line is {{'id', 'url', 'html'}}")
    return _PageLine(page_id=row["id"], url=row["url"], path=Path(row["html"]))


def _fetched(page: _PageLine) -> FetchedPage:
    now = datetime.now(UTC)
    body = _read_page(page.path)
    return FetchedPage(request_url=page.url, url=page.url, body=body, fetched_at=now)


def _read_page(path: Path) -> bytes:
    """The page's bytes; at most one more than a page may have, so that it is named too large."""
    with path.open("rb") as file:
        gzipped = file.read(2) == _GZIP
    with gzip.open(path) if gzipped else path.open("rb") as file:
        return file.read(MAX_BODY_BYTES + 1)


def _fields(result: CleanArticle | Rejection) -> dict[str, object]:
    if isinstance(result, Rejection):
        reason = {"reason": result.reason.value, "detail": result.detail}
        return _no_article() | reason
    metadata = result.metadata
    return {
        "text": result.text,
        "title": metadata.title,
        "authors": list(metadata.authors),
        "published": _published(metadata),
        "language": metadata.language,
    }


def _published(metadata: Metadata) -> str | None:
    if metadata.published_at is None:
        return None
    offset_minutes = metadata.published_offset_minutes
    return local_time(metadata.published_at, offset_minutes=offset_minutes).isoformat()


def _failed_fields(page: _PageLine, error: Exception) -> dict[str, object]:
    return {"id": page.page_id} | _no_article() | {"reason": "parse_error", "detail": str(error)}


def _no_article() -> dict[str, object]:
    return {"text": "", "title": None, "authors": [], "published": None, "language": None}


def _write(output: TextIO, fields: dict[str, object]) -> None:
    output.write(json.dumps(fields, ensure_ascii=False) + "\n")
    output.flush()


if __name__ == "__main__":
    sys.exit(1 if clean_lines(sys.stdin, sys.stdout, sys.stderr).failed else 0)
