"""What is read out of WARC files: whole answers as they were sent, and what is broken by name."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.importing.http_answers import parse_answer
from crawler.importing.records import ArchivedPage, BrokenRecord
from crawler.importing.warc import WarcFile
from crawler.importing.warc_records import DamagedRecord, WarcRecord, iter_records
from tests.archives import gzipped, http_answer, warc_record

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [
    warc_record(f"https://a.example/{n}", http_answer(f"<p>page {n}</p>".encode() * 50))
    for n in range(5)
]
SPOILT = random.Random(7).randbytes(200_000)


def read(data: bytes, *, limit: int = 10**6) -> list[WarcRecord | DamagedRecord]:
    return list(iter_records(io.BytesIO(data), max_block_bytes=limit))


def numbers(records: list[WarcRecord | DamagedRecord]) -> str:
    """The last letter of each record's address, ! for what is damaged."""
    return "".join(
        "!" if isinstance(it, DamagedRecord) else it.headers["warc-target-uri"][-1]
        for it in records
    )


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"".join(PAGES), "01234", id="plain"),
        pytest.param(gzipped(*PAGES), "01234", id="a member a record"),
        pytest.param(gzip.compress(b"".join(PAGES), mtime=0), "01234", id="one member"),
        pytest.param(gzipped(*PAGES) + bytes(512), "01234", id="filled up with zeros"),
        pytest.param(b"\r\n" + b"\r\n\r\n".join(PAGES), "01234", id="more blank lines"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"<html>no archive</html>", "!", id="no archive"),
        pytest.param(gzipped(b"<html>no archive</html>"), "!", id="gzip of something else"),
        pytest.param(gzipped(*PAGES)[:-40], "0123!", id="cut in the last record"),
        pytest.param(b"".join(PAGES)[:-40], "0123!", id="cut in the last plain record"),
        pytest.param(
            gzipped(*PAGES[:2]) + flipped(gzipped(PAGES[2]), 60) + gzipped(*PAGES[3:]),
            "01!34",
            id="a damaged member",
        ),
        pytest.param(
            gzipped(PAGES[0])
            + flipped(gzipped(warc_record("https://a.example/9", SPOILT)), -5 % 200_000)
            + gzipped(PAGES[1]),
            "0!1",
            id="data that its checksum does not fit",
        ),
        pytest.param(
            PAGES[0] + PAGES[1].replace(b"Content-Length: ", b"Content-Length: 9") + PAGES[2],
            "0!2",
            id="too long a length",
        ),
        pytest.param(
            PAGES[0] + PAGES[1].replace(b"Content-Length: 7", b"Content-Length: 1") + PAGES[2],
            "0!2",
            id="too short a length",
        ),
        pytest.param(
            PAGES[0] + PAGES[1].replace(b"Content-Length: ", b"Content-Length: -") + PAGES[2],
            "0!2",
            id="a length that is none",
        ),
        pytest.param(PAGES[0] + b"something else\r\n\r\n" + PAGES[1], "0!1", id="between records"),
    ],
)
def test_whole_records_are_read_and_others_named(data: bytes, expected: str) -> None:
    assert numbers(read(data)) == expected


def test_offsets_are_those_of_the_file() -> None:
    data = gzipped(*PAGES)
    for record in read(data):
        alone = read(data[record.offset :])[0]
        assert isinstance(record, WarcRecord)
        assert isinstance(alone, WarcRecord)
        assert (alone.block, dict(alone.headers)) == (record.block, dict(record.headers))


def test_a_record_beyond_the_limit_is_passed_over_without_being_held() -> None:
    large = warc_record("https://a.example/L", bytes(30_000_000))
    records = read(gzipped(PAGES[0], large, PAGES[1]), limit=100_000)
    assert numbers(records) == "0L1"
    assert [isinstance(it, WarcRecord) and it.block is None for it in records] == [
        False,
        True,
        False,
    ]


