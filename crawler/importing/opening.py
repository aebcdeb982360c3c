"""Which kind of archive a path is, told by its name or by the user."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from crawler.importing.articles import ArticleLines
from crawler.importing.saved_pages import ENDINGS as PAGE_ENDINGS
from crawler.importing.saved_pages import SavedPages
from crawler.importing.warc import WarcFile
from pipelines.urls import is_http_url

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.importing.records import Archived


class ArchiveFormat(StrEnum):
    """What can be imported."""

    WARC = "warc"
    JSONL = "jsonl"
    HTML = "html"


ENDINGS = {
    ".warc.gz": ArchiveFormat.WARC,
    ".warc": ArchiveFormat.WARC,
    ".jsonl": ArchiveFormat.JSONL,
}


def open_archived(
    path: Path, *, given: ArchiveFormat | None = None, base_url: str | None = None
) -> Archived:
    """The archive at a path; nothing of it is read yet.

    Args:
        path: A file, or a folder of saved pages.
        given: What it is. None: its name says it.
        base_url: The address of a folder whose pages do not say theirs.

    Raises:
        ConfigError: There is none, its name does not say what it is, or it has no base.
    """
    if not path.exists():
        raise ConfigError(f"cannot import {path}: there is no such file or folder")
    kind = _format_of(path, given)
    if kind is ArchiveFormat.HTML:
        if base_url is not None and not is_http_url(base_url):
            raise ConfigError(f"--base-url cannot be {base_url!r}: give https://HOST/FOLDER")
        return SavedPages(path, base_url=base_url)
    if base_url is not None:
        raise ConfigError(f"--base-url is of a folder of saved pages; {path} is none")
    return WarcFile(path) if kind is ArchiveFormat.WARC else ArticleLines(path)


def _format_of(path: Path, given: ArchiveFormat | None) -> ArchiveFormat:
    if not path.is_dir() and (given or _page_by_name(path)) is ArchiveFormat.HTML:
        raise ConfigError(
            f"{path} is one page: give the folder it is in; `winnow clean {path}` shows its article"
        )
    if path.is_dir() != (given is ArchiveFormat.HTML) and given is not None:
        raise ConfigError(f"{path} is {'a folder' if path.is_dir() else 'a file'}, not {given}")
    if path.is_dir():
        return ArchiveFormat.HTML
    if given is not None:
        return given
    for ending, found in ENDINGS.items():
        if path.name.lower().endswith(ending):
            return found
    raise ConfigError(
        f"cannot tell what {path} is: give a folder, a name ending in {', '.join(ENDINGS)}, "
        "or --format"
    )


def _page_by_name(path: Path) -> ArchiveFormat | None:
    return ArchiveFormat.HTML if path.suffix.lower() in PAGE_ENDINGS else None
