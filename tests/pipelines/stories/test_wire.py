"""Which wire service a text credits."""

# ruff: noqa: RUF001 - letters as they are typeset

import pytest

from pipelines.stories.wire import wire_service


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("HARBOUR CITY (AP) — The ferry runs again.\nMore.", "ap"),
        ("HARBOUR CITY, March 3 (Reuters) - The ferry runs again.", "reuters"),
        ("Hafenstadt (dpa/lno) - Die Fähre fährt wieder.", "dpa"),
        ("Die Fähre fährt wieder.\n© dpa", "dpa"),
        ("Die Fähre fährt wieder.\nMit Material der Deutschen Presse-Agentur und AFP", None),
        ("PUERTO, 3 mar (EFE).- El ferry vuelve.", "efe"),
        ("PORTO, 3 MAR (ANSA) - Il traghetto riparte.", "ansa"),
        ("МОСКВА, 3 марта. /ТАСС/. Паром снова ходит.", "tass"),
        ("【ロンドン共同】フェリーの運航が再開した。", "kyodo"),
        ("新华社北京3月3日电 渡轮恢复运行。", "xinhua"),
        ("New Delhi, Mar 3 (PTI) The ferry runs again.", "pti"),
        ("The ferry runs again, the AP of the harbour said in passing.", None),
        ("An app for ferries. Nobody is credited.", None),
    ],
)
def test_a_dateline_or_a_last_line_names_the_service(text: str, service: str | None) -> None:
    assert wire_service(text, ()) == service


def test_an_author_can_be_a_service() -> None:
    assert wire_service("The ferry runs again.", ["Associated Press"]) == "ap"
    assert wire_service("Die Fähre fährt wieder.", ["Ann Ek", "dpa"]) == "dpa"
    assert wire_service("The ferry runs again.", ["Ann Ap"]) is None
