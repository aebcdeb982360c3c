"""Searches of a large archive of invented texts; docs/benchmarks.md has the figures.

    python -m benchmarks.search --articles 20000             # a look, in a minute
    python -m benchmarks.search                              # a million on SQLite: 13 GB of disk
    python -m benchmarks.search --postgresql --articles 100000
    python -m benchmarks.search --db FILE                    # made once, asked again

An archive that is there is filled up to the number of articles, never emptied. Each question is
asked seven times; what counts is the CPU time of the quickest answer, on PostgreSQL with that of
its server, which is on this machine and answers with one process. Linux. Exit codes: 0 every bar
held, 1 one did not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.clocks import cpu_clock
from benchmarks.search.archive import FIRST_DAY, YEARS, build, tidy
from benchmarks.search.questions import questions
from db.search import search, search_node
from db.session import Database
from tests.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.search.questions import Question

NOW = FIRST_DAY + timedelta(days=365 * YEARS)
LIMIT = 20
"""Hits a page, with their snippets."""
TURNS = 7


def main() -> int:
    options = _options()
    with _database_url(options) as url, Database(url) as database:
        build(database, options.articles, seed=options.seed)
        tidy(database)
        missed = [name for question in questions() if (name := _ask(database, question))]
    print("\n".join(missed) or "every bar held")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", help="a file or postgresql://...; kept")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    return parser.parse_args()


@contextmanager
def _database_url(options: argparse.Namespace) -> Iterator[str]:
    if options.db:
        yield options.db
    elif options.postgresql:
        with running_postgres() as server:
            yield server.url
    else:
        with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
            yield str(Path(folder) / "winnow.db")


def _ask(database: Database, question: Question) -> str | None:
    """Print how long the answer takes; the bar that is missed, if one is."""
    node = search_node(question.query, now=NOW, filters={})
    times = []
    for _ in range(TURNS):
        with database.read() as session:
            if not database.is_sqlite:
                session.execute(text("SET max_parallel_workers_per_gather = 0"))
            clock = cpu_clock(session)
            started = clock()
            hits = search(session, node, limit=LIMIT, order=question.order)
            times.append(1000 * (clock() - started))
    shown = f"{question.order:<7} {question.name:<32} {min(times):7.1f} ms"
    allowed = question.at_most_ms
    bar = f" of {allowed:.0f}" if allowed else ""
    print(f"{shown}{bar:<8} {len(hits):>3} hits  {question.query}", flush=True)
    return f"{question.name} took {min(times):.1f} ms" if allowed and min(times) > allowed else None


if __name__ == "__main__":
    sys.exit(main())
