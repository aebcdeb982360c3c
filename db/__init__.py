"""Tables, transactions, queries, search, export, migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.archive import Archive

__all__ = ["Archive"]


def __getattr__(name: str) -> type[Archive]:
    """The public face, loaded when it is asked for: a command that only crawls does not pay."""
    if name == "Archive":
        from db.archive import Archive  # noqa: PLC0415 - that is the point

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
