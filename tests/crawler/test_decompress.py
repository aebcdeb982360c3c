"""Content-Encoding undone: whole, or not at all, and never beyond the limit."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from crawler.middlewares.decompress import DecompressMiddleware, decompress
from crawler.middlewares.refused import Refused
from crawler.settings import MAX_BODY_BYTES
from db.outcomes import Outcome

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


def two_members(body: bytes) -> bytes:
    half = len(body) // 2
    return gzip.compress(body[:half], mtime=0) + gzip.compress(body[half:], mtime=0)


def two_frames(body: bytes) -> bytes:
    half = len(body) // 2
    return zstd.compress(body[:half]) + zstd.compress(body[half:])


WAYS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("gzip", two_members),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("zstd", zstd.compress),
    ("zstd", two_frames),
]


@pytest.mark.parametrize(("name", "compress"), WAYS)
@given(body=st.binary(max_size=2_000))
def test_what_was_compressed_comes_back(
    name: str, compress: Callable[[bytes], bytes], body: bytes
) -> None:
    assert decompress(compress(body), name) == body


@pytest.mark.parametrize(("name", "compress"), WAYS)
@given(share=st.floats(0.01, 0.99))
def test_a_torn_body_is_never_taken_for_a_whole_one(
    name: str, compress: Callable[[bytes], bytes], share: float
) -> None:
    body = bytes(range(256)) * 8
    whole = compress(body)
    torn = whole[: int(len(whole) * share)]
    try:
        plain = decompress(torn, name)
    except ResponseDataLossError:
        return
    assert plain == body[: len(body) // 2]  # torn exactly between two members: nobody can tell


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "zstd"]))
def test_any_bytes_are_a_body_or_a_loss(body: bytes, name: str) -> None:
    with suppress(ResponseDataLossError):
        decompress(body, name)


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, zstd.compress])
def test_the_limit_is_a_limit(compress: Callable[[bytes], bytes]) -> None:
    name = {gzip.compress: "gzip", zlib.compress: "deflate", zstd.compress: "zstd"}[compress]
    just = b"0" * MAX_BODY_BYTES
    assert len(decompress(compress(just), name)) == MAX_BODY_BYTES
    started = time.process_time()
    with pytest.raises(Refused) as raised:
        decompress(compress(just * 5), name)
    assert raised.value.outcome is Outcome.TOO_LARGE
    assert time.process_time() - started < 2


def test_bytes_after_the_last_member_are_left() -> None:
    assert decompress(gzip.compress(b"hello") + b"\0" * 9, "gzip") == b"hello"
    assert decompress(zlib.compress(b"hello") * 2, "deflate") == b"hello"


def test_a_body_of_ten_thousand_members_is_refused_fast() -> None:
    started = time.process_time()
    with pytest.raises(Refused) as raised:
        decompress(gzip.compress(b"") * 400_000, "gzip")
    assert raised.value.outcome is Outcome.TOO_LARGE
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["br", "compress", "aes", "x" * 500])
def test_other_encodings_were_not_asked_for(name: str) -> None:
    with pytest.raises(Refused) as raised:
        decompress(b"x", name)
    assert raised.value.outcome is Outcome.NOT_HTML
    assert len(raised.value.detail) < 100


def answer(body: bytes, *encodings: str) -> Response:
    headers = {"Content-Encoding": list(encodings), "ETag": '"1"'}
    request = Request("http://127.0.0.1/")
    response = Response("http://127.0.0.1/", headers=headers, body=body)
    return DecompressMiddleware().process_response(request, response)


def test_encodings_are_undone_in_reverse_and_their_header_is_gone() -> None:
    response = answer(zlib.compress(gzip.compress(b"hello")), " GZIP ", "identity, deflate")
    assert response.body == b"hello"
    assert "Content-Encoding" not in response.headers
    assert response.headers["ETag"] == b'"1"'


def test_an_empty_body_needs_no_undoing() -> None:
    assert answer(b"", "gzip").body == b""
