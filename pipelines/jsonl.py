"""Many saved pages through the chain, one JSON object a line: `winnow clean --jsonl`.

In: {"id", "url", "html"}, the id being any string or number, html the path of a page, gzipped
or not. Out: {"id", "text", "title", "authors", "published", "language"}, the id as it came and
published as ISO 8601 in the source's own zone, in UTC where it wrote none; a page that gave no
text has an empty one and its "reason". The pages are taken for articles: whoever lists them says
so.
"""

import asyncio
import gzip
import json
import math
import sys
import zlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO, TypeAlias, TypeVar

from pipelines.errors import PipelineError
from pipelines.extract.dates import local_time
from pipelines.parse import MAX_BODY_BYTES
from pipelines.process import clean_page
from pipelines.records import CleanArticle, FetchedPage, Metadata, Reason, Rejection
from pipelines.rules.records import Rule
from pipelines.rules.sites import with_rules
from pipelines.sites.batch import BatchLearner, BatchSighting, sight
from pipelines.sites.records import SiteProfile
from pipelines.urls import site_of
from pipelines.workers import WorkerFailed, WorkerPool

T = TypeVar("T")

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
    page_id: str | int | float
    url: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What is said of one line."""

    outcome: Literal["cleaned", "rejected", "failed"]
    fields: dict[str, object] | None = None
    """The object to print. None: the line named no page."""
    error: str | None = None
    """None: it did not fail."""


Profiles: TypeAlias = Mapping[str, SiteProfile]
"""What is known of sites, by site."""


def clean_lines(
    lines: Iterable[str], output: TextIO, errors: TextIO, *, profiles: Profiles | None = None
) -> CleanCounts:
    """Clean each line's page; a bad line is reported on `errors` and the next one is taken."""
    report = _Report(output, errors)
    for number, line in _numbered(lines):
        report.add(number, clean_line(line, _profile_for(line, profiles)))
    return report.counts()


def learn_lines(lines: Iterable[str]) -> dict[str, SiteProfile]:
    """What the pages of each site in a batch have in common; a bad line teaches nothing."""
    learner = BatchLearner()
    for line in filter(str.strip, lines):
        if (page := sight_line(line)) is not None:
            learner.add(page)
    return learner.profiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWorkers:
    """Where pages are cleaned within limits, so many at a time."""

    pool: WorkerPool
    at_once: int
    rules: tuple[Rule, ...] = ()
    """What a person says of their sites."""

    async def clean(
        self,
        lines: Iterable[str],
        output: TextIO,
        errors: TextIO,
        *,
        profiles: Profiles | None = None,
    ) -> CleanCounts:
        """As clean_lines does, in the same order."""

        async def ask(number: int, line: str) -> tuple[int, LineAnswer]:
            return number, await _ask(self.pool, line, _profile_for(line, profiles, self.rules))

        report = _Report(output, errors)
        async for number, answer in self._answers(lines, ask):
            report.add(number, answer)
        return report.counts()

    async def learn(self, lines: Iterable[str]) -> dict[str, SiteProfile]:
        """As learn_lines does."""

        async def ask(_: int, line: str) -> BatchSighting | None:
            try:
                return await self.pool.call(sight_line, line)
            except WorkerFailed:  # named when it is its turn to be cleaned
                return None

        learner = BatchLearner()
        async for page in self._answers(lines, ask):
            if page is not None:
                learner.add(page)
        return learner.profiles()

    async def _answers(
        self, lines: Iterable[str], ask: Callable[[int, str], Coroutine[None, None, T]]
    ) -> AsyncIterator[T]:
        asked: deque[asyncio.Task[T]] = deque()
        for number, line in _numbered(lines):
            asked.append(asyncio.create_task(ask(number, line)))
            if len(asked) >= self.at_once:
                yield await asked.popleft()
        for answer in asked:
            yield await answer


def _profile_for(
    line: str, profiles: Profiles | None, rules: tuple[Rule, ...] = ()
) -> SiteProfile | None:
    if not profiles and not rules:
        return None
    try:
        site = site_of(_parse_line(line).url)
    except ValueError:  # named when it is cleaned
        return None
    return with_rules((profiles or {}).get(site) or SiteProfile(site=site), rules)


