"""Articles as a folder of Markdown files: one file an article, with what is known about it on top.

Each file is whole or not there; writing the same articles again replaces their files, also where a
new title gives another name. Other files stay.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from db.export import export_row
from db.whole_files import drop_abandoned, replacing_one_of_many, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from db.stored_articles import StoredArticle

    Render = Callable[[StoredArticle], str]
    """The article's text as Markdown."""

FRONT_MATTER = (
    "id", "url", "title", "authors", "published_at", "modified_at", "fetched_at", "site", "source",
    "language", "section", "tags", "word_count", "revision", "content_hash", "tdm_reserved",
)  # fmt: skip
MAX_SLUG_BYTES = 80
_WORDS = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(\d+)(?:-.*)?\.md")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""JSON may hold these as they are, YAML may not."""


def plain_markdown(article: StoredArticle) -> str:
    """Title and paragraphs, nothing escaped."""
    title = [f"# {article.title}"] if article.title else []
    return "\n\n".join([*title, *article.text.split("\n")]) + "\n"


def write_folder(articles: Iterable[StoredArticle], folder: Path, render: Render) -> int:
    """One file an article in a folder a site; how many.

    Raises:
        OSError: A file cannot be written.
    """
    known: dict[Path, dict[int, Path]] = {}
    count = 0
    for article in articles:
        below = folder / article.site.replace(":", "_")
        if below not in known:
            below.mkdir(parents=True, exist_ok=True)
            drop_abandoned(below)
            known[below] = _files_of(below)
        file = below / f"{article.id}{_slug(article.title or '')}.md"
        with replacing_one_of_many(file) as opened:
            opened.write(front_matter(article) + render(article))
        former = known[below].pop(article.id, file)
        if former != file:
            former.unlink(missing_ok=True)
        count += 1
    settle()
    return count


def front_matter(article: StoredArticle) -> str:
    """What is known about an article as YAML, whose values are those of JSON."""
    row = export_row(article, FRONT_MATTER)
    lines = [f"{name}: {_yaml(value)}" for name, value in row.items() if value not in (None, [])]
    return "\n".join(["---", *lines, "---", "", ""])


def _yaml(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _slug(title: str) -> str:
    """The title's words for a file name, with a hyphen before them; empty: it has none."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", title).lower())
    slug = ""
    for word in words:
        if len((slug + word).encode()) >= MAX_SLUG_BYTES:
            break
        slug += f"-{word}"
    return slug


def _files_of(folder: Path) -> dict[int, Path]:
    named = ((_NUMBER.fullmatch(file.name), file) for file in folder.iterdir())
    return {int(found[1]): file for found, file in named if found}
