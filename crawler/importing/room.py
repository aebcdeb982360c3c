"""How much of an archive is held at once: read, being processed, or waiting to be stored."""

from __future__ import annotations

import asyncio

MAX_HELD_BYTES = 64 * 2**20
MAX_HELD_PAGES = 512


class Room:
    """Bytes and pages that are held, for one event loop. What is too large alone comes alone."""

    def __init__(self) -> None:
        self._bytes = 0
        self._pages = 0
        self._changed = asyncio.Event()

    async def take(self, size_bytes: int) -> None:
        """Wait until there is room for one more page."""
        while self._pages and not self._fits(size_bytes):
            self._changed.clear()
            await self._changed.wait()
        self._bytes += size_bytes
        self._pages += 1

    def give(self, size_bytes: int) -> None:
        """A page is held no longer."""
        self._bytes -= size_bytes
        self._pages -= 1
        self._changed.set()

    @property
    def pages(self) -> int:
        """How many are held."""
        return self._pages

    def _fits(self, size_bytes: int) -> bool:
        return self._pages < MAX_HELD_PAGES and self._bytes + size_bytes <= MAX_HELD_BYTES
