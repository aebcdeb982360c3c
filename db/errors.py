"""What can go wrong with the database.

StorageError            every error below; the number is the exit code of a command that meets it
├── SchemaOutdated      (4) the tables are older than this Winnow: `winnow db upgrade`
├── DatabaseUnavailable (4) unreachable, locked beyond patience, full, or read-only
├── NotFound            (2) no such row
├── QueryRefused        (2) a query that would write, ran too long, or cannot be read
└── IntegrityViolation  (1) the stored rows contradict each other
"""


class StorageError(Exception):
    """Any failure of the database, in words a user can act on."""

    exit_code = 1


class SchemaOutdated(StorageError):
    """The tables are older than this Winnow."""

    exit_code = 4


class DatabaseUnavailable(StorageError):
    """Unreachable, locked beyond patience, full, or read-only."""

    exit_code = 4


class NotFound(StorageError):
    """No such row."""

    exit_code = 2


class QueryRefused(StorageError):
    """A query that would write, ran too long, or cannot be read."""

    exit_code = 2


class IntegrityViolation(StorageError):
    """The stored rows contradict each other."""
