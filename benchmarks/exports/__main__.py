"""Exports of a synthetic archive, each in a process of its own: resident memory and CPU.

    python -m benchmarks.exports DIR                               # 20,000 and 200,000 articles
    python -m benchmarks.exports DIR --articles 100000 1000000     # 9 GB of disk
    python -m benchmarks.exports DIR --articles 10000 100000 --postgresql

Memory must not grow with the archive but for the articles' numbers, 8 bytes each. CPU on PostgreSQL
is that of its server too, which is on this machine. Linux. Exit codes: 0 memory does not grow, 1 it
does.
"""

from __future__ import annotations

import argparse
import json
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
    from collections.abc import Iterator, Mapping, Sequence

FILES = ("a.jsonl", "a.csv", "a.parquet", "a.warc.gz", "a.atom", "a.feed.json", "markdown")
MAX_FILES = 200_000
"""A larger archive is not exported as a folder."""
MAX_GROWTH = 1.25
"""Of the memory of the smallest size that was measured: what an allocator leaves between rows that
are no longer needed differs from run to run."""
MIN_COMPARED = 10_000
"""A smaller archive does not fill SQLite's cache, 64 MiB, and grows with it."""


def main() -> int:
    """Build, export, print a line a kind and size, then what grew."""
    options = _options()
    options.folder.mkdir(exist_ok=True)
    if options.one:
        print(export_one(options.db, options.folder / options.one))
        return 0
    peaks: dict[str, list[float]] = {name: [] for name in FILES}
    with _database_url(options) as url:
        for articles in sorted(options.articles):
            with Database(url) as database:
                build(database, articles)
            print(f"{articles:,} articles, {'SQLite' if '://' not in url else 'PostgreSQL'}")
            for name in FILES if articles <= MAX_FILES else FILES[:-1]:
                peaks[name].append(_export_apart(options.folder, url, name))
    grown = grown_kinds(peaks)
    print("\n".join(f"{kind}: memory grew" for kind in grown) or "memory does not grow")
    return 1 if grown else 0


def grown_kinds(peaks: Mapping[str, Sequence[float]]) -> list[str]:
    """Those whose last peak is too far above their first, given MiB by size, ascending."""
    return [kind for kind, used in peaks.items() if used and used[-1] > MAX_GROWTH * used[0]]


def _export_apart(folder: Path, url: str, name: str) -> float:
    """Export in a process of its own, print what it took; MiB resident at most."""
    command = [sys.executable, "-m", "benchmarks.exports", str(folder), "--db", url, "--one", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    took: dict[str, float] = json.loads(done.stdout)
    print(
        f"{name:<12} {took['count']:>9,} written  {took['peak']:6.0f} MiB resident at most "
        f"({took['before']:.0f} before)  {took['seconds']:7.1f} s of CPU  "
        f"{took['count'] / took['seconds']:8,.0f} a second  {took['size']:7.0f} MiB",
        flush=True,
    )
    return took["peak"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where the files go, and SQLite's archive")
    parser.add_argument("--articles", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("--db", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if min(options.articles) < MIN_COMPARED:
        parser.error(f"--articles: at least {MIN_COMPARED:,}, smaller ones do not fill the cache")
    return options


@contextmanager
def _database_url(options: argparse.Namespace) -> Iterator[str]:
    if options.postgresql:
        with running_postgres() as server:
            yield server.url
    else:
        yield str(options.folder / "archive.db")


def export_one(url: str, target: Path) -> str:
    """Export to a file or a folder and remove it; what it took as JSON, memory and size in MiB."""
    if not target.suffix:
        target.mkdir()
    before = peak_mib()
    with Archive(url) as archive, archive.session() as session:
        clock = tree_clock(session)
        began = clock()
        count = archive.export(target)
        seconds = clock() - began
    took = {"count": count, "before": before, "peak": peak_mib(), "seconds": seconds}
    took["size"] = _size(target) / 2**20
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    return json.dumps(took)


def _size(target: Path) -> int:
    files = target.rglob("*.md") if target.is_dir() else [target]
    return sum(file.stat().st_size for file in files)


def peak_mib() -> float:
    """VmHWM; getrusage would count what the parent had before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
