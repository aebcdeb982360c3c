"""The names in a byline: "By Ada Nwosu and Jo Weiß, Berlin" gives Ada Nwosu, Jo Weiß."""

import re
from collections.abc import Iterator, Sequence

from pipelines.extract.lines import one_line

MAX_BYLINE_CHARACTERS = 500
MAX_NAME_CHARACTERS = 100
MAX_NAME_WORDS = 7
MAX_NAMES = 50
MAX_FIRST_NAMES = 3  # of "Weiß, Anna Maria Eva"
MAX_PERSONAL_WORDS = 4
MAX_SMALL_WORDS = 2  # "van der Berg"
FULL_NAME_WORDS = 2

# "by", "from", "written by" in the languages of the newspapers at hand.
_PREFIX = re.compile(
    r"^[\W_]*(?:(?:article|content|contributed|interview|photos?|posted|published|reported"
    r"|review(?:ed)?|story|text|words|written)\s)?"
    r"(?:af|author|auteur|autora?|autorin|av|by|da|di|door|oleh|par|por|przez|redaktion|text|tekst"
    r"|von|yazan|από|от|від)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
# Where the name ends and the rest of the line starts: a date, a time, a role, a verb.
_REST = re.compile(
    r"\s*(?:\b\d|\s[-\u2013\u2014]\s|\b(?:about the author|contributing|edited|last|minutes?|on"
    r"|photos?"
    r"|published|published:|reviewed|updated|posted|veröffentlicht|aktualisiert|publié|publicado)\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d).*",
    re.IGNORECASE | re.DOTALL,
)
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]")
_LIST_MARK = re.compile(r"\s*[;|\u2022\u00b7\u3001\n]\s*|\s+/\s+")
_AND = re.compile(r"\s+(?:and|&|und|et|og|och|en|ve|dan|ja|и|та|with|mit)\s+", re.IGNORECASE)
_SHORT_AND = re.compile(r"\s+(?:y|e|i|a|et)\s+")
_ADDRESS = re.compile(r"https?:|www\.|\S@\S|\.(?:com|php|html)\b", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"(?:[A-Z][A-Za-z]?\.?){1,5}(?:[- ][A-Z0-9]{1,5})*|Ph\.?D\.?|Jr\.?|Sr\.?|M\.?Ed\.?"
)

# News agencies write bylines of their own. Source: the agencies' own short names.
_AGENCIES = frozenset(
    {
        "aap", "afp", "ansa", "ap", "apa", "belga", "cna", "dpa", "efe", "epd", "ians", "kna",
        "lusa", "ntb", "pa", "pap", "pti", "reuters", "ritzau", "sda", "sid", "tass", "tt", "upi",
        "xinhua",
    }
)  # fmt: skip
# What stands where a name could, and is none.
_NOT_NAMES = frozenset(
    {
        "admin", "administrator", "anonymous", "author", "authors", "autor", "by", "default",
        "editor", "guest", "nan", "none", "null", "redaktion", "undefined", "unknown", "user",
        "webmaster",
    }
)  # fmt: skip
_ROLE = re.compile(
    r"\b(?:analyst|associate|author|chief|columnist|contributor|coordinator|correspondent|director"
    r"|editor|expert|founder|head|journalist|manager|officer|president|producer|professor|reporter"
    r"|specialist|staff writer|writer|redakteur(?:in)?|korrespondent(?:in)?|periodista)\b",
    re.IGNORECASE,
)


def names_in(raw: str) -> list[str]:
    """The names in a byline, in order, without what surrounds them; [] if it names nobody."""
    text = one_line(raw, limit=MAX_BYLINE_CHARACTERS)
    if _ADDRESS.search(text.partition(" ")[0]):
        return []
    text = _REST.sub("", _PREFIX.sub("", _PARENTHESES.sub("", text)))
    parts = (_PREFIX.sub("", part).strip(" .,:;-\u2013*") for part in _parts(text))
    names = [name for name in parts if _is_name(name)]
    if len(raw) > MAX_BYLINE_CHARACTERS and len(names) > 1:
        names.pop()  # clipped in the middle
    return names[:MAX_NAMES]


def is_personal(text: str) -> bool:
    """Whether a name looks like a person's first and last name and nothing else."""
    words = text.split()
    if not FULL_NAME_WORDS <= len(words) <= MAX_PERSONAL_WORDS or _ROLE.search(text) or "@" in text:
        return False
    return all(word[0].isupper() and not word[1:].isupper() for word in (words[0], words[-1]))


def _parts(text: str) -> Iterator[str]:
    for piece in _LIST_MARK.split(text):
        for run in _split_and(piece):
            yield from _split_commas(run)


def _split_and(text: str) -> list[str]:
    """Split at "and", but not "Mac & i" nor "Ortega y Gasset": one side must be a full name."""
    parts = _AND.split(text)
    if len(parts) > 1 and not any(_words(part) > 1 for part in parts):
        return [text]
    pieces: list[str] = []
    for part in parts:
        halves = _SHORT_AND.split(part)
        pieces += halves if all(_words(half) > 1 for half in halves) else [part]
    return pieces


def _split_commas(text: str) -> Iterator[str]:
    """The parts that are people; "Ada Nwosu, MD, Berlin" has one, "Nwosu, Ada" is one turned."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if _is_turned(parts):
        yield f"{parts[1]} {parts[0]}"
        return
    yield from parts[:1]
    for part in parts[1:]:
        is_person = _words(part) > 1 and not _ROLE.search(part) and _is_capitalised(part)
        if is_person or _is_agency(part):
            yield part


def _is_turned(parts: Sequence[str]) -> bool:
    if len(parts) != FULL_NAME_WORDS or _words(parts[0]) > 1 or _words(parts[1]) > MAX_FIRST_NAMES:
        return False
    return not (any(map(_is_agency, parts)) or _CREDENTIAL.fullmatch(parts[1]))


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= MAX_NAME_CHARACTERS or _words(text) > MAX_NAME_WORDS:
        return False
    if text.lower() in _NOT_NAMES or _ADDRESS.search(text):
        return False
    return any(character.isalpha() for character in text)


def _words(text: str) -> int:
    return len(text.split())


def _is_agency(text: str) -> bool:
    return text.lower() in _AGENCIES


def _is_capitalised(text: str) -> bool:
    return (
        not text[0].islower() and sum(word[0].islower() for word in text.split()) <= MAX_SMALL_WORDS
    )
