import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.language import language_code, script_of
from pipelines.extract.metadata import read_metadata
from tests.pipelines.extract.invented_pages import article, fetched, metadata_of, tree_of

RUSSIAN = (
    "\u041c\u043e\u0441\u0442 \u0441\u043d\u043e\u0432\u0430 \u043e\u0442\u043a\u0440\u044b\u0442 "
    * 3
)
JAPANESE = "橋が再び開通しました。市長は喜びを語った。" * 3


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("DE", "de"),
        ("ger", "de"),
        ("deu", "de"),
        ("German", "de"),
        ("eng", "en"),
        ("en,fr", "en"),
        ("zh-Hant-TW", "zh"),
        ("iw", "he"),
        ("xx", None),
        ("", None),
        ("{{ lang }}", None),
    ],
)
def test_a_label_becomes_iso_639_1(label: str, code: str | None) -> None:
    assert language_code(label) == code


def language_of(html_lang: str, text: str, head: str = "") -> str | None:
    html = f'<html lang="{html_lang}"><head>{head}</head><body><p>{text}</p></body></html>'
    return read_metadata(tree_of(html), page=fetched()).language


def test_the_label_is_believed_where_the_script_allows_it() -> None:
    assert language_of("de-AT", "Die Brücke ist wieder offen, sagt die Stadt.") == "de"
    assert language_of("uk", RUSSIAN) == "uk"


def test_a_label_that_cannot_be_is_overruled_by_the_script() -> None:
    assert language_of("en", RUSSIAN) == "ru"
    assert language_of("en", JAPANESE) == "ja"


def test_the_next_label_is_tried_where_the_first_cannot_be() -> None:
    head = '<meta property="og:locale" content="bg_BG">'
    assert language_of("en", RUSSIAN, head) == "bg"


def test_a_few_foreign_letters_overrule_nothing() -> None:
    assert language_of("en", "The bridge, " * 10 + RUSSIAN[:30]) == "en"


GERMAN = (
    "Die Brücke über die Lenn ist wieder offen, und die Stadt freut sich auf das Fest, das sie mit "
    "den Nachbarn an dem Fluss feiern wird. Es ist nicht das erste Fest, aber für die Kinder wird "
    "es ein Tag, an den sie sich auch im Winter von zu Hause aus erinnern. "
)
ENGLISH = (
    "The bridge over the Lenn is open again, and it was the first of the two that the town has for "
    "the cars from the north. This is a day to be on the bridge with the children, and to walk. "
)


def test_small_words_tell_where_nothing_is_declared() -> None:
    assert language_of("", GERMAN) == "de"
    assert language_of("", ENGLISH) == "en"
    assert language_of("", "Lenn 2024") is None


def test_small_words_overrule_a_label_only_on_strong_evidence() -> None:
    assert language_of("en", GERMAN) == "de"
    assert language_of("de", GERMAN[:60] + ENGLISH * 2) == "de"
    assert language_of("zu", ENGLISH) == "zu"  # a language whose small words are not known


def test_json_ld_names_the_language_where_the_page_does_not() -> None:
    assert metadata_of(head=article(inLanguage="pt-BR")).language == "pt"
    assert (
        metadata_of(head=article(inLanguage={"@type": "Language", "name": "French"})).language
        == "fr"
    )


@given(st.text(max_size=100))
def test_any_label_is_two_letters_or_none(label: str) -> None:
    code = language_code(label)
    assert code is None or (len(code) == 2 and code.islower())


@given(st.text(max_size=300))
def test_any_text_has_a_script_or_none(text: str) -> None:
    assert script_of(text) == script_of(text).upper()
