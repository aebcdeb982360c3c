"""Files that are complete or not there: written beside their name, which they take at the end."""

from __future__ import annotations

import io
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

READABLE_BY_ALL = 0o644
"""What a new file usually is; mkstemp makes one that only its owner reads."""
ABANDONED_SECONDS = 3_600.0
"""A part that nobody wrote to for so long was left by a process that was killed."""


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file that takes the path's name when all is written; until then the old one stays.

    A link stays a link. What is no regular file (/dev/stdout, a pipe) is written to as it is.

    Raises:
        OSError: It cannot be written; a file of that name is as it was.
    """
    with replacing_bytes(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        finally:
            with suppress(OSError):  # of what could not be written, which was said already
                text.detach()


@contextmanager
def replacing_bytes(path: Path) -> Iterator[BinaryIO]:
    """The same for bytes."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    _drop_abandoned(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(READABLE_BY_ALL)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(path: Path) -> None:
    """Find out before long work whether `replacing` will do; leaves nothing behind.

    Raises:
        OSError: It will not.
    """
    target = path.resolve()
    if target.exists():
        target.open("a").close()
    if target.is_file() or not target.exists():
        tempfile.TemporaryFile(dir=target.parent).close()


def _drop_abandoned(target: Path) -> None:
    """What a killed process left of this file; one at work has touched its part just now."""
    oldest = time.time() - ABANDONED_SECONDS
    for part in target.parent.iterdir():
        is_part = part.name.startswith(f".{target.name}.") and part.name.endswith(".part")
        if is_part:
            with suppress(FileNotFoundError):  # by another one that does the same
                if part.stat().st_mtime < oldest:
                    part.unlink()
