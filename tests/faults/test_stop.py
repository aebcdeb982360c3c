"""SIGTERM and Ctrl-C end a crawl within seconds, with everything that was done on disk."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.crawls import Crawl, contradictions, rows
from tests.faults.press import Press

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED = 130
MAX_SECONDS = 10.0
IN_FLIGHT = "SELECT count(*) FROM pages WHERE state = 'in_flight'"
SAVED = "SELECT count(*) FROM pages WHERE outcome = 'saved'"


def wait_for(database_url: str, query: str, least: int, *, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while rows(database_url, query)[0][0] < least:
        assert time.monotonic() < deadline, rows(database_url, "SELECT url, state FROM pages")
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.usefixtures("database")
def test_a_signal_ends_a_crawl_with_slow_downloads_in_flight(
    database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    with Press() as press:
        quick = press.urls()[:4]
        crawl = Crawl(database_url, [*quick, *press.slow_urls()], tmp_path)
        wait_for(database_url, SAVED, 4)
        asked = time.monotonic()
        crawl.process.send_signal(number)
        ended = crawl.wait()

        assert time.monotonic() - asked < MAX_SECONDS
        assert ended.exit_code == INTERRUPTED, ended.said
        assert "Traceback" not in ended.said
        assert crawl.left_behind() == []
        assert rows(database_url, SAVED) == [(4,)]
        assert rows(database_url, "SELECT count(*) FROM pages WHERE state = 'due'") == [(3,)]
        assert rows(database_url, "SELECT state, finish_reason, exit_code FROM runs") == [
            ("interrupted", "interrupted", INTERRUPTED)
        ]
        assert contradictions(database_url) == {}
        assert f"-i {tmp_path / 'urls.txt'}" in ended.said  # how to go on: the same command
