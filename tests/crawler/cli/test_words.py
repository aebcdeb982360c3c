"""What the command line says about a crawl: the line while it runs, the summary at its end."""

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from crawler.cli.progress import describe, progress_shown
from crawler.cli.summary import (
    closing_sentences,
    outcome_rows,
    plan_sentence,
    sources_sentence,
)
from crawler.cli.typed_command import typed_command
from crawler.dry_run import Intent
from crawler.plan import Progress, RunReport

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_progress_names_done_outcomes_speed_and_time_left() -> None:
    progress = Progress(
        done=50,
        by_outcome={"saved": 40, "gone": 10},
        in_flight=3,
        pending=2,
        total=150,
        started_at=NOW - timedelta(seconds=25),
    )
    assert describe(progress, now=NOW) == (
        "50/150 done, 40 saved, 10 gone, 2.0 pages/s, 3 in flight, 2 waiting, 50s left"
    )


def test_progress_without_a_known_end_names_no_time_left() -> None:
    progress = Progress(done=0, by_outcome={}, in_flight=0, pending=0, total=None, started_at=NOW)
    assert describe(progress, now=NOW) == "0 done, 0.0 pages/s"


def test_the_summary_counts_by_outcome_with_its_meaning() -> None:
    assert outcome_rows({"gone": 1, "saved": 3, "http_error": 1, "known": 2, "robots": 0}) == [
        ("saved", 3, "kept"),
        ("gone", 1, "not kept"),
        ("http_error", 1, "failed"),
        ("already known", 2, "not fetched again"),
    ]


def test_what_waits_is_said_with_its_time_and_how_to_go_on() -> None:
    report = RunReport(run_id=4, pending=2, next_due_at=NOW + timedelta(minutes=5), exit_code=1)
    first, second, third = closing_sentences(report, command="winnow crawl -i urls", now=NOW)
    local = (NOW + timedelta(minutes=5)).astimezone().strftime("%H:%M")
    assert first == f"2 wait until {local}"
    assert second == "nothing is lost; to go on: winnow crawl -i urls"
    assert third == "run 4 finished: winnow report 4"


def test_a_source_without_news_or_without_an_answer_says_so() -> None:
    quiet = RunReport(run_id=4)
    assert closing_sentences(quiet, command="winnow crawl --source a", now=NOW)[0] == "nothing new"
    silent = RunReport(run_id=4, exit_code=3)
    first, *_ = closing_sentences(silent, command="winnow crawl --source a", now=NOW)
    assert first == "no seed could be read"


def test_a_dry_run_is_told_in_one_sentence() -> None:
    assert plan_sentence([Intent.FETCH, Intent.KNOWN, Intent.KNOWN]) == (
        "dry run, nothing was fetched: 1 page to fetch, 2 already known"
    )


def test_the_end_of_several_sources_names_those_that_failed() -> None:
    assert sources_sentence({}, asked=0) == "no source is due"
    assert sources_sentence({"a": 0}, asked=1) == "1 source crawled"
    assert sources_sentence({"b": 3, "a": 0}, asked=3) == (
        "2 sources crawled; with failures: b; 1 not begun"
    )


def test_an_interrupted_crawl_says_how_to_go_on() -> None:
    report = RunReport(run_id=0, finish_reason="interrupted", exit_code=130)
    [sentence] = closing_sentences(report, command="winnow crawl --source a", now=NOW)
    assert sentence.endswith("winnow crawl --source a")


def test_a_terminal_gets_a_bar_with_the_same_words() -> None:
    progress = Progress(
        done=1, by_outcome={"saved": 1}, in_flight=0, pending=0, total=4, started_at=NOW
    )
    screen = io.StringIO()
    with progress_shown(Console(file=screen, force_terminal=True, width=120)) as show:
        show(progress)
    assert "1/4 done, 1 saved" in screen.getvalue()


def test_the_command_that_is_kept_and_shown_holds_no_password() -> None:
    arguments = [
        "crawl", "--db", "postgresql://me:p@ss:w@db.example/news", "--db=postgresql://me@db/x",
        "--proxy", "http://u:@proxy.example:8080", "http://x.example:80/a?b=c:d@e", "a b",
    ]  # fmt: skip
    assert typed_command(arguments) == (
        "winnow crawl --db 'postgresql://me:***@db.example/news' --db=postgresql://me@db/x "
        "--proxy 'http://u:***@proxy.example:8080' 'http://x.example:80/a?b=c:d@e' 'a b'"
    )
