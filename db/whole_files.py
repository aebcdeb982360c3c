"""Files that are complete or not there: written beside their name, which they take at the end."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

READABLE_BY_ALL = 0o644
"""What a new file usually is; mkstemp makes one that only its owner reads."""


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file that takes the path's name when all is written; until then the old one stays.

    A link stays a link. What is no regular file (/dev/stdout, a pipe) is written to as it is.

    Raises:
        OSError: It cannot be written; a file of that name is as it was.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a handle
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
