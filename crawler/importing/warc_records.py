"""WARC files record by record, gzipped or plain; what is damaged is named and passed over.

A record counts only if it is whole: its length and its end fit. After a damaged one reading goes on
with the next that can be found.

Source: ISO 28500:2017 (WARC 1.1), Annex D for records gzipped one by one.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
MAX_HEADER_BYTES = 64 * 1024
"""Of a WARC header; real ones have under 1 KiB."""
GZIP_START = b"\x1f\x8b"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
RECORD_START = re.compile(rb"\x1f\x8b\x08|(?<=\n\r\n)WARC/[01]\.")
"""Where a record may begin in the file's own bytes."""
RECORD_START_BYTES = 10
"""At least as long as a match and what must stand before it."""
VERSION_LINE = re.compile(rb"WARC/[01]\.\d+\s*")
RECORD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """One whole record."""

    offset: int
    """Of its first byte, or of the gzip member it stands in, in the file."""
    headers: Mapping[str, str]
    """Lower-case names; of several the last one."""
    block: bytes | None
    """What stands after the header. None: longer than the limit, and not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedRecord:
    """A part of the file that is no whole record."""

    offset: int
    reason: str


class _Damage(Exception):
    """Reading cannot go on where it is."""


def iter_records(file: BinaryIO, *, max_block_bytes: int) -> Iterator[WarcRecord | DamagedRecord]:
    """Every record in its order; memory stays below two times the longest block that is read.

    Args:
        file: Opened for reading bytes; it can seek.
        max_block_bytes: A longer block is passed over, which its record says.
    """
    reader = _Reader(file, 0)
    while True:
        try:
            record = _next_record(reader, max_block_bytes)
        except _Damage as damage:
            yield DamagedRecord(offset=reader.offset, reason=str(damage))
            start = _find_start(file, reader.offset + 1)
            if start is None:
                return
            reader = _Reader(file, start)
            continue
        if record is None:
            return
        yield record


def _next_record(reader: _Reader, max_block_bytes: int) -> WarcRecord | None:
    """The next record; None at the end of the file.

    Raises:
        _Damage: Here is none, or none that is whole.
    """
    line = reader.begin()
    if not line:
        return None
    if not VERSION_LINE.fullmatch(line):
        raise _Damage(f"no WARC record: it begins with {line[:40]!r}")
    offset, headers = reader.offset, _read_headers(reader)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise _Damage(f"its Content-Length is {length[:40]!r}")
    size = int(length)
    block = reader.read(size) if size <= max_block_bytes else None
    if block is None:
        reader.skip(size)
    end = reader.read_line(len(RECORD_END)) + reader.read_line(len(RECORD_END))
    is_whole = end.count(b"\n") == RECORD_END.count(b"\n") or reader.is_at_end()
    if end.strip(b"\r\n") or not is_whole:
        raise _Damage("its Content-Length is not its length")
    reader.verify()
    return WarcRecord(offset=offset, headers=headers, block=block)


def _read_headers(reader: _Reader) -> dict[str, str]:
    headers: dict[str, str] = {}
    left, name = MAX_HEADER_BYTES, ""
    while (line := reader.read_line(left)).strip():
        left -= len(line)
        text = line.decode("utf-8", errors="replace")
        if text[0] in " \t" and name:
            headers[name] += " " + text.strip()
            continue
        name, _, value = text.partition(":")
        name = name.strip().lower()
        headers[name] = value.strip()
    if not line.endswith(b"\n"):
        raise _Damage("its header does not end")
    return headers


class _Reader:
    """The file's bytes after decompression, from an offset on."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        self._buffer = bytearray()
        self._gunzip: zlib._Decompress | None = None
        self._member_at = offset
        self.offset = offset
        """Where the record that is being read begins in the file; of a gzip member its start."""
        file.seek(offset)
        self._is_gzip = file.read(len(GZIP_START)) == GZIP_START
        file.seek(offset)

    def begin(self) -> bytes:
        """The first line of the next record, after blank ones; empty at the end of the file."""
        while True:
            self._note_offset()
            line = self.read_line(MAX_HEADER_BYTES)
            if line.strip() or not line:
                return line

    def read_line(self, limit: int) -> bytes:
        """Up to a newline, or as many bytes as the limit says, or to the end of the file."""
        while (end := self._buffer.find(b"\n", 0, limit)) < 0 and len(self._buffer) < limit:
            if not self._fill():
                break
        return self._take(end + 1 if end >= 0 else min(limit, len(self._buffer)))

    def read(self, size: int) -> bytes:
        """Exactly so many bytes.

        Raises:
            _Damage: There are not so many.
        """
        while len(self._buffer) < size:
            if not self._fill():
                raise _Damage("the file ends in the middle of it")
        return self._take(size)

    def skip(self, size: int) -> None:
        """Pass over exactly so many bytes.

        Raises:
            _Damage: There are not so many.
        """
        while size:
            size -= len(self.read(min(size, CHUNK_BYTES)))

    def verify(self) -> None:
        """Read a gzip member that holds nothing more to its end, where its checksum stands.

        Raises:
            _Damage: It does not fit.
        """
        while self._gunzip and not self._gunzip.eof and not self._buffer:
            self._buffer += self._inflated(self._compressed())

    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return not self._buffer and not self._fill()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _note_offset(self) -> None:
        try:
            if self._is_gzip and not self._buffer:
                self._fill()
        finally:
            in_file = self._file.tell() - len(self._buffer)
            self.offset = self._member_at if self._is_gzip else in_file

    def _fill(self) -> bool:
        """Whether there was more to read."""
        while data := self._compressed() if self._is_gzip else self._file.read(CHUNK_BYTES):
            plain = self._inflated(data) if self._is_gzip else data
            self._buffer += plain
            if plain:
                return True
        return False

    def _compressed(self) -> bytes:
        """The next bytes of the member that is being read, or of the next one; empty at the end.

        Raises:
            _Damage: The file ends within a member.
        """
        if self._gunzip and not self._gunzip.eof:
            data = self._gunzip.unconsumed_tail or self._file.read(CHUNK_BYTES)
            if not data:
                raise _Damage("the file ends in the middle of it")
            return data
        data = (self._gunzip.unused_data if self._gunzip else b"") or self._file.read(CHUNK_BYTES)
        if not data.strip(b"\0"):  # tapes and downloaders fill up with zeros
            return b""
        self._member_at = self._file.tell() - len(data)
        self._gunzip = zlib.decompressobj(GZIP_WINDOW)
        return data

    def _inflated(self, data: bytes) -> bytes:
        gunzip = self._gunzip or zlib.decompressobj(GZIP_WINDOW)
        try:
            return gunzip.decompress(data, CHUNK_BYTES)
        except zlib.error as error:
            raise _Damage(f"its gzip data is damaged: {error}") from error


def _find_start(file: BinaryIO, offset: int) -> int | None:
    """Where the next record may begin, at the offset or after it; None: nowhere."""
    file.seek(max(offset - RECORD_START_BYTES, 0))
    at, window = file.tell(), b""
    while chunk := file.read(CHUNK_BYTES):
        window += chunk
        for match in RECORD_START.finditer(window):
            if at + match.start() >= offset and _begins_record(file, at + match.start()):
                return at + match.start()
        kept = window[-RECORD_START_BYTES:]
        at, window = at + len(window) - len(kept), kept
    return None


def _begins_record(file: BinaryIO, offset: int) -> bool:
    """Whether a version line stands there; the file is left where it was."""
    before = file.tell()
    try:
        return bool(VERSION_LINE.match(_Reader(file, offset).begin()))
    except _Damage:
        return False
    finally:
        file.seek(before)
