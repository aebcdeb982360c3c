"""A person's SQL can read and nothing else, by the database's own refusal."""

import time
from pathlib import Path

import pytest
from sqlalchemy import update

from db.errors import DatabaseUnavailable, QueryRefused
from db.models import Article
from db.readonly import run_query
from db.session import Database
from tests.db.small_archive import ARTICLES, add_small_archive


@pytest.fixture
def archive(database: Database) -> Database:
    with database.write() as session:
        add_small_archive(session)
    return database


def test_a_query_gives_columns_and_rows(archive: Database) -> None:
    result = run_query(archive, "SELECT title, word_count FROM articles ORDER BY id LIMIT 2;")
    assert result.columns == ("title", "word_count")
    assert result.rows == (("Storm warning for the coast", 9), ("Calm sea", 11))
    assert not result.truncated


def test_more_rows_than_asked_for_are_cut_off(archive: Database) -> None:
    result = run_query(archive, "SELECT id FROM articles", max_rows=5)
    assert (len(result.rows), result.truncated) == (5, True)
    whole = run_query(archive, "SELECT id FROM articles", max_rows=len(ARTICLES))
    assert (len(whole.rows), whole.truncated) == (len(ARTICLES), False)


def test_a_query_without_rows_still_has_columns(archive: Database) -> None:
    result = run_query(archive, "SELECT id FROM articles WHERE id < 0")
    assert (result.columns, result.rows) == (("id",), ())


WRITING = (
    "DELETE FROM articles",
    "INSERT INTO sites (site) VALUES ('x')",
    "UPDATE articles SET title = 'x'",
    "DROP TABLE cuts",
    "CREATE TABLE x (a int)",
    "CREATE TEMP TABLE x (a int)",
    "WITH gone AS (DELETE FROM cuts RETURNING id) SELECT * FROM gone",
    "SELECT 1; DELETE FROM cuts",
    "SELECT 1; SELECT 2",
    "BEGIN",
    "COMMIT",
    "COMMIT; DELETE FROM articles",
    "SELECT 1) ; DELETE FROM articles; --",
    "VACUUM",
    "EXPLAIN ANALYZE DELETE FROM articles",
    "",
    " ",
    "no sql at all",
    "SELECT nothing FROM nowhere",
    "SELECT '\0'",
    "SELECT '\ud800'",
)


@pytest.mark.parametrize("sql", WRITING)
def test_what_would_write_or_is_no_query_is_refused(archive: Database, sql: str) -> None:
    with pytest.raises(QueryRefused):
        run_query(archive, sql)
    counts = run_query(archive, "SELECT count(*), count(DISTINCT title) FROM articles")
    assert counts.rows == ((len(ARTICLES), len(ARTICLES) - 1),)


@pytest.mark.parametrize("sql", ["DELETE FROM articles", "VACUUM", "DROP TABLE cuts", " BEGIN"])
def test_the_refusal_says_that_only_reading_is_allowed(postgres_url: str, sql: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(QueryRefused, match="only reading is allowed here: give one SELECT"):
        run_query(database, sql)
    with pytest.raises(QueryRefused, match=r'cannot be run: column "foo" does not exist$'):
        run_query(database, "SELECT foo")
    database.close()


def test_a_query_is_stopped_at_its_time(archive: Database) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    started = time.monotonic()
    with pytest.raises(QueryRefused, match=r"longer than 0\.2 s"):
        run_query(archive, endless, timeout_seconds=0.2)
    assert time.monotonic() - started < 5


def test_rows_are_streamed_not_gathered(archive: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    result = run_query(archive, endless, max_rows=1_234, timeout_seconds=5)
    assert (len(result.rows), result.truncated) == (1_234, True)


def test_it_reads_while_another_writes(archive: Database) -> None:
    with archive.write() as session:
        session.execute(update(Article).values(title="changed"))
        result = run_query(archive, "SELECT count(*) FROM articles WHERE title = 'changed'")
        assert result.rows == ((0,),)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "DETACH DATABASE main",
        "PRAGMA writable_schema = 1",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = 0",
        "PRAGMA wal_checkpoint",
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_wal_checkpoint",
        "SELECT length(zeroblob(1000000000))",
        "VACUUM INTO '/tmp/other.db'",
        "REINDEX",
        "UPDATE sqlite_master SET sql = ''",
        "SAVEPOINT a",
        "INSERT INTO search_index (search_index) VALUES ('rebuild')",
    ],
)
def test_sqlite_refuses_what_leads_out_of_the_file(archive: Database, sql: str) -> None:
    with pytest.raises(QueryRefused):
        run_query(archive, sql)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT rowid FROM search_index WHERE search_index MATCH 'storm'",
        "SELECT snippet(search_index, 2, '[', ']', '', 5) FROM search_index('storm')",
        "SELECT tag.value FROM articles, json_each(articles.tags) AS tag",
        "SELECT name FROM sqlite_master",
        "PRAGMA table_info(articles)",
        "SELECT name FROM pragma_table_info('articles')",
        "EXPLAIN QUERY PLAN SELECT * FROM articles",
        "SELECT CAST(x'ff' AS TEXT)",
    ],
)
def test_sqlite_allows_what_only_reads(archive: Database, sql: str) -> None:
    assert run_query(archive, sql).rows


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "SET TRANSACTION READ WRITE",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY articles TO '/tmp/x'",
        "DO $$ BEGIN DELETE FROM articles; END $$",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_reload_conf()",
        "SELECT nextval('articles_id_seq')",
        "SELECT 1 INTO TEMP x",
        "SELECT * FROM articles FOR UPDATE",
        "NOTIFY x",
        "LOCK TABLE articles",
        "SELECT set_config('role', 'none', true), pg_read_file('/etc/passwd')",
    ],
)
def test_postgresql_refuses_what_leads_out_of_the_tables(archive: Database, sql: str) -> None:
    with pytest.raises(QueryRefused):
        run_query(archive, sql)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_sleeps_no_longer_than_allowed(archive: Database) -> None:
    sql = "SELECT set_config('statement_timeout', '0', true), pg_sleep(60)"
    with pytest.raises(QueryRefused, match="longer than"):
        run_query(archive, sql, timeout_seconds=0.2)


def test_values_are_plain(archive: Database) -> None:
    sql = "SELECT tags, sort_at, url_key FROM articles ORDER BY id LIMIT 1"
    ((tags, sort_at, url_key),) = run_query(archive, sql).rows
    assert tags in (["Storm", "Sea"], '["Storm", "Sea"]')
    assert str(sort_at).replace("T", " ").startswith("2026-01-01 06:00:00")
    assert isinstance(url_key, bytes)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with (
        Database(str(tmp_path / "none.db")) as database,
        pytest.raises(DatabaseUnavailable, match="no database"),
    ):
        run_query(database, "SELECT 1")
    assert not list(tmp_path.iterdir())