def sight_line(line: str) -> BatchSighting | None:
    """What one line's page teaches; what a worker process runs. None: nothing."""
    try:
        result = clean_page(_fetched(_parse_line(line)))
        return sight(result) if isinstance(result, CleanArticle) else None
    except (OSError, EOFError, ValueError, zlib.error, PipelineError):
        return None  # named when it is its turn to be cleaned; `https:///` is of no site


def clean_line(line: str, profile: SiteProfile | None = None) -> LineAnswer:
    """The answer to one line; what a worker process runs."""
    try:
        page = _parse_line(line)
    except ValueError as error:
        return LineAnswer(outcome="failed", error=str(error))
    try:
        result = clean_page(_fetched(page), profile=profile)
    except (OSError, EOFError, zlib.error, PipelineError) as error:
        return _failed(page, reason=Reason.PARSE_ERROR, detail=str(error))
    outcome: Literal["cleaned", "rejected"] = (
        "cleaned" if isinstance(result, CleanArticle) else "rejected"
    )
    return LineAnswer(outcome=outcome, fields={"id": page.page_id} | answer_fields(result))


class _Report:
    """Prints answers and counts them."""

    def __init__(self, output: TextIO, errors: TextIO) -> None:
        self._output = output
        self._errors = errors
        self._outcomes: Counter[str] = Counter()

    def add(self, number: int, answer: LineAnswer) -> None:
        self._outcomes[answer.outcome] += 1
        if answer.error is not None:
            self._errors.write(f"line {number}: {answer.error}\n")
        if answer.fields is not None:
            self._output.write(json.dumps(answer.fields, ensure_ascii=False) + "\n")
            self._output.flush()

    def counts(self) -> CleanCounts:
        found = self._outcomes
        if found["failed"]:
            self._errors.write(f"{found['failed']} of {found.total()} lines failed\n")
        return CleanCounts(
            cleaned=found["cleaned"], rejected=found["rejected"], failed=found["failed"]
        )


async def _ask(pool: WorkerPool, line: str, profile: SiteProfile | None) -> LineAnswer:
    try:
        return await pool.call(clean_line, line, profile)
    except WorkerFailed as failure:
        return _failed(_parse_line(line), reason=failure.reason, detail=failure.detail)


def _failed(page: _PageLine, *, reason: Reason, detail: str) -> LineAnswer:
    said = {"reason": reason.value, "detail": detail}
    fields = {"id": page.page_id} | _no_article() | said
    return LineAnswer(outcome="failed", fields=fields, error=f"{page.page_id}: {detail}")


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _parse_line(line: str) -> _PageLine:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"a line is a JSON object, not {type(row).__name__}")  # noqa: TRY004 -- one error for bad lines
    missing = [] if _is_id(row.get("id")) else ["id"]
    missing += [name for name in ("url", "html") if not isinstance(row.get(name), str)]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)}; a line is {{'id', 'url', 'html'}}")
    return _PageLine(page_id=row["id"], url=row["url"], path=Path(row["html"]))


def _is_id(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)  # Python reads and writes NaN and Infinity, JSON has neither
    return isinstance(value, str | int) and not isinstance(value, bool)


def _fetched(page: _PageLine) -> FetchedPage:
    now = datetime.now(UTC)
    body = read_saved_page(page.path)
    return FetchedPage(request_url=page.url, url=page.url, body=body, fetched_at=now)


def read_saved_page(path: Path) -> bytes:
    """A page's bytes, unzipped; at most one more than a page may have: it is named too large."""
    with path.open("rb") as file:
        gzipped = file.read(2) == _GZIP
    with gzip.open(path) if gzipped else path.open("rb") as file:
        return file.read(MAX_BODY_BYTES + 1)


def answer_fields(result: CleanArticle | Rejection) -> dict[str, object]:
    """What a line of the answer says of a page beside its id; a rejection has empty fields."""
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


def _no_article() -> dict[str, object]:
    return {"text": "", "title": None, "authors": [], "published": None, "language": None}


if __name__ == "__main__":
    sys.exit(1 if clean_lines(sys.stdin, sys.stdout, sys.stderr).failed else 0)
