"""What must hold of very many pages; see docs/site-profiles.md for the figures.

    python -m benchmarks.truth learning [--pages 10000] [--db postgresql://...]
    python -m benchmarks.truth reclean [--pages 100000] [--workers 2]

`learning`: the same pages in another order, by another number of workers and with kills leave
byte-identical profiles, and with these the same text of every page. `reclean`: stored pages are
cleaned again in flat memory, through an interruption and a kill, and no row is lost or doubled.
The pages are generated. Exit codes: 0 all of it held, 1 something did not. Linux.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.truth.learning import check_learning
from benchmarks.truth.long_reclean import check_reclean

PAGES = {"learning": 10_000, "reclean": 100_000}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=PAGES)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--db", help="an empty database for the run that is killed")
    args = parser.parse_args()
    pages = args.pages or PAGES[args.what]
    with tempfile.TemporaryDirectory(prefix="winnow-truth-") as name:
        folder = Path(name)
        if args.what == "learning":
            problems = check_learning(folder, pages=pages, other_url=args.db)
        else:
            problems = check_reclean(folder, pages=pages, workers=args.workers)
    print("\n".join(problems) or "all of it held")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
