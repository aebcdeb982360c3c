"""The one tokenizer: what is a term, whatever the script, and that both databases can hold it."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

import re
import sqlite3
import time
import unicodedata

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.terms import (
    is_gram,
    located_terms,
    terms_of,
    tsvector_text,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien said", ["o", "brien", "said"]),
        ("C++ 50% 3.14", ["c", "50", "3", "14"]),
        ("foo.bar/baz a-b snake_case", ["foo", "bar", "baz", "a", "b", "snake", "case"]),
        ("Straße Übergröße", ["strasse", "ubergrosse"]),
        ("Ørsted Łódź Æsir Þór Đặng", ["orsted", "lodz", "aesir", "thor", "dang"]),
        ("İstanbul ISI ısı", ["istanbul", "isi", "isi"]),
        ("Cafe\u0301 naïve", ["cafe", "naive"]),
        ("Ёлка", ["елка"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("Winnow™", ["winnow"]),
        ("Ｆｕｌｌ ﬁn ½", ["full", "fin", "1", "2"]),
        ("東京都", ["東京", "京都"]),
        ("猫。東京", ["猫", "東京"]),
        ("iPhone値下げ", ["iphone", "値下", "下げ"]),
        ("カタカナ", ["カタ", "タカ", "カナ"]),
        ("ไทย ๕๐", ["ไท", "ทย", "50"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("مُحَمَّد ٢٠٢٤", ["محمد", "2024"]),
        ("한국어 뉴스", ["한국어", "뉴스"]),
        ("🎉 ++ --", []),
        ("a" * 70, ["a" * 64]),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms_of(text) == expected


def test_decomposed_text_gives_the_terms_of_composed_text() -> None:
    assert terms_of("が한국") == terms_of("か\u3099" + "\u1112\u1161\u11ab\u1100\u116e\u11a8")


@given(st.text())
def test_a_term_never_holds_what_a_database_would_split_or_quote(text: str) -> None:
    for term in terms_of(text):
        assert re.fullmatch(r"[a-z0-9\u0080-\U0010ffff]{1,64}", term)
        assert not any(character.isspace() for character in term)
        term.encode()


@given(st.text())
def test_sqlite_keeps_every_term_whole(text: str) -> None:
    terms = terms_of(text)
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(body, tokenize='ascii')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(found, 'row')")
        connection.execute("INSERT INTO found VALUES (?)", (" ".join(terms),))
        stored = {term for (term,) in connection.execute("SELECT term FROM v")}
    connection.close()
    assert stored == set(terms)


@given(st.text())
def test_located_terms_are_the_terms_with_their_places(text: str) -> None:
    located = list(located_terms(text))
    assert all(0 <= term.start < term.end <= len(text) for term in located)
    assert [term.start for term in located] == sorted(term.start for term in located)


@pytest.mark.parametrize("text", ["Die Straße ½ Łódź", "東京都で iPhone値下げ。", "हिन्दी, foo.bar"])
def test_located_terms_equal_the_terms(text: str) -> None:
    assert [located.term for located in located_terms(text)] == terms_of(text)


@given(st.text(alphabet="aB -'éÉßøŁ„“…™½İﬁ\u00adЁж東ไ") | st.text(min_size=90))
def test_a_text_is_folded_as_a_whole_like_each_of_its_characters(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert [located.term for located in located_terms(text)] == terms_of(text)


def test_a_located_term_points_at_its_word() -> None:
    text = "Die „Straße“ nach 東京"
    places = {located.term: text[located.start : located.end] for located in located_terms(text)}
    assert places == {"die": "Die", "strasse": "Straße", "nach": "nach", "東京": "東京"}


def test_a_gram_is_told_from_a_word() -> None:
    assert is_gram("東京")
    assert not is_gram("tokyo")


def test_a_usual_text_takes_well_under_a_millisecond() -> None:
    text = ("The quick brown fox jumped over O'Brien's fence in Berlin, he said. " * 80)[:5000]
    terms_of(text)
    started = time.process_time()
    for _ in range(100):
        terms_of(text)
    assert (time.process_time() - started) / 100 < 0.001


def test_a_text_is_clipped_so_that_three_of_them_fit_into_a_tsvector(postgres_url: str) -> None:
    grams = [chr(code) for code in range(0x4E00, 0x9F00)]
    texts = [
        "".join(grams),
        " ".join(f"{index:x}" for index in range(100_000)),
        "\U00020000".join(grams),
    ]
    terms = [terms_of(text) for text in texts]
    assert all(20_000 < len(clipped) < 40_000 for clipped in terms)
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(
            "SELECT pg_column_size(%s::tsvector)", (tsvector_text(*terms),)
        ).fetchone()
    assert row is not None
    assert row[0] < 2**20


@given(title=st.text(), body=st.text())
def test_a_tsvector_text_names_each_term_once(title: str, body: str) -> None:
    terms = (terms_of(title), terms_of("a b a"), terms_of(body))
    lexemes = [lexeme.split(":")[0] for lexeme in tsvector_text(*terms).split(" ")]
    assert sorted(lexemes) == sorted(f"'{term}'" for term in {*terms[0], *terms[1], *terms[2]})


def test_a_term_keeps_its_fields_however_often_it_stands_in_one(postgres_url: str) -> None:
    often = ["often"] * 20_000
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(
            "SELECT v @@ 'often:A', v @@ 'often:B', v @@ 'often:D' FROM (SELECT %s::tsvector v)",
            (tsvector_text(often, often, often),),
        ).fetchone()
    assert row == (True, True, True)
