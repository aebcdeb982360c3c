"""Imports in three quarters of their time: a crawl that fetches nothing takes 1.5 s, not 1.9."""

from __future__ import annotations

import gc
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GARBAGE_EVERY = 10_000
"""Net allocations between two looks for garbage, ten times Python's: of what a page in flight
consists, little is left by then to look through. It takes 1 % of a crawl's CPU, not 3 %."""
INSPECTING = "scrapy.core.downloader.contextfactory"
"""Reads the source of every module on the stack while it is imported: here the stack is short."""


@contextmanager
def quickly_imported() -> Iterator[None]:
    """Nothing is looked through for garbage meanwhile, nor later what was imported: it stays.

    What comes later is, every GARBAGE_EVERY allocations.
    """
    gc.disable()
    try:
        importlib.import_module(INSPECTING)
        yield
        gc.freeze()
        gc.set_threshold(GARBAGE_EVERY)
    finally:
        gc.enable()
