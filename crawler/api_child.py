"""The process behind `crawler.crawl`: an order as JSON on stdin, a report as JSON on stdout."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from crawler.config import Config
from crawler.errors import CrawlError
from crawler.plan import CrawlPlan
from crawler.run import run_crawl
from db.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.plan import RunReport

T = TypeVar("T")


def main() -> int:
    """Carry the order out; the exit code is the report's."""
    order = json.load(sys.stdin)
    config = _record(Config, order["config"])
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # its own: Scrapy sets the levels of its loggers
    logging.basicConfig(handlers=[handler], format="%(levelname)s %(message)s")
    try:
        report = run_crawl(config, _record(CrawlPlan, order["plan"]))
    except (CrawlError, StorageError) as error:
        _say({"error": type(error).__name__, "message": str(error)})
        return error.exit_code
    _say(_plain(report))
    return report.exit_code


def _record(kind: Callable[..., T], values: dict[str, object]) -> T:
    """A record of what `asdict` gave; JSON has lists where records have tuples."""
    return kind(**{name: tuple(it) if isinstance(it, list) else it for name, it in values.items()})


def _plain(report: RunReport) -> dict[str, object]:
    due = report.next_due_at
    return asdict(report) | {"next_due_at": due.isoformat() if due else None}


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    sys.exit(main())
