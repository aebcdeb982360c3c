"""A search finds the same articles on both databases, newest first, and breaks on no input."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import QueryRefused
from db.facets import Facets, count_facets
from db.newest import newest_ids
from db.search import Hit, SearchOrder, count_hits, search, search_node
from db.session import Database
from tests.conftest import postgres_database
from tests.db.small_archive import (
    ARTICLES,
    START,
    Told,
    add_article,
    add_history,
    add_small_archive,
)

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def archives(
    sqlite_template: Path,
    postgres_url: str,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, Database]]:
    """The same small archive on SQLite and on PostgreSQL."""
    path = tmp_path_factory.mktemp("search") / "winnow.db"
    shutil.copyfile(sqlite_template, path)
    with (
        postgres_database(postgres_url, template=postgres_template) as url,
        Database(str(path)) as sqlite,
        Database(url) as postgresql,
    ):
        for database in (sqlite, postgresql):
            with database.write() as session:
                add_small_archive(session)
                add_history(session)
        yield sqlite, postgresql


def find(
    database: Database, query: str, *, order: SearchOrder = SearchOrder.NEWEST, limit: int = 100
) -> list[Hit]:
    with database.read() as session:
        node = search_node(query, now=NOW, filters={})
        return search(session, node, limit=limit, order=order)


def titles(hits: list[Hit]) -> list[str | None]:
    return [hit.title.text if hit.title else None for hit in hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("storm", ["Calm sea", "Storm warning for the coast"]),
        ("STORM coast", ["Calm sea", "Storm warning for the coast"]),
        ('"storm is moving"', ["Storm warning for the coast"]),
        ('"storm moving"', []),
        ('"coast a storm"', []),
        ("storm -calm", ["Storm warning for the coast"]),
        ("title:storm", ["Storm warning for the coast"]),
        ("author:ann", ["Calm sea", "Storm warning for the coast"]),
        ("author:\"o'brien\"", ["Storm warning for the coast"]),
        ("title:ann", []),
        ("O'Brien", ["Storm warning for the coast"]),
        ("c++", ["C++ turns 40"]),
        ("50%", ["ข่าวไทย", "C++ turns 40"]),
        ("a-b", ["C++ turns 40"]),
        ("foo.bar/baz", ["C++ turns 40"]),
        ("3.14", ["Pi"]),
        ("http://code.example/pi?x=1&y=2", ["Pi"]),
        ("12:30", ["Pi"]),
        ("strasse", ["Die Straßenbahn fährt größer"]),
        ("strassen*", ["Die Straßenbahn fährt größer"]),
        ("ubermudung münchen", ["Die Straßenbahn fährt größer"]),
        ("istanbul isik*", ["İstanbul'da ışık"]),
        ("IŞIKLAR", ["İstanbul'da ışık"]),
        ("東京", ["東京都で大雨"]),
        ("東京都", ["東京都で大雨"]),
        ("京都は大雨", ["東京都で大雨"]),
        ("猫", ["東京都で大雨"]),
        ("値", ["東京都で大雨"]),
        ("iphone値下げ", ["東京都で大雨"]),
        ("山田", ["東京都で大雨"]),
        ("北京 OR 東京都", ["北京新闻", "東京都で大雨"]),
        ("ภาษาไทย", ["ข่าวไทย"]),
        ("محمد", ["أخبار اليوم"]),
        ("2026", ["أخبار اليوم"]),
        ("हिन्दी", ["हिन्दी समाचार"]),
        ("폭풍", ["한국어 뉴스"]),
        ("елка", ["Буря в Москве"]),
        ("softhyphen cafe oeuvre", ["Party 🎉 time"]),
        ("quoted double backslash", [None]),
        ('"not to be the very end"', ["The long one"]),
        ('"be or not"', ["The long one"]),
        ('-"be or not" lang:en "to"', []),
        ("near match null rowid", ["OR AND NOT NEAR"]),
        ('"or and not near"', ["OR AND NOT NEAR"]),
        ("site:code.example:8080", ["Pi", "C++ turns 40"]),
        ("lang:de", ["Die Straßenbahn fährt größer"]),
        ("lang:de-AT", ["Die Straßenbahn fährt größer"]),
        ("section:weather", ["Reserved", "Calm sea", "Storm warning for the coast"]),
        ("section:übersicht", ["Die Straßenbahn fährt größer"]),
        ("tag:über", ["Die Straßenbahn fährt größer", "C++ turns 40"]),
        ("tag:SEA", ["Calm sea", "Storm warning for the coast"]),
        ("tag:🎉", ["Party 🎉 time"]),
        ("source:coast", ["Reserved", "Calm sea"]),
        ("source:coast -section:weather", []),
        ("calm OR lang:de", ["Die Straßenbahn fährt größer", "Calm sea"]),
        ("until:2026-01-01", ["Pi", "C++ turns 40", "Calm sea", "Storm warning for the coast"]),
        ("since:2026-01-04 words:>5", ["OR AND NOT NEAR", "The long one"]),
        ("words:>10000", ["The long one"]),
        ("words:<1", ["Reserved"]),
        ("reserved", ["Reserved"]),
        ("outcome:gone", ["Calm sea"]),
        ("outcome:SAVED", ["The long one", "Pi"]),
        ("outcome:saved -outcome:updated", ["The long one"]),
        ("-outcome:saved storm", ["Calm sea", "Storm warning for the coast"]),
        ("story:7", ["Pi", "Calm sea"]),
        ("-story:7 storm", ["Storm warning for the coast"]),
        ("story:8", []),
        ("changed:headline", ["Calm sea"]),
        ("changed:text", ["Pi"]),
        ("changed:text OR changed:Headline since:2026-01-01", ["Pi", "Calm sea"]),
        ("-changed:headline storm", ["Storm warning for the coast"]),
    ],
)  # fmt: skip
def test_a_query_finds(
    archives: tuple[Database, Database], query: str, expected: list[str | None]
) -> None:
    sqlite, postgresql = archives
    assert titles(find(sqlite, query)) == titles(find(postgresql, query))
    assert titles(find(sqlite, query)) == expected


def test_what_has_no_language_is_not_in_german(archives: tuple[Database, Database]) -> None:
    for database in archives:
        assert "C++ turns 40" in titles(find(database, "-lang:de"))
        assert len(find(database, "-lang:de")) == len(ARTICLES) - 1


HOSTILE = (
    "'", "''", "' OR 1=1 --", "a'; DROP TABLE articles; --", '" OR ""', "a\\", "\\", "%", "_",
    "a_b", "100%_", "NEAR(a b)", "{title}: a", "title : a", "^a", "a + b", "a & b", "a | b",
    "!a", "a <-> b", "a:*", "a:B*", "rowid:1", "search_index", "*", "a* b*", "a**", "-", "--",
    "---a", "-(-a)", "-(a OR -b)", "(a)(b)", "()", "a\x00b", "\ud83d", "a\ud800b", "\u202ea",
    "NULL", "; --", "$1", ":a", "%s", "%(a)s", "?", "[a]", "{a}", "tag:'", 'tag:"a b"',
    "section:%", "source:' OR 1=1", "site:\\", "lang:xx", "author:a*", "title:*", "since:1",
    "since:9999-12-31", "until:9999-12-31", "since:0001-01-01", "since:999999y",
    "words:>999999999",  "ǅ", "ﷺ", "ſtorm", "K", "½", "①", "\u0e33", "ａｎｎ", "e\u0301", "🎉",
    "🎉 storm", "(((((((((((((((((((((((((a)))))))))))))))))))))))))", "OR", "a OR OR b", '"',
    '"a', "x" * 1_999, "é" * 700, "東" * 500, "a OR " * 90 + "a", "(" * 25 + "a" + ")" * 25,
    "a -" * 50 + "b", "outcome:", "outcome:'", "changed:x", 'changed:"headline', "-changed:text",
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_input_finds_the_same_or_is_refused(
    archives: tuple[Database, Database], query: str
) -> None:
    answers = [_ids_or_refusal(database, query) for database in archives]
    assert answers[0] == answers[1]


@settings(max_examples=40, deadline=None)
@given(
    query=st.lists(
        st.one_of(
            st.sampled_from(
                ["storm", "東京", "-", "OR", "(", ")", '"', "to", "be", "lang:en", "t*"]
            ),
            st.text(max_size=6),
        ),
        max_size=6,
    ).map(" ".join)
)
def test_any_input_finds_the_same_or_is_refused(
    archives: tuple[Database, Database], query: str
) -> None:
    answers = [_ids_or_refusal(database, query) for database in archives]
    assert answers[0] == answers[1]


def _ids_or_refusal(database: Database, query: str) -> list[int] | str:
    try:
        newest = [hit.article_id for hit in find(database, query)]
        ranked = [hit.article_id for hit in find(database, query, order=SearchOrder.RANK)]
    except QueryRefused as error:
        return str(error)
    assert sorted(newest) == sorted(ranked)
    return newest


@pytest.mark.parametrize(
    "query",
    ["storm", "sea OR storm", "to*", '"be or" OR pi', "title:storm OR author:ann", "東京 OR a"],
)
def test_a_rank_is_the_same_on_both_databases(
    archives: tuple[Database, Database], query: str
) -> None:
    sqlite, postgresql = (find(database, query, order=SearchOrder.RANK) for database in archives)
    assert sqlite == postgresql


def test_a_rank_puts_the_title_first(archives: tuple[Database, Database]) -> None:
    for database in archives:
        hits = find(database, "sea OR storm", order=SearchOrder.RANK)
        assert {*titles(hits)[:2]} == {"Calm sea", "Storm warning for the coast"}
        assert hits[0].score is not None
        assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)  # type: ignore[type-var] # both have one


def test_a_page_follows_the_last_hit_of_the_one_before(
    archives: tuple[Database, Database],
) -> None:
    for database in archives:
        with database.read() as session:
            whole = search(session, None, limit=100)
            pages: list[Hit] = []
            while page := search(session, None, limit=5, after=pages[-1] if pages else None):
                pages += page
        assert pages == whole
        assert len(whole) == len(ARTICLES)


def test_a_hit_shows_where_the_words_stand(archives: tuple[Database, Database]) -> None:
    for database in archives:
        (hit,) = find(database, '"coast guard" calm')
        assert hit.snippet.marked("[", "]") == (
            "After the storm the sea is [calm]. The [coast guard] rests."
        )
        assert hit.title is not None
        assert hit.title.marked("<", ">") == "<Calm> sea"
        assert hit.source == "coast"


@pytest.mark.parametrize("query", ["", "storm OR a", "lang:de OR source:coast", "nowhere"])
def test_facets_count_every_article_found_once(
    archives: tuple[Database, Database], query: str
) -> None:
    sqlite, postgresql = (facets_of(database, query) for database in archives)
    assert sqlite == postgresql
    hits = find(archives[0], query)
    assert sqlite.articles == len(hits)
    assert [(it.value, it.articles) for it in sqlite.days] == [
        (str(day), len(list(of_day))) for day, of_day in groupby(hits, lambda h: h.sort_at.date())
    ]
    for counts, found in (
        (sqlite.sources, Counter(hit.source for hit in hits)),
        (sqlite.languages, Counter(hit.language for hit in hits)),
    ):
        assert {it.value: it.articles for it in counts} == found
        assert sorted(counts, key=lambda it: -it.articles) == list(counts)


def facets_of(database: Database, query: str) -> Facets:
    with database.read() as session:
        return count_facets(session, search_node(query, now=NOW, filters={}))


def test_filters_are_the_words_of_the_language(archives: tuple[Database, Database]) -> None:
    given_filters = search_node(
        "storm",
        now=NOW,
        filters={"language": "en", "author": "Bob Lee", "since": "30d", "source": "coast"},
    )
    for database in archives:
        with database.read() as session:
            assert titles(search(session, given_filters, limit=9)) == ["Calm sea"]


@pytest.mark.parametrize(
    "filters",
    [{"since": "soon"}, {"author": "--"}, {"site": ""}, {"tag": "a\0"}, {"tag": "\ud800"}],
)
def test_a_filter_that_cannot_be_read_is_refused(filters: dict[str, str]) -> None:
    with pytest.raises(QueryRefused):
        search_node("storm", now=NOW, filters=filters)  # type: ignore[arg-type] # as a user gives it


@pytest.mark.parametrize(
    "query",
    [
        "a OR to OR storm OR the",
        "t*",
        "-storm",
        "-(the OR to)",
        "a -lang:de",
        "the lang:en",
        "(the lang:en) OR (a words:>5) OR 東*",
        "a since:2026-01-02 until:2026-01-03",
        '"the sea" section:weather',
        "the site:nowhere.example",
    ],
)
def test_whichever_way_hits_are_found_the_newest_come_first(
    archives: tuple[Database, Database], query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [newest_of(database, query) for database in archives]
    for name in ("db.newest_sqlite.MANY", "db.newest_sqlite.FEW", "db.newest_sqlite.BLOCK"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr("db.newest_sqlite.FIRST_WINDOW", 1)
    monkeypatch.setattr("db.newest_postgresql.TRIED", 2)
    for most in (0, 4_000):
        monkeypatch.setattr("db.newest_postgresql.MAX_READ", most)
        answers += [newest_of(database, query) for database in archives]
    assert all(answer == answers[0] for answer in answers)


def newest_of(database: Database, query: str) -> list[list[int]]:
    """The first one, three and all."""
    node = search_node(query, now=NOW, filters={})
    with database.read() as session:
        return [newest_ids(session, node, limit=limit) for limit in (1, 3, 100)]


def test_of_very_many_hits_the_newest_come_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.newest_sqlite.FEW", 50)
    monkeypatch.setattr("db.search.MAX_RANKED", 50)
    with database.write() as session:
        for number in range(60):
            told = Told(title=f"Number {number}", text="every one of them")
            add_article(session, told, sort_at=START + timedelta(minutes=(number * 7) % 60))
    with database.read() as session:
        node = search_node("every one", now=NOW, filters={})
        assert count_hits(session, node, at_most=51) == 51
        newest = search(session, node, limit=20)
        everything = search(session, node, limit=60)
        ranked = search(session, node, limit=60, order=SearchOrder.RANK)
    assert [hit.sort_at for hit in everything] == sorted(
        (hit.sort_at for hit in everything), reverse=True
    )
    assert newest == everything[:20]
    assert {hit.article_id for hit in ranked} == {hit.article_id for hit in everything[:50]}


def test_a_limit_is_between_one_and_the_most(archives: tuple[Database, Database]) -> None:
    for limit in (0, -1, 10_001):
        with pytest.raises(QueryRefused, match="limit"):
            find(archives[0], "storm", limit=limit)
