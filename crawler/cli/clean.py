"""`winnow clean`: one page, or a list of saved pages, without a database."""

from __future__ import annotations

import gzip
import sys
import zlib
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, TypeVar

import typer

from crawler.cli.options import (
    AllowPrivateOption,
    ConfigOption,
    ContactOption,
    JsonOption,
    load,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pipelines.jsonl import CleanCounts, LineWorkers
    from pipelines.records import CleanArticle, FetchedPage, Rejection
    from pipelines.rules.records import Rule
    from pipelines.workers import WorkerPool

    CleanLines = Callable[[TextIO, LineWorkers], Awaitable[CleanCounts]]

T = TypeVar("T")

STDIN = "-"
GZIP_MAGIC = b"\x1f\x8b"
MAX_PAGE_BYTES = 64 * 2**20
"""Read at most so much of a file; what is over 10 MiB is then `too_large` as in a crawl."""
NO_URL = "https://page.invalid/"
"""For a file whose address nobody gave (RFC 2606); only evidence from the URL is lost."""
FORMATS = ("text", "markdown", "json")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("clean")(clean)


def clean(
    page: Annotated[
        str | None, typer.Argument(metavar="FILE|URL|-", help="A saved page, its URL, or stdin.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Where a saved page came from: dates and links.")
    ] = None,
    style: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, markdown or json.")
    ] = "text",
    explain: Annotated[
        bool, typer.Option("--explain", help="List kept and cut blocks with the reasons.")
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Read lines {"id", "url", "html": path} and answer each.'),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="With --jsonl: processes at work.")
    ] = 1,
    learn: Annotated[
        bool,
        typer.Option("--learn", help="With --jsonl: pages of one site teach each other first."),
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="Rules to obey, as `rules export` writes."),
    ] = None,
    contact: ContactOption = None,
    allow_private: AllowPrivateOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the clean article of one page; no database is needed.

    \b
    Examples:
      winnow clean saved.html --url https://www.example.org/a-story --explain
      winnow clean https://www.example.org/a-story --contact you@example.org
      winnow clean --jsonl --learn < pages.jsonl > articles.jsonl
    """
    from crawler.setting_values import one_of

    try:
        style = one_of(*FORMATS)("json" if as_json else style)
    except ValueError as error:
        raise ConfigError(f"--format cannot be {style!r}: {error}") from error
    if jsonl:
        clean_lines = _learn_and_clean if learn else _clean_all
        raise typer.Exit(_clean_lines(page, workers, clean_lines, _rules_in(rules)))
    if learn:
        raise ConfigError("--learn needs --jsonl: one page teaches nothing about its site")
    if page is None:
        raise ConfigError("say which page: FILE, URL or - for stdin")
    fetched = _fetched(page, url, {"contact": contact, "allow_private": allow_private}, config)
    result = _processed(fetched, _rules_in(rules))
    raise typer.Exit(_show(result, style=style, explain=explain))


def _rules_in(file: Path | None) -> tuple[Rule, ...]:
    """The rules of a file; of a site configuration what can be used."""
    if file is None:
        return ()
    from crawler.rule_files import read_rule_file

    read = read_rule_file(file)
    for sentence in read.refused:
        print(f"winnow: left out: {sentence}", file=sys.stderr)
    return read.rules


def _clean_lines(name: str | None, workers: int, clean: CleanLines, rules: tuple[Rule, ...]) -> int:
    """Lines from a file or stdin; 1 if one could not be cleaned."""
    if name in {None, STDIN}:
        return _clean_stream(sys.stdin, workers, clean, rules)
    with _opened(Path(str(name))) as lines:
        return _clean_stream(lines, workers, clean, rules)


def _clean_stream(lines: TextIO, workers: int, clean: CleanLines, rules: tuple[Rule, ...]) -> int:
    from pipelines.jsonl import LineWorkers
    from pipelines.workers import PAGES_AT_A_WORKER

    async def work(pool: WorkerPool) -> CleanCounts:
        at_once = workers * PAGES_AT_A_WORKER
        return await clean(lines, LineWorkers(pool=pool, at_once=at_once, rules=rules))

    return 1 if with_workers(work, workers=workers).failed else 0


async def _clean_all(lines: TextIO, workers: LineWorkers) -> CleanCounts:
    return await workers.clean(lines, sys.stdout, sys.stderr)


async def _learn_and_clean(lines: TextIO, workers: LineWorkers) -> CleanCounts:
    """Two passes: what each site repeats, then the texts without it."""
    batch = list(lines)
    profiles = await workers.learn(batch)
    return await workers.clean(batch, sys.stdout, sys.stderr, profiles=profiles)


def with_workers(work: Callable[[WorkerPool], Awaitable[T]], *, workers: int) -> T:
    """What `work` gives with worker processes, where no page can take the command's time away."""
    import asyncio

    from pipelines.workers import WorkerLimits, WorkerPool

    async def run() -> T:
        pool = WorkerPool(WorkerLimits(workers=workers))
        try:
            return await work(pool)
        finally:
            pool.close()

    return asyncio.run(run())


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error


