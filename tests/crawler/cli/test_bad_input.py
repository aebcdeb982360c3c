"""Bad input gets one clear sentence, the documented exit code, and nothing is lost."""

import io
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crawler.cli.winnow import RunWinnow

URL = "https://www.example.org/a"
LOOPBACK = "http://127.0.0.1:9/a"
"""Needs no contact, so that the database is what is wrong."""

USAGE = [
    (("crwl",), "No such command 'crwl'. Did you mean 'crawl'"),
    (("crawl", "--forse", URL), "--force"),
    (("crawl",), "say what to crawl"),
    (("crawl", URL, "--due"), "only one of"),
    (("crawl", "example.org/a"), "'example.org/a' is not a URL"),
    (("crawl", "ftp://example.org/a"), "is not a URL"),
    (("crawl", "-i", "missing.txt"), "cannot read the list missing.txt: No such file"),
    (("crawl", "-i", "."), "cannot read the list .: Is a directory"),
    (("crawl", "--delay", "soon", URL), "delay_seconds cannot be 'soon' (from --delay)"),
    (("crawl", "--max", "0", URL), "max_pages cannot be '0' (from --max)"),
    (("crawl", "--concurrency", "x", URL), "concurrency cannot be 'x'"),
    (("crawl", "--max-age", "old", URL), "--max-age: 'old' is not a length of time"),
    (("crawl", "--report", "r.txt", URL), "ends in .jsonl or .csv"),
    (("crawl", "-o", "no/such/folder.jsonl", URL), "cannot write no/such/folder.jsonl"),
    (("crawl", "--all", "-o", "a.jsonl"), "--output needs a list of URLs or --source KEY"),
    (("crawl", "--due", "--dry-run"), "--dry-run needs a list of URLs or --source KEY"),
    (("crawl", "--due", "--force"), "--force needs"),
    (("crawl", "--contact", "me", URL), "mail address or an http"),
    (("crawl", "--config", "none.toml", URL), "cannot read the settings file none.toml"),
    (("sources", "ad", URL), "Did you mean 'add'"),
    (("sources", "add", "example.org"), "url cannot be 'example.org'"),
    (("sources", "add", URL, "--every", "1s"), "every cannot be '1s': give at least 60s"),
    (("sources", "add", URL, "--kind", "blog"), "feed, sitemap"),
    (("sources", "add", URL, "--no-fetch"), "--no-fetch needs --kind"),
    (
        ("sources", "add", URL, "--kind", "feed", "--include", "("),
        "'(' is not a regular expression",
    ),
    (("clean", "missing.html"), "cannot read the page missing.html"),
    (("clean", "--format", "pdf", "x.html"), "--format cannot be 'pdf'"),
    (("sources", "add", URL, "--no-fetch", "--kind", "blog"), "feed, sitemap"),
    (("clean",), "say which page"),
    (("clean", "--url", "nowhere", "-"), "'nowhere' is not a URL"),
]


WITH_DATABASE = [
    (("search", "bridge", "--source", "gardian"), "no source 'gardian'"),
    (("search", "source:gardian OR bridge"), "no source 'gardian'"),
    (("export", "-o", "a.jsonl", "--source", "gardian"), "no source 'gardian'"),
    (("search", "bridge", "--limit", "many"), "'--limit': give a whole number"),
    (("search", "bridge", "--limit", "-3"), "'--limit': give 1 or more"),
    (("search", "minister", "-football"), "winnow search -- minister -football"),
    (("report", "last"), "'RUN': give a whole number"),
    (("rules", "remove", "9" * 20), "'ID...': give a whole number up to 2,147,483,647"),
    (("export", "-o", ""), "--output is empty"),
    (("export", "-o", "a.jsonl", "--since-last", ""), "have no name"),
    (("forget", "www.example.org"), "--yes forgets www.example.org unasked"),
    (("crawl", "--source", "gardian", "--dry-run"), "no source 'gardian'"),
]


@pytest.mark.parametrize(("arguments", "words"), WITH_DATABASE, ids=lambda it: " ".join(it)[:40])
def test_bad_questions_are_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], words: str, ready: RunWinnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    ended = ready(*arguments)
    assert ended.exit_code == 2
    assert words in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""


def test_a_command_that_was_interrupted_says_so(
    ready: RunWinnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "crawler.cli.ask.open_archive", lambda *_: signal.raise_signal(signal.SIGINT)
    )
    ended = ready("search", "bridge")
    assert (ended.exit_code, ended.stderr) == (
        130,
        "winnow: interrupted: the same command goes on, or starts anew\n",
    )


@pytest.mark.parametrize("group", ["sources", "db"])
def test_a_group_without_a_command_names_its_commands(group: str, winnow: RunWinnow) -> None:
    ended = winnow(group)
    assert ended.exit_code == 2
    assert ended.stderr.startswith("Usage: winnow")


def test_a_database_server_that_is_not_there_is_named_without_its_password(
    winnow: RunWinnow,
) -> None:
    ended = winnow("status", "--db", "postgresql://me:secret@127.0.0.1:1/news")
    assert ended.exit_code == 4
    assert ended.stderr.startswith("winnow: postgresql://me:***@127.0.0.1:1/news: ")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(("arguments", "words"), USAGE, ids=lambda value: " ".join(value)[:40])
def test_bad_usage_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], words: str, winnow: RunWinnow, tmp_path: Path
) -> None:
    ended = winnow(*arguments)
    assert ended.exit_code == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


