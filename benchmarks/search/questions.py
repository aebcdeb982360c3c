"""What is asked of the archive, and how long an answer may take."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.search.words import VOCABULARY, spelling
from db.search import SearchOrder

NEWEST_MS = 50.0
RANKED_MS = 200.0
PHRASE_MS = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One search."""

    name: str
    query: str
    order: SearchOrder = SearchOrder.NEWEST
    at_most_ms: float | None = None
    """None: it is shown only."""


WORDS = {
    "the 4th word": spelling(3),
    "the 100th": spelling(100),
    "the 1,000th": spelling(1_000),
    "the 5,000th": spelling(5_000),
    "the 50,000th": spelling(50_000),
    "the rarest": spelling(VOCABULARY - 1),
}
PHRASES = {
    "two very common words": f'"{spelling(3)} {spelling(5)}"',
    "the 20th and the 60th": f'"{spelling(20)} {spelling(60)}"',
    "the 100th and the 200th": f'"{spelling(100)} {spelling(200)}"',
    "the 4th and the 5,000th": f'"{spelling(3)} {spelling(5_000)}"',
}
OTHERS = {
    "two common words": f"{spelling(20)} {spelling(100)}",
    "one of two": f"{spelling(20)} OR {spelling(5_000)}",
    "one, not the other": f"{spelling(20)} -{spelling(100)}",
    "a beginning of three letters": f"{spelling(1_000)[:3]}*",
    "in the title": f"title:{spelling(20)}",
    "a common word of one week": f"{spelling(3)} since:2025-06-01 until:2025-06-07",
    "a common word in one language": f"{spelling(20)} lang:fi",
    "a common word of a rare source": f"{spelling(3)} source:source60",
    "everything": "",
}


def questions() -> list[Question]:
    """All of them, those with a bar first."""
    rank = SearchOrder.RANK
    asked = [Question(name=it, query=WORDS[it], at_most_ms=NEWEST_MS) for it in WORDS]
    asked += [Question(name=it, query=WORDS[it], order=rank, at_most_ms=RANKED_MS) for it in WORDS]
    asked += [Question(name=it, query=PHRASES[it], at_most_ms=PHRASE_MS) for it in PHRASES]
    asked += [Question(name=it, query=PHRASES[it], order=rank) for it in PHRASES]
    asked += [Question(name=it, query=OTHERS[it]) for it in OTHERS]
    return asked
