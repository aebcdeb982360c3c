"""How well an article fits the words that were looked for: BM25, computed here from the terms.

Not by the databases: FTS5 counts every hit of an archive before it scores one, PostgreSQL does not
know how common a word is, and the two would put the same articles in different orders.
"""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.chunks import chunks
from db.models import SearchTerms
from db.query_nodes import TextField
from db.text_lookup import count_found, is_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from db.query_nodes import Match

SATURATION = 1.2
"""k1: how soon more of the same word stops to count. Robertson and Zaragoza, 2009; as FTS5."""
LENGTH_WEIGHT = 0.75
"""b: how much a long text has to have more of a word."""
FIELD_WEIGHTS = {TextField.TITLE: 10.0, TextField.AUTHOR: 5.0, None: 1.0}
"""None: the text."""
COMMON = 10_000
"""Of words that so many articles have, none says more than another."""

Fields = dict[TextField | None, str]
"""Terms of each field, a space before and after each."""


def scores(session: Session, matches: Sequence[Match], ids: Sequence[int]) -> dict[int, float]:
    """The score of each article, 0 for one without the words; comparable within one answer."""
    texts = _texts(session, ids)
    lengths = {article_id: sum(map(len, fields.values())) for article_id, fields in texts.items()}
    mean = sum(lengths.values()) / max(len(lengths), 1)
    total = dict.fromkeys(ids, 0.0)
    for match, rarity in zip(matches, _rarities(session, matches), strict=True):
        for article_id, fields in texts.items():
            found = _weighted_count(match, fields)
            room = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths[article_id] / mean
            total[article_id] += rarity * found * (SATURATION + 1) / (found + SATURATION * room)
    return total


def _texts(session: Session, ids: Sequence[int]) -> dict[int, Fields]:
    found: dict[int, Fields] = {}
    columns = (SearchTerms.article_id, SearchTerms.title, SearchTerms.authors, SearchTerms.body)
    for chunk in chunks(ids):
        wanted = SearchTerms.article_id.in_(chunk)
        for article_id, title, authors, body in session.execute(select(*columns).where(wanted)):
            found[article_id] = {
                TextField.TITLE: f" {title} ",
                TextField.AUTHOR: f" {authors} ",
                None: f" {body} ",
            }
    return found


def _rarities(session: Session, matches: Sequence[Match]) -> list[float]:
    """More for what fewer articles have."""
    if len(matches) == 1:
        return [1.0]
    return [max(_rarity(session, part) for part in _single_terms(match)) for match in matches]


def _single_terms(match: Match) -> Iterator[Match]:
    """A phrase is taken to be as rare as its rarest word: to count phrases takes long."""
    *others, last = match.terms
    for term in others:
        yield replace(match, terms=(term,), prefix=False)
    yield replace(match, terms=(last,))


def _rarity(session: Session, term: Match) -> float:
    return log(1 + COMMON / max(1, count_found(session, term, at_most=COMMON)))


def _weighted_count(match: Match, fields: Fields) -> float:
    """How often the terms stand there; straight after themselves they count once."""
    wanted = f" {' '.join(match.terms)}" + ("" if is_prefix(match) else " ")
    return sum(
        weight * fields[field].count(wanted)
        for field, weight in FIELD_WEIGHTS.items()
        if match.field in {None, field}
    )
