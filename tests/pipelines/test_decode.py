# ruff: noqa: RUF001 -- paragraphs of several languages stand whole
import sys
import time
import unicodedata
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decode import STEPS, clean_characters, decode_body

GERMAN = "<p>Über die Brücke fährt täglich ein größerer Bus nach Köln, müde Füße inbegriffen.</p>"
RUSSIAN = "<p>Городской совет решил вновь открыть старую паромную переправу через лиман.</p>"
JAPANESE = "<p>町議会は火曜日、古い渡し船の路線を再開することを決めた。</p>"


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (GERMAN, "utf-8", None),
        (GERMAN, "utf-8-sig", "text/html; charset=iso-8859-1"),
        (GERMAN, "utf-16", None),
        (GERMAN, "iso-8859-1", "text/html; charset=ISO-8859-1"),
        (GERMAN, "cp1252", "text/html; charset=latin-1"),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251"),
        (RUSSIAN, "koi8-r", "text/html;charset=koi8-r"),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS"),
        (JAPANESE, "euc-jp", "text/html; charset=euc-jp"),
    ],
)
def test_a_labelled_page_is_read_in_its_encoding(
    text: str, encoding: str, content_type: str | None
) -> None:
    assert decode_body(text.encode(encoding), content_type) == text


def test_the_meta_tag_is_the_label_when_the_header_has_none() -> None:
    page = f'<html><head><meta charset="windows-1251"></head>{RUSSIAN}'
    assert decode_body(page.encode("cp1251"), "text/html") == page


def test_utf8_wins_over_a_wrong_label() -> None:
    assert decode_body(GERMAN.encode(), "text/html; charset=iso-8859-1") == GERMAN


def test_one_bad_byte_does_not_turn_a_utf8_page_into_another_encoding() -> None:
    body = GERMAN.encode() + b"\xff" + b"<p>tail</p>"
    assert decode_body(body, "text/html; charset=shift_jis") == GERMAN + "\ufffd<p>tail</p>"


def test_an_unlabelled_page_is_guessed() -> None:
    assert decode_body((RUSSIAN * 5).encode("cp1251")) == RUSSIAN * 5
    assert decode_body((GERMAN * 5).encode("cp1252")) == GERMAN * 5


def test_an_unknown_label_is_guessed_past() -> None:
    assert "Brücke" in decode_body((GERMAN * 5).encode("cp1252"), "text/html; charset=nonsense")


def test_guessing_a_large_page_takes_no_longer_than_a_small_one() -> None:
    body = (RUSSIAN * 20_000).encode("cp1251")
    start = time.process_time()
    decode_body(body)
    assert time.process_time() - start < 3


def test_controls_surrogates_and_bidi_overrides_go_and_joiners_stay() -> None:
    dirty = "a\x00b\x07\x85c\u202ed\u2066e\ud800f"
    assert clean_characters(dirty) == "abcdef"
    assert clean_characters("👩\u200d👧 می\u200cخواهم") == "👩\u200d👧 می\u200cخواهم"


def test_a_control_between_a_letter_and_its_accent_leaves_the_composed_letter() -> None:
    assert clean_characters("e\x00\u0301") == "é"


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_characters(text)
    assert clean_characters(once) == once


@given(
    st.binary(max_size=300), st.sampled_from([None, "text/html; charset=utf-16", "x; charset=hz"])
)
def test_any_bytes_become_text(body: bytes, content_type: str | None) -> None:
    decode_body(body, content_type).encode("utf-8")


@given(
    st.text(st.characters()) | st.text("aeo\u0301\u0308\u1112\u1161\u11ab가\u09c7\u09be\x85\u202e")
)
def test_the_quick_look_changes_no_text(text: str) -> None:
    assert clean_characters(text) == reduce(lambda said, step: step(said), STEPS, text)


def test_every_character_that_can_compose_with_the_one_before_does() -> None:
    decompositions = map(unicodedata.decomposition, map(chr, range(sys.maxunicode + 1)))
    canonical = (said.split() for said in decompositions if said and said[0] != "<")
    for first, second in (parts for parts in canonical if len(parts) == 2):
        text = chr(int(first, 16)) + chr(int(second, 16))
        assert clean_characters(text) == unicodedata.normalize("NFC", text)
