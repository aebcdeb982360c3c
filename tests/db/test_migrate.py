"""Making a database current, and refusing one that is not."""

from db import migrate
from db.session import Database


def test_an_empty_database_becomes_current_and_stays_so(database_url: str) -> None:
    with Database(database_url) as database:
        assert migrate.current_revision(database) is None
        migrate.upgrade(database)
        migrate.upgrade(database)
        migrate.check(database)
        assert migrate.current_revision(database) == migrate.head_revision()


def test_fixture(database: Database) -> None:
    migrate.check(database)
