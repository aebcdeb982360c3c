"""Tables, transactions, queries, search, export, migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.archive import Archive
    from db.plain_records import to_records

__all__ = ["Archive", "to_records"]


def __getattr__(name: str) -> object:
    """The public face, loaded when it is asked for: a command that only crawls does not pay."""
    if name == "Archive":
        from db.archive import Archive  # noqa: PLC0415 - that is the point

        return Archive
    if name == "to_records":
        from db.plain_records import to_records  # noqa: PLC0415 - as above

        return to_records
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
