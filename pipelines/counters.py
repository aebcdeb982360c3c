"""Lines that only count or only say how long ago: other on every visit, and no news.

A whole line at a time: `12 comments` is one, `12 people died` or `12 comments by the mayor` never.
"""
# ruff: noqa: RUF001 -- words of several scripts, and their quotes and dashes

import re
from dataclasses import dataclass

MAX_LINE_CHARACTERS = 120
MAX_PARTS = 6
"""Of a line such as `Updated 5 minutes ago | 3 comments | 4 min read`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterWords:
    """What one language calls them; each entry is a regular expression of caseless words."""

    units: str
    """Of time."""
    few: str
    """Amounts in words."""
    ages: tuple[str, ...]
    """{age}: an amount of time, as in `2 hours 5 minutes`; {unit}."""
    labels: str
    """Beside an age."""
    counted: str
    """What readers do with an article; beside a number."""
    readings: tuple[str, ...]
    """{age}: how long it takes to read."""


# By language, sorted by code.
WORDS = {
    "de": CounterWords(
        units="sek(unden?)?|min(uten?)?|std|stunden?|tag(en?)?|wochen?|monat(en?)?|jahr(en?)?",
        few="eine[mnr]?|wenigen|ein paar",
        ages=("vor {age}", "gerade eben", "soeben"),
        labels="(zuletzt )?aktualisiert|(letztes )?update|veröffentlicht|geändert",
        counted="(leser)?kommentare?|aufrufe?|ansichten|reaktion(en)?|antwort(en)?"
        "|mal (gelesen|geteilt|kommentiert)",
        readings=("lese(zeit|dauer) {age}", "{age} lese(zeit|dauer)"),
    ),
    "en": CounterWords(
        units="s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?",
        few="an?( few)?|one",
        ages=("{age} ago", "just now", "moments ago"),
        labels="(last )?(updated?|modified|edited)|published|posted",
        counted="comments?|views?|shares?|likes?|reads?|reactions?|repl(y|ies)|responses?",
        readings=("{age} read", "{age} to read", "(estimated )?read(ing)? time {age}"),
    ),
    "es": CounterWords(
        units="seg(undos?)?|min(utos?)?|h|horas?|días?|semanas?|mes(es)?|años?",
        few="una?|un[oa]s( pocos)?",
        ages=("hace {age}", "ahora mismo"),
        labels="(última )?(actualizad[oa]|actualización)|publicad[oa]|modificad[oa]",
        counted="comentarios?|vistas?|visitas?|visualizaci(ón|ones)|lecturas?|reacci(ón|ones)"
        "|respuestas?|veces (compartido|leído)",
        readings=("(tiempo de )?lectura( de)? {age}", "{age} de lectura"),
    ),
    "fr": CounterWords(
        units="sec(ondes?)?|mi?n|minutes?|h|heures?|j|jours?|semaines?|mois|ans?",
        few="une?|quelques",
        ages=("il y a {age}", "à l[’']instant"),
        labels="(dernière )?mise? à jour|publiée?|modifiée?",
        counted="commentaires?|vues?|partages?|réactions?|réponses?|lectures?",
        readings=("((temps|durée) de )?lecture {age}", "{age} de lecture", "lire en {age}"),
    ),
    "ru": CounterWords(
        units="сек(унд[аыу]?)?|мин(ут[аыу]?)?|ч(ас(а|ов)?)?|день|дня|дней|недел[июья]|недель"
        "|месяц(а|ев)?|год(а)?|лет",
        few="одну|один|несколько|пару",
        ages=("{age} назад", "({unit}) назад", "только что"),
        labels="обновл[её]н[оа]?|опубликован[оа]?|измен[её]н[оа]?",
        counted="комментари(й|я|и|ев)|просмотр(а|ов|ы)?|ответ(а|ов|ы)?|реакци(я|и|й)",
        readings=("(время )?(на )?чтени[ея] {age}", "{age} (на )?чтени[ея]", "читать {age}"),
    ),
}

_NUMBER = r"\d[\d.,'’ ]{0,12}( ?(k|m|mio|mil|tsd|mn|тыс|млн))?\.?"
_ABOUT = r"((about|around|ca|circa|etwa|env|environ|aprox|около|~)\.? ?)?"
_PART = re.compile(r"\s*[|·•‧]\s*|,\s|\s[/–—-]\s")
_MARKS = str.maketrans("-:()[]", "      ", "✓⏱👁💬🕐\ufe0f")


def without_counters(text: str) -> str:
    """The text without the lines that are only counters or ages."""
    return "\n".join(line for line in text.split("\n") if not is_counter(line))


def is_counter(line: str) -> bool:
    """Whether a line only counts what readers did, or says how long ago or how long to read."""
    if len(line) > MAX_LINE_CHARACTERS:
        return False
    parts = [found for part in _PART.split(line) if (found := _plain(part))]
    return 0 < len(parts) <= MAX_PARTS and all(map(_COUNTER.fullmatch, parts))


def _plain(part: str) -> str:
    """Caseless, its words and numbers with one space between them."""
    return " ".join(part.casefold().translate(_MARKS).split()).rstrip(".")


def _pattern(words: CounterWords) -> str:
    amount = rf"{_ABOUT}({_NUMBER}|{words.few}) ?({words.units})\.?"
    age = rf"{amount}( ((and|et|und|y|и) )?{amount})?"
    ages, readings = (
        "|".join(each.replace("{age}", age).replace("{unit}", words.units) for each in templates)
        for templates in (words.ages, words.readings)
    )
    label, counted = words.labels, words.counted
    counts = rf"{_NUMBER} ({counted})|({counted}) {_NUMBER}"
    return rf"(({label}) )?({ages})( ({label}))?|{counts}|{readings}"


_COUNTER = re.compile("|".join(map(_pattern, WORDS.values())))