@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_whatever_stands_in_a_file_reading_it_ends_without_an_error(
    noise: bytes, at: int, is_gzip: bool
) -> None:
    whole = gzipped(*PAGES[:2]) if is_gzip else b"".join(PAGES[:2])
    records = read(whole[:at] + noise + whole[at:])
    assert all(isinstance(it, WarcRecord | DamagedRecord) for it in records)


def page_of(tmp_path: Path, block: bytes, **record: str) -> ArchivedPage | BrokenRecord:
    path = tmp_path / "one.warc"
    path.write_bytes(warc_record("https://a.example/x", block, **record))
    (page,) = WarcFile(path)
    return page


GZIP = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
CHUNKED = {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"<p>hello</p>", {}),
        (gzip.compress(b"<p>hello</p>", mtime=0), GZIP),
        (zlib.compress(b"<p>hello</p>"), GZIP | {"Content-Encoding": "deflate"}),
        (b"5\r\n<p>he\r\n7;x=y\r\nllo</p>\r\n0\r\n\r\n", CHUNKED),
        (b"<p>hello</p>", GZIP),  # undone by who made the archive, the header kept
        (b"<p>hello</p>", CHUNKED),
    ],
)
def test_bodies_are_plain(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    page = page_of(tmp_path, http_answer(body, headers=headers))
    assert isinstance(page, ArchivedPage)
    assert page.fetched is not None
    assert page.fetched.body == b"<p>hello</p>"


@pytest.mark.parametrize(
    ("block", "outcome", "detail"),
    [
        (http_answer(b"", status=404), "gone", "status 404"),
        (http_answer(b"", status=503), "http_error", "status 503"),
        (
            http_answer(b"", status=301, headers={"Location": "/y"}),
            "skipped",
            "status 301, to /y",
        ),
        (http_answer(b"GIF8", headers={"Content-Type": "image/gif"}), "not_html", "image/gif"),
        (http_answer(b"\x1f\x8b no gzip", headers=GZIP), "parse_error", "damaged gzip"),
        (
            http_answer(b"x", headers={"Content-Encoding": "br"}),
            "not_html",
            "Content-Encoding 'br'",
        ),
        (b"no answer at all", "parse_error", "holds no HTTP answer"),
        (http_answer(bytes(11 * 2**20)), "too_large", "over"),
        (
            http_answer(gzip.compress(bytes(11 * 2**20), mtime=0), headers=GZIP),
            "too_large",
            "when decompressed",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_without_a_page_has_its_outcome(
    tmp_path: Path, block: bytes, outcome: str, detail: str
) -> None:
    page = page_of(tmp_path, block)
    assert isinstance(page, ArchivedPage)
    assert (page.outcome, page.fetched) == (outcome, None)
    assert detail in (page.detail or "")


def test_a_record_without_time_or_whole_body_is_not_taken_for_a_page(tmp_path: Path) -> None:
    broken = page_of(tmp_path, http_answer(b"<p>hello</p>"), date="yesterday")
    assert broken == BrokenRecord(place="one.warc, byte 0", reason="its WARC-Date is 'yesterday'")
    cut = page_of(tmp_path, http_answer(b"<p>hel"), more="WARC-Truncated: length\r\n")
    assert isinstance(cut, ArchivedPage)
    assert cut.outcome == "parse_error"


def test_only_what_web_servers_answered_counts(tmp_path: Path) -> None:
    path = tmp_path / "mixed.warc.gz"
    path.write_bytes(
        gzipped(
            warc_record("", b"software: x", kind="warcinfo"),
            warc_record("https://a.example/0", b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            warc_record("dns:a.example", b"a.example. 60 IN A 192.0.2.1"),
            PAGES[3],
        )
    )
    archive = WarcFile(path)
    assert [it.url for it in archive if isinstance(it, ArchivedPage)] == ["https://a.example/3"]
    assert archive.share_read == 1.0


@given(st.binary(max_size=200))
def test_any_block_is_an_answer_or_none(block: bytes) -> None:
    answer = parse_answer(b"HTTP/1.1 200 OK\r\n" + block)
    assert answer is None or isinstance(answer.body, bytes)