STORED = [
    (("crawl", "--source", "gardian"), "no source 'gardian'", 2),
    (("crawl", "--all"), "no source to crawl", 2),
    (("sources", "show", "gardian"), "no source 'gardian'", 2),
    (("sources", "edit", "gardian", "--max", "3"), "no source 'gardian'", 2),
    (("sources", "import", "a.txt"), "cannot read a.txt", 2),
    (("sources", "export", "a.txt"), "ends in .opml or .csv", 2),
    (("show", "99"), "99", 2),
    (("show", "1", "--raw", "--cuts"), "give one of", 2),
    (("report", "7"), "no run 7", 2),
    (("report", "1", "--outcome", "lost"), "--outcome cannot be 'lost'", 2),
    (("export", "-o", "a.pdf"), ".jsonl, .csv", 2),
    (("search", "x", "--since", "someday"), "someday", 2),
    (("query", "DELETE FROM pages"), "", 2),
    (("query", "SELECT 1", "--timeout", "long"), "--timeout", 2),
    (("forget", "not a host", "--yes"), "neither a URL nor a host", 2),
    (("db", "backup", "no/such/folder/x.db"), "cannot write no/such/folder/x.db", 2),
]


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    STORED,
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_what_is_not_there_or_not_allowed_is_one_sentence(
    arguments: tuple[str, ...], words: str, code: int, ready: RunWinnow
) -> None:
    ended = ready(*arguments)
    assert ended.exit_code == code, ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_what_finds_nothing_says_what_may_have_been_meant(ready: RunWinnow, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for arguments, sentence in (
        (
            ("search", "(sorce:courier OR -x)"),
            "nothing found: sorce: is text here; did you mean source:?",
        ),
        (("import", str(tmp_path / "notes"), "-q"), f"no HTML file in {tmp_path / 'notes'}"),
    ):
        ended = ready(*arguments)
        assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", sentence + "\n")
    assert ready("search").rows == ready("search", "http://x.example at 12:30 lang:de").rows == []
    assert ready("search", "12:30 Note:worthy").stderr == ""


def test_a_query_that_cannot_be_read_shows_the_place(ready: RunWinnow) -> None:
    ended = ready("search", "minister title:")
    assert ended.exit_code == 2
    assert ended.stderr.splitlines()[-1].strip() == "^"


DATABASES = [
    ("mysql://localhost/news", "SQLite or PostgreSQL"),
    ("postgresql://nobody@127.0.0.1:1/news", "127.0.0.1"),
    ("no/such/folder/winnow.db", "winnow"),
]


@pytest.mark.parametrize(("url", "words"), DATABASES)
@pytest.mark.parametrize(
    "command",
    [("status",), ("sources", "list"), ("search", "x"), ("init",), ("crawl", LOOPBACK), ("run",)],
    ids=" ".join,
)
def test_a_wrong_database_is_one_sentence_and_exit_code_4(
    command: tuple[str, ...], url: str, words: str, winnow: RunWinnow
) -> None:
    ended = winnow(*command, "--db", url)
    assert ended.exit_code == 4, ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_database_is_left_alone(winnow: RunWinnow, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 1000)
    for command in (("status",), ("init",), ("sources", "list"), ("crawl", LOOPBACK)):
        ended = winnow(*command, "--db", str(path))
        assert ended.exit_code == 4, ended.stderr
        assert "Traceback" not in ended.stderr
    assert path.read_text() == "dear diary " * 1000


def test_an_older_schema_says_how_to_upgrade(ready: RunWinnow, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "winnow.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    for command in (("status",), ("sources", "list"), ("crawl", LOOPBACK), ("run",)):
        ended = ready(*command)
        assert ended.exit_code == 4
        assert "Traceback" not in ended.stderr


def test_no_database_yet_says_init(winnow: RunWinnow, tmp_path: Path) -> None:
    ended = winnow("status")
    assert ended.exit_code == 4
    assert "winnow init" in ended.stderr
    assert not (tmp_path / "winnow.db").exists()


def test_bad_lines_of_a_list_are_named_by_number_and_nothing_starts(
    winnow: RunWinnow, tmp_path: Path
) -> None:
    (tmp_path / "urls.txt").write_text("# mine\n\nhttps://example.org/a\nexample.org/b\nftp://x/\n")
    ended = winnow("crawl", "-i", "urls.txt")
    assert ended.exit_code == 2
    assert "urls.txt line 4: 'example.org/b' is not a URL" in ended.stderr
    assert "urls.txt line 5: 'ftp://x/'" in ended.stderr
    assert "2 not usable, nothing was fetched" in ended.stderr
    assert not (tmp_path / "winnow.db").exists()


def test_an_empty_list_is_named(winnow: RunWinnow, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("# nothing\n")
    ended = winnow("crawl", "-i", "urls.txt")
    assert ended.exit_code == 2
    assert "holds no URL" in ended.stderr


def test_other_peoples_hosts_are_not_crawled_without_a_contact(winnow: RunWinnow) -> None:
    ended = winnow("crawl", URL)
    assert ended.exit_code == 2
    assert "--contact" in ended.stderr


def test_a_table_of_contents_takes_no_heavy_imports() -> None:
    script = (
        "import sys; from crawler.cli.main import run_command; run_command(['--help']);"
        "heavy = {'scrapy', 'twisted', 'trafilatura', 'sqlalchemy', 'lxml', 'apscheduler'};"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or None)"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "sources" in done.stdout
    assert time.perf_counter() - started < 3.0  # 0.2 s on an idle machine


def test_a_full_disk_behind_stdout_is_one_sentence(
    ready: RunWinnow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        ended = ready("query", "SELECT 1")
    assert (ended.exit_code, ended.stderr) == (4, "winnow: cannot write: No space left on device\n")


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path, sqlite_template: Path) -> None:
    command = (
        f"{sys.executable} -m crawler.cli.main query --db {sqlite_template} "
        "'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n' "
        "--limit 200000 | head -1; echo ${PIPESTATUS[0]}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == '{"i": 1}\n141\n'
    assert "Traceback" not in done.stderr
