"""The command line end to end: two newspapers on loopback, crawled and asked about.

Each call is a process of its own, as for a user: a crawl's reactor runs once a process.
"""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.cli.main import run_command
from tests.crawler.cli.winnow import Ended, RunWinnow
from tests.newspapers import Newspapers

ROOT = Path(__file__).parents[3]
LIMIT_SECONDS = 100
COURIER, TALBOTE = "courier", "talbote"


class Folder:
    """A folder in which a user works; no delay, since the papers are ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "WINNOW_ALLOW_PRIVATE": "127.0.0.1",
            "WINNOW_DELAY_SECONDS": "0",
            "WINNOW_TICK_SECONDS": "0.5",
            "WINNOW_RETRY_SECONDS": "0.2",
            "WINNOW_WORKERS": "1",
        }

    def start(self, *arguments: str, **pipes: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "crawler.cli.main", *arguments],
            cwd=self.path,
            env=self.environ,
            text=True,
            **pipes,
        )

    def winnow(self, *arguments: str, stdin: str = "") -> Ended:
        pipe = subprocess.PIPE
        with self.start(*arguments, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            stdout, stderr = process.communicate(stdin, timeout=LIMIT_SECONDS)
        assert "Traceback" not in stderr, stderr
        return Ended(exit_code=process.returncode, stdout=stdout, stderr=stderr)


@pytest.fixture(scope="module")
def newspapers() -> Iterator[Newspapers]:
    with Newspapers(slow_seconds=30) as newspapers:
        yield newspapers


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, newspapers: Newspapers) -> Folder:
    """Where the Courier is a source and was crawled once."""
    folder = Folder(tmp_path_factory.mktemp("user"))
    added = folder.winnow("sources", "add", newspapers.courier.url, "--key", COURIER)
    assert added.exit_code == 0, added.stderr
    crawled = folder.winnow(
        "crawl", "--source", COURIER, "-o", "kept.jsonl", "--report", "report.csv"
    )
    assert crawled.exit_code == 0, crawled.stderr
    assert re.search(r"^saved: \d+ \(kept\)$", crawled.stderr, re.M)
    return folder


def test_a_home_page_is_followed_by_its_news_sitemap_and_feeds(
    crawled: Folder, winnow: RunWinnow
) -> None:
    db = ("--db", str(crawled.path / "winnow.db"))
    [source] = winnow("sources", "show", COURIER, *db).rows
    seeds = source["seeds"]
    assert isinstance(seeds, list)
    assert [seed["kind"] for seed in seeds] == ["news_sitemap", "feed", "feed"]
    assert {seed["outcome"] for seed in seeds} == {"read"}
    [listed] = winnow("sources", "list", *db).rows
    assert isinstance(listed["articles"], int)
    assert listed["articles"] > 10


def test_the_run_is_written_to_the_files_that_were_asked_for(
    crawled: Folder, winnow: RunWinnow
) -> None:
    with (crawled.path / "report.csv").open(newline="") as file:
        report = list(csv.DictReader(file))
    kept = (crawled.path / "kept.jsonl").read_text().splitlines()
    articles = {row["article"] for row in report if row["class"] == "kept"}
    assert len(kept) == len(articles)
    assert {row["standing"] for row in report} == {"ended"}
    db = str(crawled.path / "winnow.db")
    assert [it["url"] for it in winnow("report", "1", "--db", db).rows] == [
        row["url"] for row in report
    ]


def test_what_was_crawled_can_be_asked_for(crawled: Folder, winnow: RunWinnow) -> None:
    db = ("--db", str(crawled.path / "winnow.db"))
    [first, *_] = hits = winnow("search", "bridge", "--source", COURIER, *db).rows
    assert all(hit["source"] == COURIER for hit in hits)
    shown = winnow("show", str(first["url"]), *db)
    assert shown.stdout.splitlines()[0] == first["title"]
    assert winnow("show", str(first["id"]), "--format", "markdown", *db).stdout.startswith("# ")
    assert winnow("show", str(first["id"]), "--raw", *db).stdout.lstrip().startswith("<")
    assert len(winnow("show", str(first["id"]), "--revisions", *db).rows) == 1
    [counted] = winnow("query", "SELECT count(*) AS n FROM articles", *db).rows
    assert winnow("export", "-o", "all.jsonl", *db).exit_code == 0
    assert len(Path("all.jsonl").read_text().splitlines()) == counted["n"]
    assert len(winnow("export", "-o", "-", *db).rows) == counted["n"]
    [status] = winnow("status", *db).rows
    assert status["articles"] == counted["n"]
    [run] = winnow("runs", *db).rows
    assert run["source"] == COURIER
    assert run["command"] == "winnow crawl --source courier -o kept.jsonl --report report.csv"


def test_the_crawled_database_is_sound_and_can_be_copied(
    crawled: Folder, winnow: RunWinnow
) -> None:
    db = ("--db", str(crawled.path / "winnow.db"))
    assert winnow("db", "check", *db).exit_code == 0
    assert winnow("db", "backup", "copy.db", *db).exit_code == 0
    [article, *_] = winnow("search", "bridge", "--db", "copy.db").rows
    assert winnow("forget", str(article["url"]), "--yes", "--db", "copy.db").exit_code == 0
    assert winnow("show", str(article["url"]), "--db", "copy.db").exit_code == 2
    assert winnow("db", "vacuum", "--db", "copy.db").exit_code == 0
    assert winnow("db", "check", "--db", "copy.db").exit_code == 0
    assert winnow("db", "upgrade", "--db", "copy.db").exit_code == 0


def test_a_listed_url_is_fetched_once(
    newspapers: Newspapers, tmp_path: Path, winnow: RunWinnow
) -> None:
    folder = Folder(tmp_path)
    article = newspapers.talbote.paper.articles[0]
    urls = (
        f"# my list\n{newspapers.talbote.url_of(article)}\n{newspapers.talbote.at('/nowhere/')}\n"
    )
    first = folder.winnow("crawl", "-", stdin=urls)
    assert first.exit_code == 0, first.stderr
    assert "saved: 1 (kept)" in first.stderr
    assert "gone: 1 (not kept)" in first.stderr
    fetched = len(newspapers.talbote.log)
    listed = ("crawl", "-i", write_list(tmp_path, urls), "--dry-run")
    would = winnow(*listed)
    assert [row["would"] for row in would.rows] == ["known", "known"]
    assert "dry run, nothing was fetched: 0 pages to fetch, 2 already known" in would.stderr
    assert [row["would"] for row in winnow(*listed, "--force").rows] == ["fetch", "fetch"]
    assert [row["would"] for row in winnow(*listed, "--max-age", "0").rows] == ["fetch", "fetch"]
    assert [row["would"] for row in winnow(*listed, "--max-age", "1h").rows] == ["known", "known"]
    assert len(winnow(*listed, "--max", "1", "--force").rows) == 1
    again = folder.winnow("crawl", "-", stdin=urls)
    assert "already known: 2 (not fetched again)" in again.stderr
    assert len(newspapers.talbote.log) == fetched


def test_a_list_with_a_budget_is_worked_off_run_by_run(
    newspapers: Newspapers, tmp_path: Path, winnow: RunWinnow
) -> None:
    folder = Folder(tmp_path)
    paper = newspapers.talbote
    urls = [paper.url_of(article) for article in paper.paper.articles[:3]]
    (tmp_path / "urls.txt").write_text("\n".join(urls))
    listed = ("crawl", "-i", "urls.txt", "--max", "2")
    assert folder.winnow(*listed).exit_code == 0
    would = winnow(*listed, "--dry-run").rows
    assert [row["would"] for row in would] == ["known", "known", "fetch"]
    assert "already known: 2" in folder.winnow(*listed).stderr
    [count] = winnow("query", "SELECT count(*) AS n FROM pages WHERE outcome IS NOT NULL").rows
    assert count["n"] == 3


def test_raw_pages_are_kept_for_as_many_days_as_asked_for(
    newspapers: Newspapers, tmp_path: Path, winnow: RunWinnow
) -> None:
    folder = Folder(tmp_path)
    url = newspapers.talbote.url_of(newspapers.talbote.paper.articles[0])
    assert folder.winnow("crawl", url, "--keep-raw", "1").exit_code == 0
    assert winnow("show", "1", "--raw").exit_code == 0
    assert folder.winnow("crawl", url, "--force", "--keep-raw", "0").exit_code == 0
    for table in ("raw_pages", "raw_dictionaries"):
        assert winnow("query", f"SELECT count(*) AS n FROM {table}").rows == [{"n": 0}]
    assert winnow("show", "1").exit_code == 0
    gone = winnow("show", "1", "--raw")
    assert gone.exit_code == 2
    assert len(gone.stderr.splitlines()) == 1


def test_a_dry_run_of_a_source_names_its_seeds_and_fetches_nothing(
    newspapers: Newspapers, tmp_path: Path, winnow: RunWinnow
) -> None:
    follow(Folder(tmp_path), COURIER, newspapers.courier.at("/feed/"), kind="feed")
    fetched = len(newspapers.courier.log)
    would = winnow("crawl", "--source", COURIER, "--dry-run")
    assert would.rows == [{"would": "read seed", "url": newspapers.courier.at("/feed/")}]
    assert len(newspapers.courier.log) == fetched
    assert winnow("runs").rows == []


def test_a_crawl_that_gets_no_answer_ends_with_3_and_says_what_waits(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.environ["WINNOW_RETRY_SECONDS"] = "3600"
    ended = folder.winnow("crawl", "http://127.0.0.1:9/a")
    assert ended.exit_code == 3
    assert re.search(r"^1 waits until (\d{4}-\d\d-\d\d )?\d\d:\d\d$", ended.stderr, re.M)
    assert "to go on: winnow crawl http://127.0.0.1:9/a" in ended.stderr


def test_ctrl_c_ends_a_crawl_with_130_within_ten_seconds_and_says_how_to_go_on(
    newspapers: Newspapers, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    slow = newspapers.courier.at("/slow-story/")
    with folder.start("crawl", slow, "--report", "r.jsonl", stderr=subprocess.PIPE) as crawl:
        wait_until(lambda: any(visit.target == "/slow-story/" for visit in newspapers.courier.log))
        asked_at = time.monotonic()
        crawl.send_signal(signal.SIGINT)
        _, said = crawl.communicate(timeout=LIMIT_SECONDS)
        assert time.monotonic() - asked_at < 10
    assert crawl.returncode == 130
    assert f"nothing is lost; to go on: winnow crawl {slow}" in said
    [line] = (tmp_path / "r.jsonl").read_text().splitlines()
    assert '"standing": "pending"' in line


def test_a_crawl_that_cannot_begin_leaves_its_result_files_as_they_were(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "winnow.db").write_text("no database")
    (tmp_path / "old.jsonl").write_text("old")
    ended = folder.winnow("crawl", "http://127.0.0.1:9/a", "-o", "old.jsonl", "--report", "n.csv")
    assert ended.exit_code == 4
    assert (tmp_path / "old.jsonl").read_text() == "old"
    assert sorted(it.name for it in tmp_path.iterdir()) == ["old.jsonl", "winnow.db"]


def test_the_schedule_on_a_terminal_logs_lines_and_its_children_draw_no_bars(
    newspapers: Newspapers, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    follow(folder, COURIER, newspapers.courier.at("/feed/"), kind="feed")
    terminal, stderr = os.openpty()
    with folder.start("run", stderr=stderr) as running:
        os.close(stderr)
        said = b""
        while b"crawl ended" not in said:
            said += os.read(terminal, 65_536)
        running.send_signal(signal.SIGTERM)
        running.wait(LIMIT_SECONDS)
    os.close(terminal)
    assert b"INFO crawl started: courier" in said
    assert b"\x1b[" not in said


def test_a_source_is_tried_without_storing_anything(newspapers: Newspapers, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    [trial] = folder.winnow("sources", "test", newspapers.talbote.at("/feed/")).rows
    assert trial["problem"] is None
    assert trial["title"]
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_not_there_has_no_clean_article(
    newspapers: Newspapers, tmp_path: Path
) -> None:
    ended = Folder(tmp_path).winnow("clean", newspapers.talbote.at("/nowhere/"))
    assert ended.exit_code == 1
    assert ended.stderr.rstrip().endswith("answered 404: no article")


def test_an_address_that_lists_nothing_is_no_source(newspapers: Newspapers, tmp_path: Path) -> None:
    ended = Folder(tmp_path).winnow("sources", "add", newspapers.talbote.at("/nowhere/"))
    assert ended.exit_code == 2
    assert "answered 404" in ended.stderr


def test_the_schedule_crawls_what_is_due_and_stops_within_ten_seconds(
    newspapers: Newspapers, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    for key, paper in ((COURIER, newspapers.courier), (TALBOTE, newspapers.talbote)):
        follow(folder, key, paper.at("/feed/"), kind="feed")
    with folder.start("run", stderr=subprocess.PIPE) as running:
        lines = read_until(running, ended=2)
        follow(folder, "slow", newspapers.talbote.at("/"), kind="section", include="/slow-story/")
        lines += read_until(running, started=1)
        time.sleep(1)
        asked_at = time.monotonic()
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=LIMIT_SECONDS)
        assert time.monotonic() - asked_at < 10
    assert running.returncode == 0
    ends = [line for line in lines if "crawl ended" in line]
    assert all("exit code 0" in line and "saved" in line for line in ends)
    assert sorted(line.split("crawl ended: ")[1].split(",")[0] for line in ends) == [
        COURIER,
        TALBOTE,
    ]
    due = folder.winnow("crawl", "--due")
    assert due.exit_code == 0, due.stderr


def test_no_child_outlives_a_killed_schedule(newspapers: Newspapers, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    follow(folder, "slow", newspapers.talbote.at("/feed/"), kind="feed")
    with folder.start("run", stderr=subprocess.PIPE) as running:
        [line] = [line for line in read_until(running, started=1) if "crawl started" in line]
        child_pid = int(line.split("process ")[1].rstrip(")\n"))
        running.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{child_pid}").exists() and not is_zombie(child_pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def write_list(path: Path, urls: str) -> str:
    (path / "urls.txt").write_text(urls)
    return str(path / "urls.txt")


def follow(folder: Folder, key: str, url: str, *, kind: str, include: str = "") -> None:
    pattern = ["--include", include] if include else []
    db = str(folder.path / "winnow.db")
    added = ["sources", "add", url, "--key", key, "--kind", kind, "--no-fetch", "--db", db]
    assert run_command([*added, *pattern]) == 0


def read_until(running: "subprocess.Popen[str]", *, started: int = 0, ended: int = 0) -> list[str]:
    """Lines of the log up to the one that makes it so many starts and ends."""
    lines: list[str] = []
    assert running.stderr is not None
    for line in running.stderr:
        lines.append(line)
        said = "".join(lines)
        if said.count("crawl started") >= started and said.count("crawl ended") >= ended:
            break
    return lines


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
