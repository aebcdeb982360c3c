"""Labelled pages in a folder: saved pages beside the text that is theirs.

A case is `NAME.html` or `NAME.html.gz` with `NAME.txt` beside it, and `NAME.url` where its address
is known; or a line of `pages.jsonl`: {"html": path, "url", "text"}, and "id" if it has a name.
Paths are relative to the folder.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import LabelError
from pipelines.urls import is_http_url

LIST_NAME = "pages.jsonl"
NO_URL = "https://page.invalid/"
"""For a page whose address nobody gave (RFC 2606)."""
PAGE_SUFFIXES = (".html", ".html.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A saved page and the text that belongs to it."""

    name: str
    page: Path
    """HTML, gzipped or not."""
    url: str
    text: str
    """What its article says, and nothing else."""


def read_labelled(folder: Path) -> list[LabelledPage]:
    """Every case of a folder, by name.

    Raises:
        LabelError: There is none, or one of them cannot be used.
    """
    if not folder.is_dir():
        raise LabelError(f"no folder {folder}: give the folder that holds your labelled pages")
    try:
        cases = [*_listed(folder), *_beside_each_other(folder)]
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"cannot read {folder}: {error}") from error
    if not cases:
        raise LabelError(
            f"no labelled page in {folder}: put NAME.html and NAME.txt there, or {LIST_NAME}"
        )
    names = [case.name for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise LabelError(f"{folder}: {min(twice)!r} is the name of two cases: rename one")
    return sorted(cases, key=lambda case: case.name)


def write_labelled(folder: Path, case: LabelledPage, body: bytes) -> None:
    """Add a case: its page gzipped, its text and its address beside it; `case.page` is its path.

    Raises:
        LabelError: There is a case of that name, or the folder cannot be written.
    """
    written = folder / f"{case.name}.txt"
    if written.exists():
        raise LabelError(f"{written} is labelled already: remove it to label it anew")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        case.page.write_bytes(gzip.compress(body, mtime=0))
        (folder / f"{case.name}.url").write_text(case.url + "\n", encoding="utf-8")
        written.write_text(case.text + "\n", encoding="utf-8")
    except OSError as error:
        raise LabelError(f"cannot write to {folder}: {error.strerror}") from error


def _listed(folder: Path) -> Iterator[LabelledPage]:
    listed = folder / LIST_NAME
    if not listed.exists():
        return
    for number, line in enumerate(listed.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            yield _from_line(folder, line, f"{listed}, line {number}")


def _from_line(folder: Path, line: str, place: str) -> LabelledPage:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise LabelError(f"{place}: not JSON: {error}") from error
    wanted = ("html", "url", "text")
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in wanted):
        raise LabelError(f'{place}: a line is {{"html": path, "url": ..., "text": ...}}')
    page = folder / row["html"]
    if not page.is_file():
        raise LabelError(f"{place}: no page {page}: the path is relative to {folder}")
    url = _url(row["url"], place)
    return LabelledPage(name=str(row.get("id", row["html"])), page=page, url=url, text=row["text"])


def _beside_each_other(folder: Path) -> Iterator[LabelledPage]:
    for label in sorted(folder.glob("*.txt")):
        name = label.stem
        pages = [folder / f"{name}{suffix}" for suffix in PAGE_SUFFIXES]
        page = next((each for each in pages if each.is_file()), None)
        if page is None:
            raise LabelError(f"{label} labels no page: there is no {name}.html or {name}.html.gz")
        address = folder / f"{name}.url"
        url = address.read_text(encoding="utf-8").strip() if address.is_file() else NO_URL
        text = label.read_text(encoding="utf-8")
        yield LabelledPage(name=name, page=page, url=_url(url, str(address)), text=text)


def _url(url: str, place: str) -> str:
    if not is_http_url(url):
        raise LabelError(f"{place}: {url!r} is not a URL: give http:// or https:// and a host")
    return url
