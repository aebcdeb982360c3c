import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.errors import ConfigError, SourceError
from crawler.seeding import SeedChoice
from crawler.source_fields import free_key, read_source_values
from crawler.source_files import csv_text, export_file, import_file, opml_text, read_csv, read_opml
from crawler.sources import (
    add_source,
    edit_source,
    pause_source,
    remove_source,
    resume_source,
    show_source,
)
from db.session import Database
from db.sources import SourceRecord, all_sources, due_sources, overviews, record_of, seeds_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://www.example.org/"
FEED = SeedChoice(url="https://www.example.org/feed.xml", kind="feed")


def add(database: Database, url: str = URL, **given: object) -> str:
    values = read_source_values(given)
    seeds = [SeedChoice(url=url + "feed.xml", kind="feed")]
    return add_source(database, url, seeds=seeds, values=values, now=NOW).source.key


def test_a_new_source_is_due_at_once_with_the_documented_defaults(database: Database) -> None:
    add(database)
    found = show_source(database, "example")
    assert found.source.next_due_at == NOW
    assert found.source.every_seconds == 1800
    assert found.source.max_pages == 200
    assert found.source.reach_back_seconds == 7 * 86_400
    assert [(str(seed.kind), seed.url) for seed in found.seeds] == [("feed", FEED.url)]
    with database.read() as session:
        assert [source.key for source in due_sources(session, now=NOW)] == ["example"]


def test_what_is_said_about_a_source_is_stored_and_can_be_changed(database: Database) -> None:
    add(database, every="2h", delay="10", section="World", include=["/world/"], cookies=True)
    edited = edit_source(
        database,
        "example",
        values=read_source_values({"section": "", "every": "1d", "exclude": ["/live/"]}),
        more_seeds=[SeedChoice(url=URL, kind="section"), FEED],
    )
    record = record_of(edited.source)
    assert record.section is None
    assert record.every_seconds == 86_400
    assert record.delay_seconds == 10
    assert record.include == ("/world/",)
    assert record.exclude == ("/live/",)
    assert record.cookies
    assert [str(seed.kind) for seed in edited.seeds] == ["feed", "section"]


def test_a_paused_source_is_not_due_until_resumed(database: Database) -> None:
    add(database)
    pause_source(database, "example", now=NOW)
    with database.read() as session:
        assert due_sources(session, now=NOW) == []
    resume_source(database, "example", now=NOW)
    with database.read() as session:
        assert len(due_sources(session, now=NOW)) == 1


def test_a_removed_source_takes_its_seeds_along(database: Database) -> None:
    add(database)
    remove_source(database, "example")
    with database.read() as session:
        assert all_sources(session) == []
        assert seeds_of(session, 1) == []
        assert overviews(session) == []


def test_an_unknown_source_names_the_nearest(database: Database) -> None:
    with pytest.raises(SourceError, match="there is none yet"):
        show_source(database, "guardian")
    add(database, key="guardian")
    with pytest.raises(SourceError, match="no source 'gardian'; did you mean 'guardian'"):
        show_source(database, "gardian")
    assert show_source(database, "GUARDIAN").source.key == "guardian"


def test_the_same_seed_or_key_is_not_followed_twice(database: Database) -> None:
    add(database)
    with pytest.raises(SourceError, match="'example' starts from this already"):
        add(database)
    with pytest.raises(SourceError, match="'example' is taken"):
        add(database, "https://example.net/", key="example")


def test_a_refused_change_leaves_the_source_as_it_was(database: Database) -> None:
    add(database, include=["/a/"])
    with pytest.raises(ConfigError, match="not a regular expression"):
        edit_source(database, "example", values={"include": ("(",), "name": "Other"})
    assert show_source(database, "example").source.name == "www.example.org"


@pytest.mark.parametrize(
    ("url", "taken", "key"),
    [
        ("https://www.theguardian.com/international", (), "theguardian"),
        ("https://news.bbc.co.uk/", (), "bbc"),
        ("https://news.bbc.co.uk/", ("bbc",), "news-bbc-co-uk"),
        ("https://news.bbc.co.uk/", ("bbc", "news-bbc-co-uk"), "bbc-2"),
        ("http://127.0.0.1:8001/", (), "127-0-0-1-8001"),
        ("http://localhost:8001/", (), "localhost-8001"),
        ("http://[::1]:80/", (), "1"),
        ("https://alice.blogspot.com/", (), "alice"),
    ],
)
def test_a_key_is_made_from_the_host(url: str, taken: tuple[str, ...], key: str) -> None:
    assert free_key(url, taken) == key


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("every", "5s", "at least 60s"),
        ("every", "often", "30m"),
        ("max", "0", "1 or more"),
        ("key", "a b", "letters, digits"),
        ("proxy", "nowhere", "http://HOST:PORT"),
        ("url", "example.org", "http://"),
        ("user_agent", "é", "ASCII"),
        ("revisit", "often", "30m"),
        ("revisit", "15m 40d", "from 1m to 30d"),
        ("revisit", " ", "empty"),
    ],
)
def test_a_bad_value_is_refused_by_name(word: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_source_values({word: value})
    assert word.replace("_", "-") in str(caught.value)
    assert message in str(caught.value)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1)
