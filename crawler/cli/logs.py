"""Log lines on stderr: plain ones, or above the progress bar on a terminal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

FORMAT = "%(asctime)s %(levelname)s %(message)s"
CHATTY_LIBRARIES = (
    "alembic",
    "apscheduler",
    "charset_normalizer",
    "filelock",
    "htmldate",
    "scrapy",
    "trafilatura",
    "twisted",
)
"""Their INFO is our DEBUG; trafilatura's warnings are outcomes of ours."""


def configure_logging(level: str, console: Console) -> None:
    """Send every log line of this process to that console, from this level on."""
    handler: logging.Handler = logging.StreamHandler(console.file)
    handler.setFormatter(logging.Formatter(FORMAT))
    if console.is_terminal:
        from rich.logging import RichHandler

        handler = RichHandler(console=console, show_path=False, markup=False)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY_LIBRARIES:
        library_level = logging.DEBUG if level == "DEBUG" else logging.WARNING
        logging.getLogger(name).setLevel(library_level)
