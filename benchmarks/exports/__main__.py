"""Exports of a synthetic archive, each in a process of its own: resident memory and CPU.

    python -m benchmarks.exports DIR --articles 50000 200000
    python -m benchmarks.exports DIR --articles 1000000            # 9 GB of disk
    python -m benchmarks.exports DIR --articles 100000 --postgresql

Memory must not grow with the archive but for the articles' numbers, 8 bytes each. CPU on PostgreSQL
is that of its server too, which is on this machine. Linux.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.clocks import tree_clock
from benchmarks.exports.archive import build
from db import Archive
from db.session import Database
from tests.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = ("a.jsonl", "a.csv", "a.parquet", "a.warc.gz", "a.atom", "a.feed.json", "markdown")
MAX_FILES = 200_000
"""A larger archive is not exported as a folder."""


def main() -> None:
    """Build, export, print a line a kind and size."""
    options = _options()
    options.folder.mkdir(exist_ok=True)
    if options.one:
        export_one(options.db, options.folder / options.one)
        return
    with _database_url(options) as url:
        for articles in sorted(options.articles):
            with Database(url) as database:
                build(database, articles)
            print(f"{articles:,} articles, {'SQLite' if '://' not in url else 'PostgreSQL'}")
            for name in FILES if articles <= MAX_FILES else FILES[:-1]:
                command = [sys.executable, "-m", "benchmarks.exports", str(options.folder)]
                subprocess.run([*command, "--db", url, "--one", name], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where the files go, and SQLite's archive")
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("--db", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _database_url(options: argparse.Namespace) -> Iterator[str]:
    if options.postgresql:
        with running_postgres() as server:
            yield server.url
    else:
        yield str(options.folder / "archive.db")


def export_one(url: str, target: Path) -> None:
    """Export to a file or a folder, print what it took, remove it."""
    if not target.suffix:
        target.mkdir()
    before = peak_mib()
    with Archive(url) as archive, archive.session() as session:
        clock = tree_clock(session)
        began = clock()
        count = archive.export(target)
        seconds = clock() - began
    print(
        f"{target.name:<12} {count:>9,} written  {peak_mib():6.0f} MiB resident at most "
        f"({before:.0f} before)  {seconds:7.1f} s of CPU  {count / seconds:8,.0f} a second  "
        f"{_size(target) / 2**20:7.0f} MiB",
        flush=True,
    )
    shutil.rmtree(target) if target.is_dir() else target.unlink()


def _size(target: Path) -> int:
    files = target.rglob("*.md") if target.is_dir() else [target]
    return sum(file.stat().st_size for file in files)


def peak_mib() -> float:
    """VmHWM; getrusage would count what the parent had before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024


if __name__ == "__main__":
    main()
