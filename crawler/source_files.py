"""Sources as files: OPML, which feed readers exchange, and CSV, which holds every setting."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from crawler.durations import format_duration
from crawler.errors import ConfigError, CrawlError
from crawler.revisits import format_revisit
from crawler.seeding import FEED, SeedChoice
from crawler.setting_values import one_of
from crawler.source_fields import FIELD_WORDS, SourceValues, read_source_values, read_url
from crawler.sources import add_source, seed_records
from db.export import is_formula
from db.models import SeedKind
from db.sources import all_sources, record_of, seeds_of, source_by_key, source_with_seed
from db.whole_files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from lxml.etree import _Element

    from db.session import Database
    from db.sources import SourceRecord

MAX_FILE_BYTES = 10 * 2**20
CSV_COLUMNS = (*FIELD_WORDS, "seeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A source as a file describes it."""

    url: str
    values: SourceValues
    seeds: tuple[SeedChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of a file's sources."""

    added: int
    known: int
    """Followed already: same key or a seed in common."""
    problems: tuple[str, ...]
    """One sentence for each that could not be read."""


def import_file(database: Database, path: Path, *, now: datetime) -> ImportResult:
    """Add every source of an OPML or CSV file that is not followed yet.

    Raises:
        ConfigError: The file cannot be read, or is neither OPML nor CSV.
    """
    added = known = 0
    problems: list[str] = []
    for place, source in _read_file(path):
        if isinstance(source, str):
            problems.append(f"{path} {place}: {source}")
        elif _is_known(database, source):
            known += 1
        else:
            try:
                add_source(database, source.url, seeds=source.seeds, values=source.values, now=now)
                added += 1
            except CrawlError as error:
                problems.append(f"{path} {place}: {error}")
    return ImportResult(added=added, known=known, problems=tuple(problems))


def export_file(database: Database, path: Path) -> int:
    """Write every source to an OPML or CSV file, by its name; how many there were.

    Raises:
        ConfigError: The name says neither, or the file cannot be written.
    """
    write = {".opml": opml_text, ".csv": csv_text}.get(path.suffix.lower())
    if write is None:
        raise ConfigError(f"{path}: give a name that ends in .opml or .csv")
    with database.read() as session:
        sources = [
            (record_of(source), [_choice(it.url, it.kind) for it in seeds_of(session, source.id)])
            for source in all_sources(session)
        ]
    try:
        with replacing(path) as file:
            file.write(write(sources).decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    return len(sources)


Sources = list[tuple["SourceRecord", list[SeedChoice]]]


def csv_text(sources: Sources) -> bytes:
    """One source a line, lists one item a line within a cell; UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, CSV_COLUMNS)
    writer.writeheader()
    for record, seeds in sources:
        writer.writerow({name: _guard(cell) for name, cell in _csv_row(record, seeds).items()})
    return text.getvalue().encode("utf-8")


def opml_text(sources: Sources) -> bytes:
    """OPML 2.0: an outline a source, with an outline for each of its feeds."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Winnow sources"
    body = etree.SubElement(root, "body")
    for record, seeds in sources:
        attributes = {"text": record.name, "htmlUrl": record.url}
        if record.section:
            attributes["category"] = record.section
        outline = etree.SubElement(body, "outline", attributes)
        for seed in seeds:
            if seed.kind == FEED:
                etree.SubElement(
                    outline, "outline", {"text": record.name, "type": "rss", "xmlUrl": seed.url}
                )
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def read_csv(text: str) -> Iterator[tuple[str, FileSource | str]]:
    """Each line's place and source, or a sentence about what is wrong with it.

    Raises:
        ConfigError: Its header is not of our columns.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = set(rows.fieldnames or ())
    unknown = columns - set(CSV_COLUMNS)
    if unknown or "url" not in columns:
        wrong = f"no column {min(unknown)!r}" if unknown else "the column url is missing"
        raise ConfigError(f"{wrong}: the columns are {', '.join(CSV_COLUMNS)}")
    for row in rows:
        yield f"line {rows.line_num}", _parsed(row)


def read_opml(body: bytes) -> Iterator[tuple[str, FileSource | str]]:
    """Each outline's place and source, or a sentence about what is wrong with it.

    Feeds below an outline with htmlUrl are one source; any other feed is a source of its own.

    Raises:
        ConfigError: It is not XML.
    """
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ConfigError(f"this is not OPML: {error.msg}") from error
    for group in _feed_groups(root):
        yield f"line {group[0].sourceline}", _parsed_outlines(group)


def _read_file(path: Path) -> Iterator[tuple[str, FileSource | str]]:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if len(body) > MAX_FILE_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_FILE_BYTES // 2**20} MiB")
    if path.suffix.lower() == ".csv":
        return read_csv(body.decode("utf-8-sig", errors="replace"))
    if path.suffix.lower() in {".opml", ".xml"}:
        return read_opml(body)
    raise ConfigError(f"{path}: give a name that ends in .opml, .xml or .csv")


def _is_known(database: Database, source: FileSource) -> bool:
    hashes = [record.url_hash for record in seed_records(source.seeds)]
    with database.read() as session:
        key = source.values.get("key")
        same_key = source_by_key(session, key) if key else None
        return same_key is not None or source_with_seed(session, hashes) is not None


def _csv_row(record: SourceRecord, seeds: Sequence[SeedChoice]) -> dict[str, str]:
    return {
        "key": record.key,
        "name": record.name,
        "url": record.url,
        "section": record.section or "",
        "every": format_duration(record.every_seconds),
        "delay": "" if record.delay_seconds is None else format_duration(record.delay_seconds),
        "max": str(record.max_pages),
        "since": format_duration(record.reach_back_seconds),
        "revisit": "" if record.revisit_seconds is None else format_revisit(record.revisit_seconds),
        "user_agent": record.user_agent or "",
        "proxy": record.proxy or "",
        "cookies": str(record.cookies).lower(),
        "verify_tls": str(record.verify_tls).lower(),
        "include": "\n".join(record.include),
        "exclude": "\n".join(record.exclude),
        "seeds": "\n".join(f"{seed.kind} {seed.url}" for seed in seeds),
    }


def _parsed(row: Mapping[str | None, str | None]) -> FileSource | str:
    cells = {str(name): _unguard(cell or "") for name, cell in row.items() if name is not None}
    try:
        seeds = tuple(_read_seed(line) for line in cells.pop("seeds", "").splitlines() if line)
        values = read_source_values({name: cell for name, cell in cells.items() if cell})
        url = values["url"]
    except (ValueError, CrawlError) as error:
        return str(error)
    except KeyError:
        return "the column url is empty"
    return FileSource(url=url, values=values, seeds=seeds or (_choice(url, FEED),))


def _read_seed(line: str) -> SeedChoice:
    kind, _, url = line.strip().partition(" ")
    return _choice(read_url(url), one_of(*SeedKind)(kind))


def _feed_groups(root: _Element) -> list[list[_Element]]:
    groups: dict[_Element, list[_Element]] = {}
    for feed in root.iter("outline"):
        if feed.get("xmlUrl"):
            parent = feed.getparent()
            together = parent is not None and bool(parent.get("htmlUrl"))
            groups.setdefault(parent if together and parent is not None else feed, []).append(feed)
    return list(groups.values())


def _parsed_outlines(feeds: Sequence[_Element]) -> FileSource | str:
    parent = feeds[0].getparent()
    whole = parent if parent is not None and parent.get("htmlUrl") else feeds[0]
    try:
        seeds = tuple(_choice(read_url(feed.get("xmlUrl")), FEED) for feed in feeds)
        values = read_source_values(
            {
                "url": whole.get("htmlUrl") or seeds[0].url,
                "name": whole.get("text") or whole.get("title"),
                "section": whole.get("category"),
            }
        )
    except (ValueError, CrawlError) as error:
        return str(error)
    return FileSource(url=values["url"], values=values, seeds=seeds)


def _choice(url: str, kind: str) -> SeedChoice:
    return SeedChoice(url=url, kind=str(kind))


def _guard(cell: str) -> str:
    """With an apostrophe where a spreadsheet would compute it; reading takes it away."""
    return f"'{cell}" if cell.startswith("'") or is_formula(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
