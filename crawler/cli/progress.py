"""How a crawl stands while it runs: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from crawler.plan import Progress, ProgressCallback
    from db.export_files import Written

logger = logging.getLogger(__name__)

LINE_SECONDS = 10.0
SHOWN_OUTCOMES = 4
"""The most frequent ones; the summary at the end names all."""


@contextmanager
def progress_shown(console: Console, *, verb: str = "crawling") -> Iterator[ProgressCallback]:
    """What to call with each Progress."""
    if not console.is_terminal:
        yield _line_writer()
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[words]}"),
        console=console,
        transient=True,
        redirect_stdout=False,
    )
    with bar:
        task = bar.add_task(verb, total=None, words="")

        def show(progress: Progress) -> None:
            words = describe(progress, now=datetime.now(UTC))
            bar.update(task, completed=progress.done, total=progress.total, words=words)

        yield show


@contextmanager
def writing_shown() -> Iterator[Written | None]:
    """What to call with the articles that an export has written; None: nobody looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("writing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("writing", total=None)
        yield lambda written, total: bar.update(task, completed=written, total=total)


def describe(progress: Progress, *, now: datetime) -> str:
    """One line: done, by outcome, pages a second, what waits, time left."""
    seconds = max((now - progress.started_at).total_seconds(), 0.001)
    rate = progress.done / seconds
    done = f"{progress.done}/{progress.total}" if progress.total else str(progress.done)
    parts = [f"{done} done", *_outcomes(progress), f"{rate:.1f} pages/s"]
    parts += [f"{progress.in_flight} in flight"] if progress.in_flight else []
    parts += [f"{progress.pending} waiting"] if progress.pending else []
    if progress.total and rate:
        left = max(progress.total - progress.done, 0) / rate
        parts.append(f"{format_duration(round(left))} left")
    return ", ".join(parts)


def _outcomes(progress: Progress) -> list[str]:
    frequent = sorted(progress.by_outcome.items(), key=lambda it: (-it[1], it[0]))
    return [f"{count} {outcome}" for outcome, count in frequent[:SHOWN_OUTCOMES]]


def _line_writer() -> ProgressCallback:
    last = time.monotonic()

    def show(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            logger.info("%s", describe(progress, now=datetime.now(UTC)))

    return show
