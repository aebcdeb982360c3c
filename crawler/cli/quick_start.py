"""Imports in three quarters of their time: a crawl that fetches nothing takes 1.5 s, not 1.9."""

from __future__ import annotations

import gc
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INSPECTING = "scrapy.core.downloader.contextfactory"
"""Reads the source of every module on the stack while it is imported: here the stack is short."""


@contextmanager
def quickly_imported() -> Iterator[None]:
    """Nothing is looked through for garbage meanwhile, nor later what was imported: it stays."""
    gc.disable()
    try:
        importlib.import_module(INSPECTING)
        yield
        gc.freeze()
    finally:
        gc.enable()
