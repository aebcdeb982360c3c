"""Log lines on stderr: plain ones, or above the progress bar on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

FORMAT = "%(asctime)s %(levelname)s %(message)s"
CHATTY_LIBRARIES = frozenset(
    {
        "alembic",
        "apscheduler",
        "charset_normalizer",
        "filelock",
        "htmldate",
        "scrapy",
        "trafilatura",
        "twisted",
    }
)
"""Their INFO is our DEBUG; trafilatura's warnings are outcomes of ours."""


def configure_logging(level: str, console: Console) -> None:
    """Send every log line of this process to that console, from this level on.

    On a terminal the progress bar tells what INFO would, so that only warnings go above it.
    """
    if console.is_terminal:
        from rich.logging import RichHandler

        handler: logging.Handler = RichHandler(console=console, show_path=False, markup=False)
        handler.setLevel(logging.WARNING if level == "INFO" else level)
        _send_all_to(handler, level)
    else:
        configure_plain_logging(level)


def configure_plain_logging(level: str) -> None:
    """Send every log line of this process to stderr, also on a terminal: no bar stands there.

    Several crawls at once share one terminal so, each line whole.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    _send_all_to(handler, level)


def _send_all_to(handler: logging.Handler, level: str) -> None:
    if level != "DEBUG":
        handler.addFilter(_is_worth_telling)
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """A filter, not a level: Scrapy sets the levels of its own loggers."""
    library = record.name.partition(".")[0]
    return library not in CHATTY_LIBRARIES or record.levelno >= logging.WARNING