TEXTS = TEXTS.map(str.strip).filter(lambda text: text and text.isprintable())
RECORDS = st.builds(
    SourceRecord,
    key=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    name=TEXTS,
    url=st.just(URL),
    section=st.none() | TEXTS,
    every_seconds=st.integers(60, 10**6),
    delay_seconds=st.none() | st.integers(0, 60).map(float),
    max_pages=st.integers(1, 10**6),
    reach_back_seconds=st.integers(0, 10**8),
    revisit_seconds=st.sampled_from([None, (), (60,), (900, 3_600, 100_000)]),
    user_agent=st.none() | st.just("=Bot +me@example.org"),
    proxy=st.none() | st.just("http://proxy.example.org:3128"),
    cookies=st.booleans(),
    verify_tls=st.booleans(),
    include=st.lists(st.sampled_from(["/a/", "^https", "-b", "=c"]), unique=True).map(tuple),
    exclude=st.lists(st.sampled_from([r"\.pdf$", "@d", "'e"]), unique=True).map(tuple),
)


@given(record=RECORDS)
def test_a_source_goes_through_csv_unchanged(record: SourceRecord) -> None:
    seeds = [FEED, SeedChoice(url=URL, kind="section")]
    [(_, read)] = read_csv(csv_text([(record, seeds)]).decode())
    assert not isinstance(read, str)
    defaults = SourceRecord(key="", name="", url="")
    for column in SourceRecord.__slots__:
        default = getattr(defaults, column)
        assert read.values.get(column, default) == getattr(record, column)
    assert read.seeds == tuple(seeds)


def test_no_cell_of_the_csv_is_a_formula() -> None:
    record = SourceRecord(key="a", name="=cmd()", url=URL, section="@x", include=("-y",))
    line = csv_text([(record, [FEED])]).decode().splitlines()[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line.split(","))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(name=TEXTS, section=st.none() | TEXTS)
def test_a_source_with_two_feeds_goes_through_opml(name: str, section: str | None) -> None:
    record = SourceRecord(key="a", name=name, url=URL, section=section)
    seeds = [FEED, SeedChoice(url="https://example.org/2.xml", kind="feed")]
    [(_, read)] = read_opml(opml_text([(record, seeds)]))
    assert not isinstance(read, str)
    assert read.url == URL
    assert read.values["name"] == name
    assert read.values.get("section") == section
    assert read.seeds == tuple(seeds)


OPML = """<?xml version="1.0"?>
<opml version="2.0"><body>
  <outline text="News">
    <outline text="One" type="rss" xmlUrl="https://one.example.org/feed"/>
    <outline text="Two" type="rss" xmlUrl="https://two.example.org/feed"
             htmlUrl="https://two.example.org/"/>
    <outline text="Bad" type="rss" xmlUrl="javascript:alert(1)"/>
  </outline>
</body></opml>"""


ENTITY_OPML = """<!DOCTYPE opml [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<opml><body><outline text="&secret;" xmlUrl="https://example.org/feed"/></body></opml>"""


def test_a_feed_readers_opml_adds_each_feed_and_names_what_is_wrong(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(OPML)
    result = import_file(database, path, now=NOW)
    assert (result.added, result.known) == (2, 0)
    [problem] = result.problems
    assert "line 7" in problem
    assert "give a URL with http" in problem
    again = import_file(database, path, now=NOW)
    assert (again.added, again.known) == (0, 2)
    with database.read() as session:
        assert [(it.key, it.name) for it in all_sources(session)] == [
            ("example", "One"),
            ("two-example-org", "Two"),
        ]


def test_exported_sources_can_be_imported_elsewhere(database: Database, tmp_path: Path) -> None:
    add(database, section="World", every="1h", include=["/a/", "/b/"])
    path = tmp_path / "sources.csv"
    assert export_file(database, path) == 1
    before = show_source(database, "example")
    remove_source(database, "example")
    assert import_file(database, path, now=NOW).added == 1
    after = show_source(database, "example")
    assert record_of(after.source) == record_of(before.source)
    assert [seed.url for seed in after.seeds] == [seed.url for seed in before.seeds]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "", "ends in"),
        ("a.csv", "link\nhttps://example.org\n", "no column 'link'"),
        ("a.csv", "name\nx\n", "url is missing"),
        ("a.opml", "<opml", "not OPML"),
        ("a.opml", ENTITY_OPML, "not OPML"),
        ("gone.csv", None, "cannot read"),
    ],
)
def test_a_file_that_is_no_list_of_sources_is_refused(
    name: str, text: str | None, words: str, tmp_path: Path, sqlite_template: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with Database(str(sqlite_template)) as database, pytest.raises(ConfigError, match=words):
        import_file(database, tmp_path / name, now=NOW)


def test_one_key_added_by_two_at_once_is_taken_by_one_of_them(database: Database) -> None:
    barrier = threading.Barrier(4)

    def add_one(number: int) -> str:
        barrier.wait()
        try:
            return add(database, f"https://{number}.example.org/", key="same")
        except SourceError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(add_one, range(4)))
    assert answers.count("same") == 1
    assert sum("the key 'same' is taken" in answer for answer in answers) == 3
