"""A search is text: it is parsed, or refused with the place that cannot be read."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import QueryRefused
from db.outcomes import Outcome
from db.query_dates import since_time, until_time
from db.query_language import parse_query
from db.query_nodes import (
    AllOf,
    AnyOf,
    Attribute,
    AttributeName,
    Changed,
    ChangedPart,
    Comparison,
    EndedAs,
    Match,
    Node,
    Not,
    OfStory,
    Since,
    TextField,
    Until,
    WordCount,
)

NOW = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    year, month, day, *clock = parts
    return datetime(year, month, day, *clock, tzinfo=UTC)


def match(*terms: str, prefix: bool = False, field: TextField | None = None) -> Match:
    return Match(terms=terms, prefix=prefix, field=field)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("storm", match("storm")),
        ("Straße", match("strasse")),
        ("storm coast", AllOf(nodes=(match("storm"), match("coast")))),
        ("storm AND coast", AllOf(nodes=(match("storm"), match("coast")))),
        ('"storm coast"', match("storm", "coast")),
        ("“storm coast”", match("storm", "coast")),
        ("storm*", match("storm", prefix=True)),
        ('"storm coa"*', match("storm", "coa", prefix=True)),
        ("-storm", Not(node=match("storm"))),
        ("NOT storm", Not(node=match("storm"))),
        ("a OR b", AnyOf(nodes=(match("a"), match("b")))),
        ("a b OR c", AnyOf(nodes=(AllOf(nodes=(match("a"), match("b"))), match("c")))),
        ("a (b OR c)", AllOf(nodes=(match("a"), AnyOf(nodes=(match("b"), match("c")))))),
        ("O'Brien", match("o", "brien")),
        ("C++", match("c")),
        ("a-b", match("a", "b")),
        ("50%", match("50")),
        ("++ a", match("a")),
        ("http://x.org/a", match("http", "x", "org", "a")),
        ("12:30", match("12", "30")),
        ("or", match("or")),
        ("東京都", match("東京", "京都")),
        ("title:storm", match("storm", field=TextField.TITLE)),
        ('author:"Ann Lee"', match("ann", "lee", field=TextField.AUTHOR)),
        ("lang:de", Attribute(name=AttributeName.LANG, value="de")),
        ('section:"World News"', Attribute(name=AttributeName.SECTION, value="World News")),
        ("since:2026-03-01", Since(at=datetime(2026, 3, 1, tzinfo=UTC))),
        ("until:2026-03-01", Until(before=datetime(2026, 3, 2, tzinfo=UTC))),
        ("outcome:gone", EndedAs(outcome=Outcome.GONE)),
        ("story:17", OfStory(story_id=17)),
        ("changed:headline", Changed(part=ChangedPart.HEADLINE)),
        ("words:>300", WordCount(comparison=Comparison.MORE, words=300)),
    ],
)
def test_a_query_is_read_as(query: str, expected: Node) -> None:
    assert parse_query(query, now=NOW) == expected


@pytest.mark.parametrize(
    ("query", "words", "caret_at"),
    [
        ('storm "coast', "never closed", 6),
        ("storm )", "closes nothing", 6),
        ("a (b", "never closed", 2),
        ("a OR", "both sides", 2),
        ("OR a", "both sides", 0),
        ("a NOT", "nothing follows", 2),
        ("a title:", "title: needs a word", 2),
        ("a words:300", "words:>300", 2),
        ("a since:soon", "'soon' is not a date", 2),
        ("a lang:", "lang: needs a value", 2),
        ("a outcome:savd", "did you mean saved", 2),
        ("a outcome:xyz", "such as saved", 2),
        ("a story:x", "story:17", 2),
        ("a changed:tags", "headline or text", 2),
        ("東京 e\u0301 a )", "closes nothing", 9),
    ],
)
def test_a_refusal_points_at_the_place(query: str, words: str, caret_at: int) -> None:
    with pytest.raises(QueryRefused) as refused:
        parse_query(query, now=NOW)
    said, shown, caret = str(refused.value).split("\n")
    assert words in said
    assert shown == f"  {query}"
    assert caret == "  " + " " * caret_at + "^"


@pytest.mark.parametrize("query", ["", "  ", "++", "-++", "(++)", "🎉", "a" * 2_001, "a " * 101])
def test_what_cannot_be_looked_for_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        parse_query(query, now=NOW)


def test_groups_within_groups_have_a_limit() -> None:
    assert parse_query("(" * 20 + "a" + ")" * 20, now=NOW) == match("a")
    for query in ("(" * 900 + "a" + ")" * 900, "NOT " * 400 + "a", "-" * 1_000 + "a"):
        with pytest.raises(QueryRefused, match="groups within groups"):
            parse_query(query, now=NOW)


WORDS = ("a", "b*", '"', "(", ")", "-", "OR", "AND", "NOT", " ", ":", "title:", "since:", "7d")
SIGNS = (
    "tag:",
    "outcome:",
    "changed:",
    "words:",
    ">9",
    "lang:",
    "*",
    "“",
    "\ud800",
    "\0",
    "\n",
    "東",
    "é",
    "\u0301",
    "9" * 12,
)
PARTS = st.sampled_from([*WORDS, *SIGNS])


@given(st.one_of(st.text(), st.lists(PARTS).map("".join), st.lists(PARTS).map(" ".join)))
def test_any_text_is_read_or_refused(query: str) -> None:
    with contextlib.suppress(QueryRefused):
        assert isinstance(parse_query(query, now=NOW), Node)


@pytest.mark.parametrize(
    ("value", "since", "until"),
    [
        ("2026", utc(2026, 1, 1), utc(2027, 1, 1)),
        ("2026-12", utc(2026, 12, 1), utc(2027, 1, 1)),
        ("2026-02-28", utc(2026, 2, 28), utc(2026, 3, 1)),
        ("today", utc(2026, 3, 10), utc(2026, 3, 11)),
        ("Yesterday", utc(2026, 3, 9), utc(2026, 3, 10)),
        ("12h", utc(2026, 3, 10, 0, 30), utc(2026, 3, 10, 0, 30)),
        ("2w", utc(2026, 2, 24, 12, 30), utc(2026, 2, 24, 12, 30)),
    ],
)
def test_a_date_is_a_span_that_both_ends_include(
    value: str, since: datetime, until: datetime
) -> None:
    assert since_time(value, NOW) == since
    assert until_time(value, NOW) == until


@pytest.mark.parametrize("value", ["soon", "2026-13", "2026-02-30", "0000", "9999", "999999y", ""])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        since_time(value, NOW)
