"""`make demo`: the main job, offline, in about a minute, from a folder of its own.

Run with the Python of an environment in which Winnow's wheel is installed; uses nothing else.
Every step says what it shows, then the command, then its output. Ends with 1 when something is
not as it should be.
"""

import os
import pty
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WINNOW = Path(sys.executable).with_name("winnow")
COLUMNS = "110"
MAX_LINES = 30
"""Shown of one command's output."""
BOILERPLATE = (
    "No time to read?",
    "Get a summary",
    "Previous Article",
    "Next Article",
    "What fluids are used in automatic transmissions?",
)
STANDING = "At the harbour desk letters from readers are opened every Friday, and answered by hand."
"""What the Courier says in the midst of each English story; no page alone tells that."""
WITH_STANDING = f"SELECT count(*) FROM articles WHERE text LIKE '%{STANDING}%'"
SETTINGS = """\
# The newspapers are on this very machine: allowed here, refused by default.
allow_private = ["127.0.0.1"]
delay_seconds = 0.05
"""
COLOURED = not os.environ.get("NO_COLOR")
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
ENVIRONMENT |= {"COLUMNS": COLUMNS, "TERM": os.environ.get("TERM", "xterm")}


class Demo:
    """Runs commands in one folder, prints what they print, remembers what went wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self._step = 0

    def step(self, sentence: str) -> None:
        self._step += 1
        print(f"\n{bold(f'{self._step}. {sentence}')}")

    def winnow(
        self,
        *arguments: str,
        codes: tuple[int, ...] = (0,),
        shown: int = MAX_LINES,
        is_coloured: bool = False,
    ) -> str:
        """One command as a person sees it; its exit code must be one of these. Gives its output.

        `shown` of its last lines, or the first MAX_LINES. Colours reach a terminal; with
        `is_coloured` a pipe too.
        """
        print(f"$ winnow {shlex.join(arguments)}", flush=True)
        code, output = run_in_terminal([str(WINNOW), *arguments], folder=self.folder)
        lines = output.rstrip().splitlines()
        is_tail = shown < MAX_LINES
        if len(lines) > shown and is_tail:
            print(f"{len(lines) - shown} lines, then …")
        output_shown = "\n".join(lines[-shown:] if is_tail else lines[:shown])
        print(output_shown if is_coloured else readable(output_shown))
        if len(lines) > shown and not is_tail:
            print(f"… {len(lines) - shown} more lines")
        self.expect(code in codes, f"winnow {arguments[0]} ended with {code}: {output[-2000:]}")
        return output

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands in the database, read without Winnow: the demonstration's own check."""
        with closing(sqlite3.connect(f"file:{self.folder}/winnow.db?mode=ro", uri=True)) as found:
            return found.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The first cell of a query."""
        return int(str(self.rows(sql)[0][0]))

    def expect(self, holds: bool, problem: str) -> None:
        if not holds:
            self.problems.append(problem)
            print(f"!! {problem}")


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="winnow-demo-") as name, newspapers() as urls:
        demo = Demo(Path(name))
        (demo.folder / "winnow.toml").write_text(SETTINGS)
        installed_as_a_wheel(demo)
        follow_two_newspapers(demo, urls)
        crawl_twice(demo, urls)
        show_the_learning(demo)
        crawl_a_list(demo, urls)
        show_an_article(demo)
        show_a_revision(demo)
        show_a_story(demo)
        ask(demo)
    seconds = time.monotonic() - started
    for problem in demo.problems:
        print(f"\nNOT AS EXPECTED: {problem}")
    verdict = "failed" if demo.problems else "All as expected"
    print(bold(f"\n{verdict}, {seconds:.0f} s."))
    return 1 if demo.problems else 0


def installed_as_a_wheel(demo: Demo) -> None:
    demo.step("Winnow is installed as a wheel; this runs in an empty folder.")
    found = subprocess.run(
        [sys.executable, "-I", "-c", "import crawler; print(crawler.__file__)"],
        cwd=demo.folder, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    print(found)
    demo.expect("site-packages" in found, "the packages do not come from the installed wheel")
    demo.winnow("init")


def follow_two_newspapers(demo: Demo, urls: dict[str, str]) -> None:
    demo.step("Two newspapers become sources: Winnow finds the feeds and sitemaps they name.")
    demo.winnow("sources", "add", urls["courier"], "--key", "courier", "--delay", "0.05")
    demo.winnow("sources", "add", urls["talbote"], "--key", "talbote", "--delay", "0.05")
    demo.winnow("sources", "list")
    demo.expect(demo.number("SELECT count(*) FROM sources") == 2, "there should be two sources")


def crawl_twice(demo: Demo, urls: dict[str, str]) -> None:
    demo.step("The first crawl: every article that is new.")
    demo.winnow("crawl", "--all", codes=(0, 1))
    first = demo.number("SELECT count(*) FROM articles")
    demo.expect(first >= 28, f"{first} articles after the first crawl, expected at least 28")
    demo.step("A search is saved: what it finds already is known.")
    demo.winnow("saved", "add", "islands", "islands OR ferry")
    demo.step("The newspapers print their next edition: three new articles, one changed.")
    advance(urls["control"])
    demo.winnow("crawl", "--all", codes=(0, 1))
    second = demo.number("SELECT count(*) FROM articles")
    demo.expect(second == first + 3, f"{second} articles after the second crawl, not {first + 3}")
    revised = demo.number("SELECT count(*) FROM revisions")
    demo.expect(revised == 1, f"{revised} revisions, expected 1")
    behind_robots = demo.number("SELECT count(*) FROM articles WHERE url LIKE '%/members/%'")
    demo.expect(behind_robots == 0, "an article behind robots.txt was stored")
    demo.step("What the saved search finds that is new.")
    said = demo.winnow("saved", "run")
    demo.expect("Cargo drones bring medicine" in said, "the saved search missed the new article")
    demo.expect("Islanders vote" not in said, "the saved search gave an article that was known")


def show_the_learning(demo: Demo) -> None:
    demo.step("A paragraph in all of the Courier's English stories: learned, with its evidence.")
    demo.winnow("boilerplate", "list", "--limit", "5")
    learned = f"SELECT count(*) FROM site_blocks WHERE status = 'learned' AND text = '{STANDING}'"
    demo.expect(demo.number(learned) == 1, "the Courier's standing paragraph was not learned")
    new = f"{WITH_STANDING} AND (url LIKE '%cargo-drones%' OR url LIKE '%storm-names%')"
    demo.expect(demo.number(new) == 0, "the second edition's stories still have it")
    before, articles = demo.number(WITH_STANDING), demo.number("SELECT count(*) FROM articles")
    print(f"The first pages could not know: {before} stored articles still have it, no new one.")
    demo.expect(before >= 1, "the standing paragraph was cut before it could be known")
    demo.step("What a re-clean of the stored pages would repair: the losses, nothing is written.")
    demo.winnow("reclean", "--dry-run")
    demo.expect(demo.number(WITH_STANDING) == before, "the dry run wrote something")
    demo.step("The same, written.")
    demo.winnow("reclean", shown=4)
    demo.expect(demo.number(WITH_STANDING) == 0, "articles still have the standing paragraph")
    kept = demo.number("SELECT count(*) FROM articles")
    demo.expect(kept == articles, f"{kept} articles after the re-clean, not {articles}")
    explain_one(demo)


def explain_one(demo: Demo) -> None:
    demo.step("Why: each line of one page, kept or cut, with the reason.")
    rows = demo.rows("SELECT url FROM articles WHERE url LIKE '%coastal-defence-debate%'")
    for (url,) in rows:
        said = demo.winnow("explain", str(url), is_coloured=COLOURED)
        demo.expect("of this site" in said, "the standing paragraph's evidence is not shown")
    demo.expect(len(rows) == 1, "the article about coasts should be stored once")


def crawl_a_list(demo: Demo, urls: dict[str, str]) -> None:
    demo.step("A list of URLs of one's own: moved, gone, a PDF that says it is HTML, a known one.")
    known = demo.rows("SELECT url FROM articles ORDER BY id LIMIT 1")
    paths = ("moved-story/", "missing-story/", "withdrawn-story/", "documents/harbour-budget.html")
    lines = [urls["courier"] + path for path in paths]
    lines += [f"{url}?utm_source=newsletter" for (url,) in known]
    (demo.folder / "urls.txt").write_text("\n".join(lines) + "\n")
    before = demo.number("SELECT count(*) FROM articles")
    demo.winnow("crawl", "-i", "urls.txt", "--report", "report.csv", codes=(0, 1))
    print((demo.folder / "report.csv").read_text().rstrip())
    after = demo.number("SELECT count(*) FROM articles")
    demo.expect(after == before, "the list held no new article, yet one was stored")
    missing = demo.number("SELECT count(*) FROM pages WHERE outcome = 'gone'")
    demo.expect(missing >= 1, "no page ended as gone")


def show_an_article(demo: Demo) -> None:
    demo.step("One article, before: what a browser would show of the page, line by line.")
    rows = demo.rows("SELECT url, text FROM articles WHERE url LIKE '%naval-shipyard-plan%'")
    demo.expect(len(rows) == 1, "the article about shipyards should be stored once")
    for url, text in rows:
        print(visible_text(str(url)))
        demo.step("The same article, after: title, authors, date and text, nothing else.")
        demo.winnow("show", str(url))
        left = [string for string in BOILERPLATE if string in str(text)]
        demo.expect(not left, f"left in the text: {left}")


def show_a_revision(demo: Demo) -> None:
    demo.step("The article that was changed between the editions: what it says otherwise now.")
    rows = demo.rows("SELECT article_id FROM revisions")
    demo.expect(len(rows) == 1, "one article should have an earlier text")
    for (article,) in rows:
        said = demo.winnow(
            "show", str(article), "--diff", "previous", "current", is_coloured=COLOURED
        )
        demo.expect("A wedding party" in said, "the new paragraph is not shown")
        demo.expect("… 2 paragraphs the same" in said, "paragraphs that stayed should be counted")


def show_a_story(demo: Demo) -> None:
    demo.step("One text in both newspapers: two articles, one story.")
    rows = demo.rows("SELECT id, members FROM stories WHERE members > 1")
    demo.expect([members for _, members in rows] == [2], "the reprint is not one story of two")
    for story, _ in rows:
        demo.winnow("stories", "show", str(story))


def ask(demo: Demo) -> None:
    demo.step("Every URL has one outcome; these are the counts.")
    demo.winnow(
        "query", "SELECT outcome, count(*) AS pages FROM pages GROUP BY outcome ORDER BY 2 DESC"
    )
    demo.step("Search, in five languages, with the words found marked.")
    demo.winnow("search", "radar OR shipyards")
    demo.winnow("search", "Gletscher OR мельница OR subasta OR fromages")


@contextmanager
def newspapers() -> Iterator[dict[str, str]]:
    """Serve them as a process of their own; gives the URLs by name, with `control`."""
    command = [sys.executable, "-m", "tests.newspapers", "--slow-seconds", "0.5"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield dict(server.stdout.readline().split() for _ in range(3))
        finally:
            server.terminate()


def advance(control_url: str) -> None:
    order = urllib.request.Request(control_url + "advance", method="POST")
    with urllib.request.urlopen(order, timeout=10) as answer:
        print(answer.read().decode().strip())


def visible_text(url: str) -> str:
    """The page's text without its tags, as a careless program would take it."""
    code = (
        "import sys, lxml.html, urllib.request as u\n"
        "tree = lxml.html.fromstring(u.urlopen(sys.argv[1]).read())\n"
        "[e.drop_tree() for e in tree.iter('script', 'style', 'head')]\n"
        "print('\\n'.join(t.strip() for t in tree.itertext() if t.strip()))"
    )
    command = [sys.executable, "-I", "-c", code, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    return "\n".join([*lines[:MAX_LINES], "…", *lines[-12:]])


def run_in_terminal(command: list[str], *, folder: Path) -> tuple[int, str]:
    """Exit code and output of a command that believes it writes to a terminal.

    Errors and progress go to a file, so that they come as plain lines; they are shown last.
    """
    reader, writer = pty.openpty()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT,
            stdin=subprocess.DEVNULL, stdout=writer, stderr=errors,
        )  # fmt: skip
        os.close(writer)
        shown = _read_all(reader).replace("\r\n", "\n")
        code = process.wait()
        errors.seek(0)
        return code, shown + errors.read()


def _read_all(descriptor: int) -> str:
    pieces = []
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError:  # Linux: EIO when the last writer is gone
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces).decode()


def readable(text: str) -> str:
    """In a pipe: no colours, words found by a search in brackets."""
    if sys.stdout.isatty():
        return text
    return re.sub(r"\x1b\[[\d;]*m", "", re.sub(r"\x1b\[1;33m(.*?)\x1b\[0m", r"[\1]", text))


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() and COLOURED else text


if __name__ == "__main__":
    sys.exit(main())
