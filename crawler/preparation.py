"""The database before a crawl: made where it is missing, checked where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import migrate

if TYPE_CHECKING:
    from db.session import Database


def prepare_database(database: Database) -> None:
    """Make a missing SQLite file, which is what a first crawl means; check any other database.

    Raises:
        StorageError: It cannot be used, or its schema is old.
    """
    path = database.path
    if path is not None and not path.exists():
        migrate.upgrade(database)
    migrate.check(database)
