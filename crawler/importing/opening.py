"""Which kind of archive a path is, told by its name or by the user."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from crawler.importing.warc import WarcFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.importing.records import Archived


class ArchiveFormat(StrEnum):
    """What can be imported."""

    WARC = "warc"


OPENERS: dict[ArchiveFormat, Callable[[Path], Archived]] = {ArchiveFormat.WARC: WarcFile}
ENDINGS = {".warc.gz": ArchiveFormat.WARC, ".warc": ArchiveFormat.WARC}


def open_archived(path: Path, *, given: ArchiveFormat | None = None) -> Archived:
    """The archive at a path; nothing of it is read yet.

    Raises:
        ConfigError: There is none, or its name does not say what it is.
    """
    if not path.exists():
        raise ConfigError(f"cannot import {path}: there is no such file or folder")
    return OPENERS[_format_of(path, given)](path)


def _format_of(path: Path, given: ArchiveFormat | None) -> ArchiveFormat:
    if given is not None:
        return given
    for ending, found in ENDINGS.items():
        if path.name.lower().endswith(ending):
            return found
    raise ConfigError(
        f"cannot tell what {path} is: give a name ending in {', '.join(ENDINGS)}, or --format"
    )
