"""The command as it was typed, for the ledger and for whoever goes on with it."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PASSWORD = re.compile(r"(?<=://)([^\s/?#:@]*):[^\s/?#]*(?=@)")
"""Of a database, a proxy or a page; a `/` in one is written `%2F`."""


def typed_command(arguments: Sequence[str] | None = None) -> str:
    """`winnow` and these words as a shell reads them, passwords hidden; None: those of now."""
    words = sys.argv[1:] if arguments is None else arguments
    return shlex.join(["winnow", *map(without_passwords, words)])


def without_passwords(text: str) -> str:
    """The text with `***` for the passwords of its URLs."""
    return _PASSWORD.sub(r"\1:***", text)