def _fetched(
    page: str, url: str | None, options: Mapping[str, object], file: Path | None
) -> FetchedPage:
    """The page: fetched as a crawl would, or read from a file as if fetched now."""
    from datetime import UTC, datetime

    from pipelines.records import FetchedPage
    from pipelines.urls import is_http_url

    if is_http_url(page):
        from crawler.fetcher import open_fetcher

        fetched = open_fetcher(load(options, file=file).config)(page)
        if fetched.status != HTTPStatus.OK:
            print(f"winnow: {page} answered {fetched.status}: no article", file=sys.stderr)
            raise typer.Exit(1)
        return fetched
    if url is not None and not is_http_url(url):
        raise ConfigError(f"--url {url!r} is not a URL: give http:// or https:// and a host")
    address = url or NO_URL
    body = read_page(page)
    return FetchedPage(request_url=address, url=address, body=body, fetched_at=datetime.now(UTC))


def read_page(name: str) -> bytes:
    """The bytes of a saved page, unzipped; of stdin for `-`.

    Raises:
        ConfigError: It cannot be read.
    """
    if name == STDIN:
        body = sys.stdin.buffer.read(MAX_PAGE_BYTES)
    elif name.partition("://")[1]:
        raise ConfigError(f"{name!r} is not a URL Winnow can fetch: give http:// or https://")
    else:
        try:
            with Path(name).open("rb") as file:
                body = file.read(MAX_PAGE_BYTES)
        except OSError as error:
            raise ConfigError(f"cannot read the page {name}: {error.strerror}") from error
    return _unzipped(body, name) if body.startswith(GZIP_MAGIC) else body


def _unzipped(body: bytes, name: str) -> bytes:
    try:
        decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return decompressor.decompress(body, MAX_PAGE_BYTES)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise ConfigError(f"the page {name} is not gzip after all: {error}") from error


def _processed(page: FetchedPage, rules: tuple[Rule, ...]) -> CleanArticle | Rejection:
    from pipelines.rules.sites import with_rules
    from pipelines.sites.records import SiteProfile
    from pipelines.urls import site_of

    known = with_rules(SiteProfile(site=site_of(page.url)), rules)
    return with_workers(lambda pool: pool.process(page, known), workers=1)


def _show(result: CleanArticle | Rejection, *, style: str, explain: bool) -> int:
    """Print the article, or say why there is none (exit code 1)."""
    from pipelines.records import CleanArticle

    if not isinstance(result, CleanArticle):
        print(f"winnow: not kept: {result.reason} ({result.detail})", file=sys.stderr)
        if style == "json":
            from crawler.cli.output import print_json

            print_json({"url": result.url, "reason": str(result.reason), "detail": result.detail})
        return 1
    print(_rendered(result, style, explain=explain).rstrip("\n"))
    return 0


def _rendered(article: CleanArticle, style: str, *, explain: bool) -> str:
    from pipelines.render import to_json, to_markdown

    if style == "json":
        return to_json(article)  # its cuts and blocks are the explanation
    if explain:
        return _explained(article)
    return to_markdown(article) if style == "markdown" else article.text


def _explained(article: CleanArticle) -> str:
    """Every block, the cut ones with the rule and the reason; then each field's evidence."""
    from pipelines.render import explain

    lines = []
    for entry in explain(article):
        if entry.rule is None:
            lines.append(f"kept  {entry.block.kind}: {entry.block.text}")
        else:
            lines.append(f"CUT   {entry.block.kind}: {entry.block.text}")
            lines.append(f"      because {entry.rule}: {entry.reason}")
    lines += [f"field {it.field} from {it.source}: {it.raw}" for it in article.metadata.evidence]
    return "\n".join(lines)
