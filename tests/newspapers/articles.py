"""The newspapers' articles: Markdown-like files with TOML in front, read into records.

One file an article, `articles/PAPER/SLUG.md`; README.md in this folder describes the format.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "articles"
EDITIONS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One block of an article as written."""

    kind: str
    """`p`, `h2`, `quote`, `list` or `table`."""
    lines: tuple[str, ...]
    """One line; of a list its items; of a table its rows, cells apart by ` | `. Marks included."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as a reader sees them, without inline marks."""
        return tuple(plain(line) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its newspaper would like it to be read."""

    paper: str
    slug: str
    title: str
    section: str
    language: str
    """ISO 639-1."""
    encoding: str
    """Of its page, a Python codec name."""
    authors: tuple[str, ...]
    published_at: datetime
    """Aware, UTC, whole minutes."""
    modified_at: datetime | None
    """Aware, UTC. None: never changed."""
    edition: int
    """The first edition that has it: 1 or 2."""
    summary: str
    tags: tuple[str, ...]
    caption: str | None
    """Of its picture. None: no picture."""
    prompt: str | None
    """The markup of the summary prompt and the teaser: `theme`, `paragraphs`, `nav`. None: none."""
    furniture: tuple[str, ...]
    """What else stands between the paragraphs: names of functions in furniture.py."""
    metas: str
    """What the head says: `full`, `jsonld`, `opengraph`, `bare`."""
    outcome: str
    """How a crawl must end it: `saved`, or `paywalled`, `reserved`, `robots`, `duplicate`."""
    reprint_of: str | None
    """`PAPER/SLUG` of the article whose text this one repeats. None: its own text."""
    charset_in: str
    """Where the page says its encoding: `header`, `meta`, `both`, `nowhere`."""
    parts: tuple[Part, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What must survive cleaning, in order: paragraphs, quotes, list items."""
        kept = [part for part in self.parts if part.kind in {"p", "quote", "list"}]
        return tuple(text for part in kept for text in part.texts)

    @property
    def subheadings(self) -> tuple[str, ...]:
        return tuple(text for part in self.parts if part.kind == "h2" for text in part.texts)

    @property
    def cells(self) -> tuple[str, ...]:
        """The table's cells, row by row; they should survive too."""
        rows = [row for part in self.parts if part.kind == "table" for row in part.texts]
        return tuple(cell.strip() for row in rows for cell in row.split("|"))

    @property
    def text(self) -> str:
        """All parts as plain text, one a line."""
        return "\n".join(text for part in self.parts for text in part.texts)


def load_articles(
    paper: str, *, edition: int, now: datetime, changed_at: datetime | None = None
) -> tuple[Article, ...]:
    """The paper's articles in one edition, newest first; dates count back from `now`.

    `changed_at` is when the second edition came out: its changed articles say so.
    """
    written = {source.stem: source for source in _sources(paper) if ".2" not in source.stem}
    updates = {
        source.stem.removesuffix(".2"): source for source in _sources(paper) if ".2" in source.stem
    }
    articles = []
    for slug, source in written.items():
        front, body = _split(source)
        if _edition(front) > edition:
            continue
        if edition > 1 and slug in updates:
            newer, body = _split(updates[slug])
            front |= newer
            front["modified_at"] = changed_at
        articles.append(_article(paper, slug, front, body, now=now))
    return tuple(sorted(articles, key=lambda article: article.published_at, reverse=True))


def plain(line: str) -> str:
    """A line without its inline marks: `[words](url)` and `*words*`."""
    return re.sub(r"\*([^*]+)\*", r"\1", re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", line))


def _sources(paper: str) -> list[Path]:
    return sorted((FOLDER / paper).glob("*.md"))


@cache
def _read(source: Path) -> str:
    return source.read_text(encoding="utf-8")


def _split(source: Path) -> tuple[dict[str, object], str]:
    """The TOML between the `+++` lines, and what follows."""
    _, front, body = _read(source).split("+++\n", 2)
    return tomllib.loads(front), body


def _article(
    paper: str, slug: str, front: dict[str, object], body: str, *, now: datetime
) -> Article:
    reprint_of = _text(front, "reprint_of")
    if reprint_of:
        _, body = _split(FOLDER / f"{reprint_of}.md")
    modified_at = front.get("modified_at")
    assert modified_at is None or isinstance(modified_at, datetime)
    return Article(
        paper=paper,
        slug=slug,
        title=str(front["title"]),
        section=str(front["section"]),
        language=str(front["language"]),
        encoding=_text(front, "encoding") or "utf-8",
        authors=_texts(front, "authors"),
        published_at=_ago(front["hours_ago"], now=now),
        modified_at=modified_at,
        edition=_edition(front),
        summary=_text(front, "summary") or "",
        tags=_texts(front, "tags"),
        caption=_text(front, "caption"),
        prompt=_text(front, "prompt"),
        furniture=_texts(front, "furniture"),
        metas=_text(front, "metas") or "full",
        outcome=_text(front, "outcome") or "saved",
        reprint_of=reprint_of,
        charset_in=_text(front, "charset_in") or "both",
        parts=tuple(_part(chunk) for chunk in re.split(r"\n\s*\n", body.strip())),
    )


def _edition(front: dict[str, object]) -> int:
    return int(str(front.get("edition", 1)))


def _text(front: dict[str, object], name: str) -> str | None:
    value = front.get(name)
    return None if value is None else str(value)


def _texts(front: dict[str, object], name: str) -> tuple[str, ...]:
    value = front.get(name, [])
    assert isinstance(value, list)
    return tuple(str(item) for item in value)


def _ago(hours: object, *, now: datetime) -> datetime:
    return (now - timedelta(hours=float(str(hours)))).replace(second=0, microsecond=0)


def _part(chunk: str) -> Part:
    lines = [line.strip() for line in chunk.strip().splitlines()]
    if lines[0].startswith("## "):
        return Part(kind="h2", lines=(lines[0][3:],))
    if lines[0].startswith("> "):
        return Part(kind="quote", lines=(" ".join(line.lstrip("> ") for line in lines),))
    if lines[0].startswith("- "):
        return Part(kind="list", lines=tuple(line[2:] for line in lines))
    if lines[0].startswith("| "):
        return Part(kind="table", lines=tuple(line.strip("| ") for line in lines))
    return Part(kind="p", lines=(" ".join(lines),))
