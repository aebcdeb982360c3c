"""Lines that only count or say how long ago are told from everything that is news."""

from __future__ import annotations

import pytest

from pipelines.counters import MAX_LINE_CHARACTERS, is_counter, without_counters

COUNTERS = """\
Updated 14 minutes ago
an hour ago
2 hours and 5 minutes ago
Published 3h ago
12 comments
- Comments (12)
1.2K views
4-minute read
Updated 5 minutes ago | 3 comments | 4 min read
vor 3 Stunden
Aktualisiert vor 2 Std.
37 Kommentare
1.234 Aufrufe
Lesezeit: ca. 4 Minuten
Mis à jour il y a 2 heures
À l'instant
12 commentaires
Temps de lecture : 4 min
Actualizado hace 1 hora
3 mil visitas
4 min de lectura
Обновлено 2 часа назад
час назад
12 тыс. просмотров
1 комментарий
Время чтения: 3 минуты"""
NEWS = """\
3 dead
5 dead
12 people died
12 comments by the mayor
In March 12 comments were counted
The minister left 3 hours ago
Updated 14 March 2026
4 minutes
5%
3 - 2
2026
Smith: 1,234 votes
vor drei Stunden fiel das Tor
Il y a 3 ans, la mer montait
|"""


@pytest.mark.parametrize("line", COUNTERS.splitlines())
def test_a_line_that_only_counts_is_a_counter(line: str) -> None:
    assert is_counter(line)


@pytest.mark.parametrize("line", NEWS.splitlines())
def test_a_number_in_news_is_none(line: str) -> None:
    assert not is_counter(line)


def test_a_text_keeps_every_other_line_and_a_long_one_whatever_it_says() -> None:
    long = "3 comments | " * (MAX_LINE_CHARACTERS // 13) + "3 comments"
    assert without_counters(f"One.\n3 comments\n\nTwo.\n{long}") == f"One.\n\nTwo.\n{long}"
