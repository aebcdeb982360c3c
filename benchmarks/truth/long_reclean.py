"""A re-clean of very many stored pages: interrupted, killed, resumed; memory, progress, rows."""

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from sqlalchemy import text

from benchmarks.truth.sites import generated_page, in_batches, text_of, uncleaned_article
from benchmarks.truth.watched import Moment, Watched
from db import migrate
from db.raw_pages import RawPageStore
from db.session import Database
from pipelines.page_visits import StoreTools
from pipelines.profile_counting import refresh
from pipelines.revising import reclean_page
from pipelines.store import store_result
from tests.storing import add_page

BATCH_PAGES = 500
FIRST_STOP, SECOND_STOP = 0.1, 0.2
"""Of the pages: where it is interrupted, and where it is killed."""
MAX_GROWTH = 1.1
INTERRUPTED = 130


def check_reclean(folder: Path, *, pages: int, workers: int) -> list[str]:
    """What was not as it must be; prints the figures."""
    url = str(folder / "reclean.db")
    fill(url, pages)
    arguments = ["reclean", "--db", url]
    problems = [*stop_at(arguments, folder, workers, int(pages * FIRST_STOP), signal.SIGINT)]
    problems += stop_at(arguments, folder, workers, int(pages * SECOND_STOP), signal.SIGKILL)
    started = time.monotonic()
    last = Watched(arguments, folder / "last.log", workers=workers)
    moments = list(last.moments())
    seconds = time.monotonic() - started
    if last.process.wait() != 0:
        problems.append(f"the re-clean ended with {last.process.returncode}: {last.said()[-500:]}")
    print(f"resumed: {last.done()} pages in {seconds:.0f} s, {last.done() / seconds:.0f} a second")
    problems += check_memory(moments)
    problems += check_rows(url, pages)
    return problems


def fill(url: str, pages: int) -> None:
    """Store pages as an older cleaner left them, which teach their sites as they come."""
    started = time.monotonic()
    template = Path(url)
    with Database(url) as database:
        migrate.upgrade(database)
        tools = StoreTools(raw_pages=RawPageStore(), reclean=reclean_page)
        for batch in in_batches(pages, BATCH_PAGES):
            with database.write() as session:
                for number in batch:
                    page = generated_page(number)
                    stored = store_result(
                        session,
                        uncleaned_article(number),
                        page_id=add_page(session, page.url),
                        fetched=page,
                        tools=tools,
                    )
                    if stored.profile_due:
                        refresh(session, stored.profile_due)
    size = template.stat().st_size / 2**20
    print(f"{pages} pages stored in {time.monotonic() - started:.0f} s, {size:.0f} MiB", flush=True)


def stop_at(
    arguments: list[str], folder: Path, workers: int, pages: int, number: signal.Signals
) -> list[str]:
    """Run until so many pages are done since its start, then end it by a signal."""
    running = Watched(arguments, folder / f"{number.name}.log", workers=workers)
    for moment in running.moments():
        if moment.done >= pages:
            break
    code = running.end(number)
    expected = INTERRUPTED if number is signal.SIGINT else -number
    print(f"{number.name} after {running.done()} pages: exit code {code}", flush=True)
    return [] if code == expected else [f"{number.name} gave {code}: {running.said()[-500:]}"]


def check_memory(moments: Sequence[Moment]) -> list[str]:
    """The last fifth of the pages against the second."""
    total = max((moment.done for moment in moments), default=0)
    problems = []
    for name in ("parent_mib", "workers_mib"):
        fifths = [
            fmean(
                [
                    getattr(it, name)
                    for it in moments
                    if fifth * total / 5 <= it.done < (fifth + 1) * total / 5
                ]
                or [0.0]
            )
            for fifth in range(5)
        ]
        growth = fifths[4] / fifths[1] if fifths[1] else 0.0
        print(name, " ".join(f"{it:.1f}" for it in fifths), f"growth {growth:.3f}", flush=True)
        if not 0 < growth <= MAX_GROWTH:
            problems.append(f"{name} grew by {growth:.2f} from the second fifth to the last")
    return problems


def check_rows(url: str, pages: int) -> list[str]:
    """Each article is there once, says what it must, and lost its prompt alone."""
    wrong = 0
    with Database(url) as database, database.read() as session:
        rows = session.execute(text("SELECT url, text FROM articles ORDER BY id"))
        seen = 0
        for row in rows:
            seen += 1
            wrong += row.text != text_of(int(row.url.rsplit("-", 1)[1]))
        cut = "FROM cuts WHERE rule = 'site_boilerplate'"
        cuts = session.scalar(text(f"SELECT count(*) {cut}"))
        cut_of = session.scalar(text(f"SELECT count(DISTINCT article_id) {cut}"))
        revisions = session.scalar(text("SELECT count(*) FROM revisions"))
    print(f"{seen} articles, {wrong} with another text, {cuts} cuts, {revisions} revisions")
    is_right = (seen, wrong, cuts, cut_of, revisions) == (pages, 0, pages, pages, 0)
    return [] if is_right else ["rows are lost, doubled or not repaired"]
