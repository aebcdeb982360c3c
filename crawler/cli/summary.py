"""What a crawl brought, in words: counts by outcome, what waits, how to go on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.cli.output import counted
from db.outcomes import Outcome, outcome_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from crawler.dry_run import Intent
    from crawler.plan import RunReport

KNOWN = "known"
INTERRUPTED_EXIT = 130
NOTHING_FETCHED_EXIT = 3
COUNTED_APART = frozenset({KNOWN, "pending"})


def print_summary(report: RunReport, console: Console, *, command: str) -> None:
    """The end of `winnow crawl`, on stderr: a table on a terminal, plain lines elsewhere."""
    rows = outcome_rows(report.counts)
    if console.is_terminal and rows:
        _print_table(rows, console)
    else:
        for name, count, meaning in rows:
            _print(console, f"{name}: {count} ({meaning})")
    for sentence in closing_sentences(report, command=command, now=datetime.now(UTC)):
        _print(console, sentence)


def outcome_rows(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Outcome, URLs, and what that means; the most frequent first."""
    outcomes = [(name, count) for name, count in counts.items() if name not in COUNTED_APART]
    ordered = sorted((item for item in outcomes if item[1]), key=lambda item: (-item[1], item[0]))
    rows = [(name, count, str(outcome_class(Outcome(name)))) for name, count in ordered]
    known = counts.get(KNOWN, 0)
    return [*rows, ("already known", known, "not fetched again")] if known else rows


def closing_sentences(report: RunReport, *, command: str, now: datetime) -> list[str]:
    """What is left to say after the counts."""
    sentences = []
    if not report.counts and not report.pending and report.finish_reason == "finished":
        failed = report.exit_code == NOTHING_FETCHED_EXIT
        sentences.append("no seed could be read" if failed else "nothing new")
    if report.pending:
        until = f" until {_clock(report.next_due_at, now)}" if report.next_due_at else ""
        verb = "waits" if report.pending == 1 else "wait"
        sentences.append(f"{report.pending} {verb}{until}")
    if report.pending or report.exit_code == INTERRUPTED_EXIT:
        sentences.append(f"nothing is lost; to go on: {command}")
    if report.run_id:
        sentences.append(
            f"run {report.run_id} {report.finish_reason}: winnow report {report.run_id}"
        )
    return sentences


def plan_sentence(intents: Sequence[Intent]) -> str:
    """What a dry run found."""
    count = Counter(str(intent) for intent in intents)
    parts = [f"{counted(count['fetch'], 'page')} to fetch"]
    parts += [f"{counted(count['read seed'], 'seed')} to read"] if count["read seed"] else []
    parts += [f"{count['known']} already known"] if count["known"] else []
    return f"dry run, nothing was fetched: {', '.join(parts)}"


def sources_sentence(exit_codes: Mapping[str, int], *, asked: int) -> str:
    """What `crawl --due` and `--all` say at their end."""
    if not asked:
        return "no source is due"
    failed = sorted(key for key, code in exit_codes.items() if code)
    left = asked - len(exit_codes)
    parts = [f"{counted(len(exit_codes), 'source')} crawled"]
    parts += [f"with failures: {', '.join(failed)}"] if failed else []
    parts += [f"{left} not begun"] if left else []
    return "; ".join(parts)


def _clock(moment: datetime, now: datetime) -> str:
    """HH:MM on this machine's clock, with the date if it is another day."""
    local, today = moment.astimezone(), now.astimezone().date()
    return local.strftime("%H:%M" if local.date() == today else "%Y-%m-%d %H:%M")


def _print_table(rows: list[tuple[str, int, str]], console: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("outcome")
    table.add_column("URLs", justify="right")
    table.add_column("meaning")
    for name, count, meaning in rows:
        table.add_row(name, str(count), meaning)
    console.print(table)


def _print(console: Console, sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)
