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
PART = ".part"
ABANDONED_SECONDS = 3_600.0
"""A part that nobody wrote to for so long was left by a process that was killed."""


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file that takes the path's name when all is written; until then the old one stays.

    A link stays a link. What is no regular file (/dev/stdout, a pipe) is written to as it is.

    Raises:
        OSError: It cannot be written; a file of that name is as it was.
    """
    with replacing_bytes(path) as file, _as_text(file) as text:
        yield text


@contextmanager
def replacing_bytes(path: Path) -> Iterator[BinaryIO]:
    """The same for bytes."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    drop_abandoned(target.parent, of=target.name)
    with _part_of(target) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing_one_of_many(path: Path) -> Iterator[TextIO]:
    """As `replacing`, where waiting for the disk after each file would take most of the time.

    The caller drops abandoned parts of the folder first, and waits with `settle` at the end.
    """
    with _part_of(path) as file, _as_text(file) as text:
        yield text


def settle() -> None:
    """Wait until all that was written is on disk, where the system can."""
    if hasattr(os, "sync"):
        os.sync()


def drop_abandoned(folder: Path, *, of: str | None = None) -> None:
    """Parts that killed processes left in a folder, of one file or of any.

    Who is at work has touched its part just now.

    Raises:
        OSError: The folder cannot be read.
    """
    oldest = time.time() - ABANDONED_SECONDS
    prefix = "." if of is None else f".{of}."
    for part in folder.iterdir():
        if part.name.startswith(prefix) and part.name.endswith(PART):
            with suppress(FileNotFoundError):  # by another one that does the same
                if part.stat().st_mtime < oldest:
                    part.unlink()


@contextmanager
def _part_of(target: Path) -> Iterator[BinaryIO]:
    """A file beside the target, which takes its name at the end; gone after an error."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=PART)
    temporary = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle
            yield file
        temporary.chmod(READABLE_BY_ALL)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[TextIO]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        yield text
        text.flush()
    finally:
        with suppress(OSError):  # of what could not be written, which was said already
            text.detach()


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
