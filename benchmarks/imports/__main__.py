"""Imports of invented pages, each in a process of its own: pages a second, CPU, resident memory.

    python -m benchmarks.imports                      # 2,000 and 10,000 pages
    python -m benchmarks.imports --pages 500

The same pages as a WARC file, as an export in JSON lines, which is stored as it is, and as a folder
of HTML files. Workers count: what is told is that of the whole tree. Linux. Exit codes: 0 memory
does not grow with the pages, 1 it does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from benchmarks.exports.archive import build
from benchmarks.throughput.processes import adopt_orphans, run_watched
from db import Archive
from db.session import Database

if TYPE_CHECKING:
    from benchmarks.throughput.processes import MemorySample

KINDS = ("pages.warc.gz", "pages.jsonl", "pages")
MAX_GROWTH_MIB = 64
"""In the last half of the time, however many pages: SQLite's cache, which a small database does not
fill."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, nargs="+", default=[2_000, 10_000])
    options = parser.parse_args()
    adopt_orphans()
    resident: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for pages in sorted(options.pages):
        with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
            make_archives(Path(name), pages)
            for kind in KINDS:
                resident[kind].append(import_one(Path(name), kind, pages))
    grown = [kind for kind, used in resident.items() if used[-1] > used[0] + MAX_GROWTH_MIB]
    print("\n".join(f"{kind}: memory grew" for kind in grown) or "memory does not grow")
    return 1 if grown else 0


def make_archives(folder: Path, pages: int) -> None:
    """The files to import, of one synthetic archive."""
    source = folder / "source.db"
    with Database(str(source)) as database:
        build(database, pages)
    with Archive(source) as archive:
        for name in KINDS[:2]:
            archive.export(folder / name)
        for number in range(1, pages + 1):
            host = archive.get(number).site
            (folder / "pages" / host).mkdir(parents=True, exist_ok=True)
            (folder / "pages" / host / f"{number}.html").write_bytes(archive.raw(number))
    source.unlink()


def import_one(folder: Path, kind: str, pages: int) -> float:
    """Import it into a new database, print what it took; MiB of memory in the last half."""
    winnow, log = Path(sys.executable).with_name("winnow"), folder / "import.log"
    command = [str(winnow), "import", kind, "--db", "new.db", "--quiet"]
    cost, samples = run_watched(command, folder=folder, log=log)
    if cost.exit_code:
        sys.exit(f"{kind} ended with {cost.exit_code}:\n{log.read_text(errors='replace')[-3000:]}")
    with Archive(folder / "new.db") as archive:
        [[articles]] = archive.query("SELECT count(*) FROM articles").rows
    for file in folder.glob("new.db*"):
        file.unlink()
    used = _late(samples)
    print(
        f"{kind:<14} {pages:>7,} pages  {articles:>7,} articles  "
        f"{pages / cost.wall_seconds:6.0f} pages/s  "
        f"{1000 * cost.cpu_seconds / pages:6.1f} ms of CPU a page  {used:5.0f} MiB resident",
        flush=True,
    )
    return used


def _late(samples: list[MemorySample]) -> float:
    """MiB of the whole tree in the last half of the time, the end aside: workers leave then."""
    late = samples[len(samples) // 2 :][:-2] or samples
    return mean(it.parent + it.workers for it in late)


if __name__ == "__main__":
    sys.exit(main())
